public import Imaging
import Kernels

extension SIMSView {
    /// Makes the picture: pixels scaled, placed in three dimensions by UMAP, the axes read as colours.
    ///
    /// Pixels with equal values are laid out as one point and share its colour.
    ///
    /// - Parameters:
    ///   - stack: The ions to show, at least one.
    ///   - parameters: What can be set.
    ///   - monitor: Told the progress, asked for cancellation.
    /// - Throws: `.badParameter`, `.unsuitableData` without channels, `.cancelled`.
    /// - Complexity: O(P^2 m) time for P different pixels and m components (a third of that above 100,000,
    ///   where neighbours are approximate and a warning tells the share found). Memory besides the stack:
    ///   at most 8 P M bytes, and 4 P (2 m + 7.5 k + 60) once the components are found, for k neighbours
    ///   (m = M without components).
    public static func run(
        _ stack: IonStack, parameters: Parameters, monitor: StageMonitor
    ) throws(AnalysisError) -> Result {
        try check(parameters)
        let (pixels, channels) = (stack.grid.count, stack.channels.count)
        guard channels > 0 else { throw .unsuitableData("at least one channel, found none") }
        var (points, columns) = (
            try PixelFeatures(stack, monitor: monitor.part(from: 0, to: 0.03)).values, channels
        )
        try monitor.update(0.04, "Comparing pixels")
        let distinct = DistinctRows(points, columns: columns, count: pixels)
        let count = distinct.first.count
        if count < pixels { points = rows(points, columns, distinct.first) }
        if let components = parameters.components, components < columns {
            points = try monitor.part(from: 0.05, to: 0.06).watching("Principal components") {
                [points, columns] proceed in
                PrincipalComponents.project(
                    points: points, count: count, dimension: columns, components: components,
                    proceed: proceed)
            }
            columns = components
        }
        let found = try PixelNeighbours(
            points, count: count, columns: columns, neighbours: parameters.neighbours,
            monitor: monitor.part(from: 0.06, to: 0.4))
        let start = PrincipalStart.places(
            points, count: count, columns: columns, dimensions: 3, seed: parameters.seed)
        points = []
        let places = try UMAP.layout(
            found.lists, start: start, parameters: umap(parameters, count),
            monitor: monitor.part(from: 0.4, to: 1))
        let picture = SIMSView.colored(
            rows(places, 3, distinct.kind), brightness: brightness(stack), as: parameters.colors)
        return Result(
            rgb: picture.rgb, embedding: picture.embedding,
            warnings: warnings(count, pixels, channels) + approximation(found.recall))
    }

    private static func umap(_ parameters: Parameters, _ count: Int) -> UMAP.Parameters {
        var umap = UMAP.Parameters()
        umap.neighbours = parameters.neighbours
        umap.dimensions = 3
        umap.minimumDistance = parameters.minimumDistance
        // As faithful as umap-learn's 200 passes by trustworthiness and neighbours kept.
        umap.epochs = parameters.epochs ?? (count > 10_000 ? 100 : nil)
        umap.seed = parameters.seed
        return umap
    }

    private static func check(_ parameters: Parameters) throws(AnalysisError) {
        guard (2...200).contains(parameters.neighbours) else {
            throw .badParameter(
                name: "neighbours", detail: "2 to 200, found \(parameters.neighbours)")
        }
        guard (parameters.components ?? 1) >= 1 else {
            throw .badParameter(
                name: "components", detail: "at least 1, found \(parameters.components ?? 0)")
        }
    }

    private static func warnings(_ count: Int, _ pixels: Int, _ channels: Int) -> [String] {
        var warnings: [String] = []
        if count == 1 { warnings.append("All pixels are equal: the picture has one colour.") }
        if count > 1, pixels - count > pixels / 10 {
            warnings.append(
                "Of \(pixels) pixels \(count) are different; equal pixels share a colour.")
        }
        if channels < 3 { warnings.append("Few channels (\(channels)) for three axes of colour.") }
        return warnings
    }

    private static func approximation(_ recall: Double?) -> [String] {
        guard let recall else { return [] }
        let percent = Int((100 * recall).rounded())
        return [
            "Neighbours of more than \(PixelNeighbours.mostExact) pixels are found approximately: "
                + "\(percent) % of the true ones here, by 32 pixels."
        ]
    }

    private static func rows(_ values: [Float], _ columns: Int, _ chosen: [Int]) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(chosen.count * columns)
        for row in chosen {
            result.append(contentsOf: values[row * columns..<(row + 1) * columns])
        }
        return result
    }

    /// Sum of each pixel's finite counts.
    private static func brightness(_ stack: IonStack) -> [Double] {
        let pixels = stack.grid.count
        var sums = [Double](repeating: 0, count: pixels)
        stack.counts.withUnsafeBufferPointer { counts in
            for c in 0..<stack.channels.count {
                for p in 0..<pixels where counts[c * pixels + p].isFinite {
                    sums[p] += Double(counts[c * pixels + p])
                }
            }
        }
        return sums
    }
}
