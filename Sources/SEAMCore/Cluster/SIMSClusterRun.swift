import Kernels

extension SIMSCluster {
    /// Groups C cells into k types.
    ///
    /// `leiden` takes communities of the graph of nearest cells, by the angles between their vectors and
    /// between the components of their mean counts, and merges those that do not separate in the
    /// latter; without `means` both are the vectors' own. `simlr` learns similarities from the angles
    /// between the cells' vectors and clusters its k-dimensional representation; `kmeans` clusters the
    /// first 20 principal component scores. Features are standardised by column first. Where k is not
    /// given it is what `leiden` finds; the eigengap, and for `simlr` its two criteria, are given
    /// beside it.
    ///
    /// - Parameters:
    ///   - cellIDs: C numbers, ascending.
    ///   - gram: inner products of the cells' vectors, C x C, or nil to use the features.
    ///   - features: C x `columns`; not read if a Gram matrix is given.
    ///   - means: C x `channels` mean total-normalised counts, or none: then the vectors alone count.
    /// - Throws: `.tooFewCells` below three cells; `.badParameter` for a k outside 1...C, a count below
    ///   1, draws below 0 or a resolution of 0 or less; `.unsuitableData`; `.cancelled`.
    /// - Precondition: the arrays have the sizes named.
    /// - Complexity: O(C^2 (k + columns)) time, O(C^2) memory; the components of the means and SIMLR's
    ///   criteria add O(C^3) up to about 1,000 cells. Each draw of the stability costs as much again, without
    ///   the estimates of k and for at most 4,000 cells.
    public static func run(
        cellIDs: [Int32], gram: [Double]?, features: [Float], columns: Int, means: [Float],
        channels: Int, parameters: Parameters, monitor: StageMonitor
    ) throws(AnalysisError) -> Result {
        let count = cellIDs.count
        try check(parameters, cells: count)
        guard gram?.allSatisfy(\.isFinite) ?? true, features.allSatisfy(\.isFinite),
            means.allSatisfy(\.isFinite)
        else { throw .unsuitableData("the cells' vectors hold values that are not finite") }
        precondition(
            means.isEmpty || means.count == count * channels, "C x M means or none")
        try monitor.update(0, "comparing cells")
        let cells = Cells(
            count: count, gram: gram, features: features, columns: columns, means: means,
            channels: channels)
        // What draws will take is left of the bar.
        let work = monitor.part(from: 0, to: parameters.stabilityDraws > 0 ? 0.4 : 1)
        var estimates: [Estimate] = []
        var warnings: [String] = []
        let space: Space
        if let clusters = parameters.clusters {
            space = try points(
                cells, clusters: clusters, parameters, monitor: work.part(from: 0, to: 0.9))
        } else {
            (space, estimates, warnings) = try estimated(
                cells, parameters, monitor: work.part(from: 0, to: 0.9))
        }
        let wanted = space.clusters
        let labels = try grouped(
            space, count, parameters, monitor: work.part(from: 0.9, to: 0.95))
        let ordered = bySize(labels)
        if ordered.count < wanted {
            warnings.append(
                "\(ordered.count) clusters instead of \(wanted): the cells do not differ enough")
        }
        try work.update(0.95, "silhouettes")
        let silhouette = silhouettes(
            points: space.values, count: count, dimension: space.dimension,
            labels: ordered.labels, clusters: ordered.count, monitor: work)
        let stability = try stability(
            ordered, of: cells, parameters, monitor: monitor.part(from: 0.4, to: 1))
        try monitor.update(1, "\(ordered.count) clusters")
        return Result(
            cellIDs: cellIDs, clusters: ordered.labels.map { Int32($0 + 1) },
            count: ordered.count, silhouettes: silhouette, stabilities: stability.cells,
            clusterStabilities: stability.clusters, estimates: estimates, warnings: warnings)
    }

    /// The labels of a space's `count` points, by k-means where they have none.
    private static func grouped(
        _ space: Space, _ count: Int, _ parameters: Parameters, monitor: StageMonitor
    ) throws(AnalysisError) -> [Int] {
        if let labels = space.labels { return labels }
        let message = "grouping cells into \(space.clusters) clusters"
        return try monitor.watching(message) { proceed in
            KMeans.cluster(
                points: space.values, count: count, dimension: space.dimension,
                clusters: space.clusters,
                restarts: parameters.restarts, seed: parameters.seed, proceed: proceed)
        }.labels
    }

    /// How far the clusters come back from parts of the cells, with as many clusters and the same method.
    private static func stability(
        _ found: (labels: [Int], count: Int), of cells: Cells, _ parameters: Parameters,
        monitor: StageMonitor
    ) throws(AnalysisError) -> ClusterStability {
        let quiet = StageMonitor(report: { _, _ in }, isCancelled: { monitor.isCancelled })
        return try ClusterStability(
            found.labels, count: found.count, draws: parameters.stabilityDraws,
            seed: parameters.seed, monitor: monitor
        ) { (chosen, draw) throws(AnalysisError) -> [Int] in
            var parameters = parameters
            parameters.restarts = min(parameters.restarts, 10)
            parameters.seed &+= UInt64(draw)
            let space = try points(
                cells.part(chosen), clusters: found.count, parameters, monitor: quiet)
            return renumbered(try grouped(space, chosen.count, parameters, monitor: quiet))
                .membership
        }
    }

