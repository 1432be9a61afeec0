import Kernels

/// The nearest neighbours of pixels: exact for up to `mostExact` of them, then approximate.
struct PixelNeighbours {
    /// Most pixels whose neighbours are found by exhaustive search.
    static let mostExact = 100_000

    let lists: UMAP.Neighbours
    /// The share of true neighbours found, measured on 32 pixels, or nil if all were.
    let recall: Double?

    /// Finds `neighbours` - 1 others for each of `count` points of `columns` coordinates.
    ///
    /// - Throws: `.cancelled`.
    init(
        _ points: [Float], count: Int, columns: Int, neighbours: Int, monitor: StageMonitor
    ) throws(AnalysisError) {
        let length = max(0, min(neighbours, count) - 1)
        let exact = count <= Self.mostExact
        let found = try monitor.watching("Finding neighbours") { proceed in
            exact
                ? NearestNeighbours.search(
                    points: points, count: count, dimension: columns, neighbours: length,
                    proceed: proceed)
                : NearestNeighbours.approximate(
                    points: points, count: count, dimension: columns, neighbours: length,
                    proceed: proceed)
        }
        lists = UMAP.Neighbours(
            count: count, length: length, indices: found.indices,
            squaredDistances: found.squaredDistances)
        try monitor.update(1, "Finding neighbours")
        recall =
            exact
            ? nil
            : NearestNeighbours.recall(
                squaredDistances: found.squaredDistances, points: points, count: count,
                dimension: columns, sample: 32)
    }
}
