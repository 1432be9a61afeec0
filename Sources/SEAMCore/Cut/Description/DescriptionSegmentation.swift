#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

import Imaging
import Kernels

/// The default method: Poisson classes, an exact cut and the division of least description length.
struct DescriptionSegmentation {
    /// Largest union of basins, in pixels, when the caller names no largest nucleus.
    static let largestUnion = 1500

    private let width: Int
    private let height: Int
    private let minimumArea: Int
    private let largest: Int

    /// What the method found.
    struct Outcome {
        /// Cell of each pixel, 0 outside; cells are not yet in order and may be in pieces.
        var labels: [Int32]
        /// Number of cells.
        var count: Int
        /// Pixels of the cut.
        var foreground: Int
        /// The fitted classes.
        var mixture: PoissonMixture
        /// The intensities the shapes were judged on.
        var intensity: StabilisedIntensity
    }

    /// The method for images of one size.
    init(images: CutImages, parameters: SIMSCut.Parameters) {
        width = images.width
        height = images.height
        minimumArea = parameters.minimumArea ?? 8
        largest = parameters.maximumArea ?? Self.largestUnion
    }

    /// The repaired images and what was repaired.
    static func repair(_ images: inout CutImages) -> (hot: Int, line: Int) {
        var hot = 0
        let (width, height) = (images.width, images.height)
        for index in images.planes.indices {
            hot += HotPixels.repair(&images.planes[index], width: width, height: height)
        }
        if var rest = images.rest {
            hot += HotPixels.repair(&rest, width: width, height: height)
            images.rest = rest
        }
        return (hot, BadLines.repair(&images))
    }

    /// Nuclei of repaired images.
    func run(_ images: CutImages, monitor: StageMonitor) throws(AnalysisError) -> Outcome {
        let gain = GainImage.estimate(rest: images.rest, width: width, height: height)
        let mixture = try PoissonMixture(
            images, gain: gain, monitor: monitor.part(from: 0, to: 0.3))
        try monitor.update(0.3, "cutting the image")
        let foreground = cut(mixture.evidence)
        let intensity = StabilisedIntensity(mixture, foreground: foreground, width: width)
        try monitor.update(0.4, "dividing the foreground")
        let basins = Basins.divide(
            foreground, evidence: mixture.evidence, width: width, height: height)
        let first = try divide(
            basins, intensity, logArea: nil, monitor: monitor.part(from: 0.45, to: 0.7))
        let typical = median(first.filter { $0.count >= minimumArea }.map { Double($0.count) })
        let second = try divide(
            basins, intensity, logArea: typical.map { log($0) },
            monitor: monitor.part(from: 0.7, to: 0.95))
        var labels = [Int32](repeating: 0, count: images.count)
        var count = 0
        for pixels in second where pixels.count >= minimumArea {
            count += 1
            for pixel in pixels { labels[Int(pixel)] = Int32(count) }
        }
        for _ in 0..<2 { BorderExchange.round(&labels, count: count, width: width) }
        return Outcome(
            labels: labels, count: count, foreground: foreground.count { $0 }, mixture: mixture,
            intensity: intensity)
    }

    /// The exact cut with one nat for every unlike pair of neighbours.
    private func cut(_ evidence: [Float]) -> [Bool] {
        let one = [Double](repeating: 1, count: evidence.count)
        return GridCut.minimize(
            width: width, height: height, backgroundCost: evidence.map { Double(max($0, 0)) },
            foregroundCost: evidence.map { Double(max(-$0, 0)) }, right: one, down: one)
    }

    /// The pixels of each nucleus of the cheapest description.
    private func divide(
        _ basins: [Int32], _ intensity: StabilisedIntensity, logArea: Double?,
        monitor: StageMonitor
    ) throws(AnalysisError) -> [[Int32]] {
        let forest = try Agglomeration.forest(
            basins: basins, width: width, intensity: intensity.values,
            costs: ShapeCost(noise: intensity.noise, logArea: logArea), largest: largest,
            monitor: monitor)
        var bag = PixelBag()
        var result = [[Int32]]()
        for region in forest.cheapest(largest: largest) {
            bag.removeAll()
            forest.fill(&bag, with: region)
            result.append(bag.pixels)
        }
        return result
    }
}
