import Kernels

extension SIMSCluster {
    /// Groups C cells into k types.
    ///
    /// `simlr` learns similarities from the angles between the cells' vectors and clusters its
    /// k-dimensional representation; `kmeans` clusters the first 20 principal component scores. Features
    /// are standardised by column first. Where k is not given it is estimated from `means`
    /// ("Leiden and merge"), and the eigengap and SIMLR's two criteria are given beside it.
    ///
    /// - Parameters:
    ///   - cellIDs: C numbers, ascending.
    ///   - gram: inner products of the cells' vectors, C x C, or nil to use the features.
    ///   - features: C x `columns`; not read if a Gram matrix is given.
    ///   - means: C x `channels` mean total-normalised counts; read only to estimate k.
    /// - Throws: `.tooFewCells` below three cells; `.badParameter` for a k outside 1...C or a count below
    ///   1; `.cancelled`.
    /// - Precondition: the arrays have the sizes named.
    /// - Complexity: O(C^2 (k + columns)) time, O(C^2) memory; the estimate of k adds O(C^3) up to
    ///   1,000 cells.
    public static func run(
        cellIDs: [Int32], gram: [Double]?, features: [Float], columns: Int, means: [Float],
        channels: Int, parameters: Parameters, monitor: StageMonitor
    ) throws(AnalysisError) -> Result {
        let count = cellIDs.count
        try check(parameters, cells: count)
        guard gram?.allSatisfy(\.isFinite) ?? true, features.allSatisfy(\.isFinite),
            means.allSatisfy(\.isFinite)
        else { throw .unsuitableData("the cells' vectors hold values that are not finite") }
        try monitor.update(0, "comparing cells")
        let geometry: @Sendable () -> Geometry = {
            gram.map { Geometry(count: count, gram: $0) }
                ?? Geometry(standardising: features, count: count, columns: columns)
        }
        var estimates: [Estimate] = []
        var warnings: [String] = []
        let space: Space
        if let clusters = parameters.clusters {
            space = try points(
                geometry(), clusters: clusters, parameters, monitor: monitor.part(from: 0, to: 0.9))
        } else {
            precondition(means.count == count * channels, "C x M means")
            let estimation = ClusterCount(
                means: means, cells: count, channels: channels, parameters: parameters)
            // SIMLR's criteria are only reported: nothing waits for them.
            let quiet = StageMonitor(report: { _, _ in }, isCancelled: { monitor.isCancelled })
            let (found, criteria) = try together {
                () throws(AnalysisError) -> ([Estimate], Space) in
                let estimates = try estimation.estimates(monitor: monitor.part(from: 0, to: 0.4))
                return (
                    estimates,
                    try points(
                        geometry(), clusters: estimates.first?.clusters ?? 1, parameters,
                        monitor: monitor.part(from: 0.4, to: 0.9))
                )
            } _: { () throws(AnalysisError) -> [Estimate] in
                try estimation.criteria(monitor: quiet)
            }
            estimates = found.0 + criteria
            space = found.1
            warnings += estimation.warnings(estimates)
        }
        let wanted = space.clusters
        let grouping = monitor.part(from: 0.9, to: 0.95)
        let labels = try grouping.watching("grouping cells into \(wanted) clusters") { proceed in
            KMeans.cluster(
                points: space.values, count: count, dimension: space.dimension, clusters: wanted,
                restarts: parameters.restarts, seed: parameters.seed, proceed: proceed)
        }.labels
        let ordered = bySize(labels)
        if ordered.count < wanted {
            warnings.append(
                "\(ordered.count) clusters instead of \(wanted): the cells do not differ enough")
        }
        try monitor.update(0.95, "silhouettes")
        let silhouette = silhouettes(
            points: space.values, count: count, dimension: space.dimension,
            labels: ordered.labels, clusters: ordered.count, monitor: monitor)
        try monitor.update(1, "\(ordered.count) clusters")
        return Result(
            cellIDs: cellIDs, clusters: ordered.labels.map { Int32($0 + 1) },
            count: ordered.count, silhouettes: silhouette, estimates: estimates,
            warnings: warnings)
    }

    private static func check(
        _ parameters: Parameters, cells: Int
    ) throws(AnalysisError) {
        if let clusters = parameters.clusters, clusters < 1 {
            throw .badParameter(
                name: "n_clusters", detail: "expected at least 1, found \(clusters)")
        }
        guard cells >= 3 else { throw .tooFewCells(found: cells, needed: 3) }
        if let clusters = parameters.clusters, clusters > cells {
            throw .badParameter(
                name: "n_clusters",
                detail: "expected at most the number of cells, \(cells), found \(clusters)")
        }
        for (name, value) in [
            ("max_clusters", parameters.maximumClusters), ("neighbours", parameters.neighbours),
            ("restarts", parameters.restarts),
        ] where value < 1 {
            throw .badParameter(name: name, detail: "expected at least 1, found \(value)")
        }
    }

    /// The points that k-means groups, n x dimension, into `clusters` groups.
    private struct Space: Sendable {
        let values: [Double]
        let dimension: Int
        let clusters: Int
    }

    private static func points(
        _ geometry: Geometry, clusters: Int, _ parameters: Parameters, monitor: StageMonitor
    ) throws(AnalysisError) -> Space {
        try monitor.update(0, "comparing cells")
        if geometry.isOnePlace {
            return Space(
                values: [Double](repeating: 0, count: geometry.count), dimension: 1,
                clusters: clusters)
        }
        switch parameters.method {
        case .simlr:
            let simlr = SIMLR(
                geometry, neighbours: parameters.neighbours, rank: clusters, seed: parameters.seed)
            return Space(
                values: try simlr.embedding(monitor: monitor), dimension: clusters,
                clusters: clusters)
        case .kmeans:
            let scores = try PrincipalScores(
                geometry, dimension: 20, seed: parameters.seed, monitor: monitor)
            return Space(
                values: scores.values, dimension: scores.dimension, clusters: clusters)
        }
    }

    /// Labels renumbered by falling size, ties by the smallest cell, without empty clusters.
    private static func bySize(_ labels: [Int]) -> (labels: [Int], count: Int) {
        let (dense, count) = renumbered(labels)
        var sizes = [Int](repeating: 0, count: count)
        for label in dense { sizes[label] += 1 }
        // `renumbered` numbers by first cell, so a stable order breaks ties as wanted.
        let order = (0..<count).sorted { (-sizes[$0], $0) < (-sizes[$1], $1) }
        var rank = [Int](repeating: 0, count: count)
        for (place, label) in order.enumerated() { rank[label] = place }
        return (dense.map { rank[$0] }, count)
    }
}
