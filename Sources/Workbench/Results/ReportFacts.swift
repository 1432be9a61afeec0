import Bytes
import Imaging
import Store

/// Figures of an analysis that its report names.
struct ReportFacts {
    let cells: [Cell]?
    let clustering: (cellIDs: [Int32], clusters: [Int32])?
    /// Side of a pixel in micrometres, or nil.
    let pixelSize: Double?
    private let dataset: DatasetRecord
    private let marker: String?

    init(_ source: Workbench.ResultSource) throws(WorkbenchError) {
        func reader(_ kind: JobKind) -> ResultReader? {
            guard let part = source.upstream[kind], part.state == .succeeded else { return nil }
            return ResultReader(store: source.store, job: part)
        }
        dataset = source.dataset
        pixelSize = source.dataset.pixelSizeMicrometres
        cells = try reader(.segmentation)?.cells()
        clustering = try reader(.clustering)?.clustering()
        let ion = try reader(.segmentation)?.summary()["marker"]?.int
        marker = ion.flatMap {
            source.ions.indices.contains($0) ? source.ions[$0].channel.title : nil
        }
    }

    /// The head's figures.
    var figures: [(value: String, unit: String)] {
        var figures = [(ReadableNumber.whole(dataset.ionCount), "ions")]
        if let cells { figures.append((ReadableNumber.whole(cells.count), "nuclei")) }
        if let clustering {
            figures.append(("\(clustering.clusters.max() ?? 0)", "clusters"))
        }
        if let cells, !cells.isEmpty {
            let share = Double(cells.reduce(0) { $0 + $1.area }) / Double(dataset.grid.count)
            figures.append((ReadableNumber.percent(share) + " %", "of pixels in nuclei"))
            if let size = pixelSize {
                let area = Double(dataset.grid.count) * size * size / 1e6
                figures.append((ReadableNumber.short(Double(cells.count) / area), "nuclei per mm²"))
            }
        }
        return figures
    }

    /// What was found, in a sentence.
    var sentence: String {
        guard let cells else { return "" }
        return "\(ReadableNumber.whole(cells.count)) nuclei"
            + (marker.map { ", found from the images that correlate best with \($0)." } ?? ".")
    }

    /// Area and confidence of the nuclei: rows of a table.
    var measures: [[HTMLPage.Cell]] {
        guard let cells, !cells.isEmpty else { return [] }
        let size = pixelSize ?? 1
        let areas = cells.map { Double($0.area) * size * size }
        let unit = pixelSize == nil ? "px" : "µm²"
        let diameters = areas.map { 2 * ($0 / Double.pi).squareRoot() }
        return [
            row("Area (\(unit))", areas),
            row(
                "Diameter of the circle of that area (\(pixelSize == nil ? "px" : "µm"))", diameters
            ),
            row("Confidence (0 to 1)", cells.map(\.confidence)),
        ]
    }

    private func row(_ name: String, _ values: [Double]) -> [HTMLPage.Cell] {
        [.text(name)]
            + [0.05, 0.5, 0.95].map { .number(ReadableNumber.short(Self.quantile(values, $0))) }
    }

    /// Areas in pixels of the nuclei of every cluster.
    func areas(
        byClusterOf clustering: (cellIDs: [Int32], clusters: [Int32]), count: Int
    ) -> [[Double]] {
        var area: [Int32: Int] = [:]
        for cell in cells ?? [] { area[cell.id] = cell.area }
        var areas = [[Double]](repeating: [], count: count)
        for (id, cluster) in zip(clustering.cellIDs, clustering.clusters)
        where (1...max(count, 1)).contains(Int(cluster)) {
            areas[Int(cluster) - 1].append(Double(area[id] ?? 0))
        }
        return areas
    }

    /// The value at a share of the sorted values, nil of none.
    static func quantile(_ values: [Double], _ share: Double) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        return sorted[Int((Double(sorted.count - 1) * share).rounded())]
    }

    /// What the methods paragraph says.
    func methods(_ source: Workbench.ResultSource) -> MethodsText.Facts {
        MethodsText.Facts(
            width: dataset.width, height: dataset.height, ions: dataset.ionCount,
            pixelSizeMicrometres: pixelSize, marker: marker, cells: cells?.count,
            clusters: clustering.map { Int($0.clusters.max() ?? 0) },
            seed: Workbench.parse(source.job.parametersJSON)["seed"]?.int ?? 0)
    }
}