    /// Estimates k, and finds the points or types for it.
    private static func estimated(
        _ cells: Cells, _ parameters: Parameters, monitor: StageMonitor
    ) throws(AnalysisError) -> (Space, [Estimate], [String]) {
        let estimation = ClusterCount(
            cells.meanGeometry, columns: cells.meanColumns, vectors: cells.vectors,
            parameters: parameters)
        let isLeiden = parameters.method == .leiden
        let first = { @Sendable () throws(AnalysisError) -> ([Estimate], Space) in
            let found = try estimation.estimates(
                monitor: monitor.part(from: 0, to: isLeiden ? 1 : 0.4))
            if isLeiden {
                return (found.estimates, Space(found.scores, found.types.labels))
            }
            return (
                found.estimates,
                try points(
                    cells, clusters: found.types.count, parameters,
                    monitor: monitor.part(from: 0.4, to: 1))
            )
        }
        guard parameters.method == .simlr else {
            let (estimates, space) = try first()
            return (space, estimates, estimation.warnings(estimates))
        }
        // SIMLR's criteria are only reported: nothing waits for them.
        let quiet = StageMonitor(report: { _, _ in }, isCancelled: { monitor.isCancelled })
        let (found, criteria) = try together(first) { () throws(AnalysisError) -> [Estimate] in
            try estimation.criteria(monitor: quiet)
        }
        let estimates = found.0 + criteria
        return (found.1, estimates, estimation.warnings(estimates))
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
        if parameters.stabilityDraws < 0 {
            throw .badParameter(
                name: "stability_draws",
                detail: "expected at least 0, found \(parameters.stabilityDraws)")
        }
        if let resolution = parameters.resolution, !(resolution > 0 && resolution.isFinite) {
            throw .badParameter(
                name: "resolution", detail: "expected above 0, found \(resolution)")
        }
        for (name, value) in [
            ("max_clusters", parameters.maximumClusters), ("neighbours", parameters.neighbours),
            ("restarts", parameters.restarts),
        ] where value < 1 {
            throw .badParameter(name: name, detail: "expected at least 1, found \(value)")
        }
    }

    /// What is known of the cells.
    private struct Cells: Sendable {
        let count: Int
        let gram: [Double]?
        let features: [Float]
        let columns: Int
        let means: [Float]
        let channels: Int

        /// Some of them.
        func part(_ chosen: [Int]) -> Cells {
            func rows(_ values: [Float], _ width: Int) -> [Float] {
                values.isEmpty
                    ? [] : chosen.flatMap { values[$0 * width..<($0 + 1) * width] }
            }
            let gram = gram.map { gram in
                chosen.flatMap { i in chosen.map { gram[i * count + $0] } }
            }
            return Cells(
                count: chosen.count, gram: gram,
                features: gram == nil ? rows(features, columns) : [],
                columns: columns, means: rows(means, channels), channels: channels)
        }

        /// Inner products of the vectors, if they are not the features.
        var vectors: Geometry? { gram.map { Geometry(count: count, gram: $0) } }

        /// Inner products of the standardised means, else of whatever there is.
        var meanGeometry: Geometry {
            means.isEmpty
                ? geometry : Geometry(standardising: means, count: count, columns: channels)
        }

        /// Columns behind `meanGeometry`, where known.
        var meanColumns: Int? { means.isEmpty ? (gram == nil ? columns : nil) : channels }

        /// Inner products of the vectors, else of the standardised features.
        var geometry: Geometry {
            vectors ?? Geometry(standardising: features, count: count, columns: columns)
        }
    }

    /// The points that k-means groups, n x dimension, into `clusters` groups, or that have been grouped.
    private struct Space: Sendable {
        let values: [Double]
        let dimension: Int
        let clusters: Int
        var labels: [Int]?

        init(values: [Double], dimension: Int, clusters: Int) {
            self.values = values
            self.dimension = dimension
            self.clusters = clusters
        }

        /// Communities after merging, and the scores by which they differ.
        init(_ scores: PrincipalScores, _ labels: [Int], clusters: Int? = nil) {
            self.init(
                values: scores.weighted(by: labels).values, dimension: scores.dimension,
                clusters: clusters ?? (labels.max() ?? -1) + 1)
            self.labels = labels
        }
    }

    private static func points(
        _ cells: Cells, clusters: Int, _ parameters: Parameters, monitor: StageMonitor
    ) throws(AnalysisError) -> Space {
        try monitor.update(0, "comparing cells")
        if parameters.method == .leiden {
            let communities = try CellCommunities(
                cells.meanGeometry, columns: cells.meanColumns, vectors: cells.vectors, parameters,
                monitor: monitor.part(from: 0, to: 0.7))
            let types = try communities.types(
                count: clusters, monitor: monitor.part(from: 0.7, to: 1))
            return Space(communities.scores, types.labels, clusters: clusters)
        }
        let geometry = cells.geometry
        if geometry.isOnePlace {
            return Space(
                values: [Double](repeating: 0, count: geometry.count), dimension: 1,
                clusters: clusters)
        }
        guard parameters.method == .simlr else {
            let scores = try PrincipalScores(
                geometry, dimension: 20, seed: parameters.seed, monitor: monitor)
            return Space(
                values: scores.values, dimension: scores.dimension, clusters: clusters)
        }
        let simlr = SIMLR(
            geometry, neighbours: parameters.neighbours, rank: clusters, seed: parameters.seed)
        return Space(
            values: try simlr.embedding(monitor: monitor), dimension: clusters,
            clusters: clusters)
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
