/// Types of cells as communities of their nearest-neighbour graph, merged where they do not separate.
///
/// The graph is the sum of two fuzzy graphs: of the distances in whitened principal components of the
/// cells' standardised mean counts, those that stand out of noise; and, with a quarter of the weight, of
/// the angles between the cells' vectors. Whitened, because the largest components are often states and
/// amounts that all types share, and a type that few ions tell hides behind them (in a simulated
/// section of weak types the five nearest cells are right for 7 of 10 cells in the components as they
/// come, for 9 of 10 in whitened ones). Cells that are near in both are held together more, so that the
/// noise of one representation makes no community alone. Leiden divides the graph finely, and
/// `SeparationMerging` joins what does not separate.
struct CellCommunities {
    /// Neighbours in both graphs, the cell itself included.
    private static let neighbours = 15
    /// Most components of the means; and cells there must be for each.
    private static let (components, cellsPerComponent) = (20, 8)
    /// Of the vectors' graph.
    private static let weightOfVectors = 0.25
    /// Ashman's D at which two communities are two types.
    static let separation = 2.2
    /// And at which they are two whatever else says that they are one.
    static let certainSeparation = 6.0

    /// Leading whitened components of the mean counts.
    let components: PrincipalScores
    /// Those of them that stand out of noise.
    let scores: PrincipalScores
    /// In one of these communities must separate.
    private let spaces: [PrincipalScores]
    private let graph: WeightedGraph?
    private let resolution: Double
    private let seed: UInt64

    /// - Parameters:
    ///   - means: inner products of the standardised mean counts.
    ///   - columns: how many channels those have, or nil if that is not known.
    ///   - vectors: inner products of another representation of the cells, if there is one.
    ///   - parameters: of them the seed and the resolution of Leiden: nil is what the number of cells
    ///     allows, 1 up to 350 of them, 2 from 700. Fewer cells in finer communities are too few to
    ///     say whether those separate.
    /// - Throws: `.cancelled`.
    init(
        _ means: Geometry, columns: Int?, vectors: Geometry?, _ parameters: SIMSCluster.Parameters,
        monitor: StageMonitor
    ) throws(AnalysisError) {
        seed = parameters.seed
        resolution = parameters.resolution ?? min(2, max(1, Double(means.count) / 350))
        let cells = means.count
        let wanted = min(Self.components, max(1, cells / Self.cellsPerComponent))
        var spaces: [PrincipalScores] = []
        var graphs: [(WeightedGraph, Double)] = []
        let leading = try PrincipalScores(
            means, dimension: wanted, seed: seed, monitor: monitor.part(from: 0, to: 0.3))
        components = leading.whitened()
        scores =
            (columns.map { leading.aboveNoise(of: means, columns: $0) } ?? leading)
            .whitened()
        if scores.dimension > 0 {
            let graph = try WeightedGraph(
                fuzzy: NearestCells(euclidean: scores, neighbours: Self.neighbours),
                monitor: monitor.part(from: 0.3, to: 0.5))
            graphs.append((graph, 1))
            spaces.append(scores)
        }
        if let vectors, !vectors.isOnePlace {
            let graph = try WeightedGraph(
                fuzzy: NearestCells(vectors, neighbours: Self.neighbours),
                monitor: monitor.part(from: 0.5, to: 0.7))
            graphs.append((graph, Self.weightOfVectors))
            spaces.append(
                try PrincipalScores(
                    vectors, dimension: wanted, seed: seed,
                    monitor: monitor.part(from: 0.7, to: 1)
                ).whitened())
        }
        self.spaces = spaces
        graph = graphs.isEmpty ? nil : WeightedGraph(sum: graphs)
    }

    /// What the communities become.
    struct Types {
        /// 0..<k of each cell.
        var labels: [Int]
        /// (clusters there were, smallest D of a pair of them), from many to few.
        var curve: [SIMD2<Double>]

        /// k.
        var count: Int { (labels.max() ?? -1) + 1 }
    }

    /// Communities, merged while a pair separates by less than `separation`.
    ///
    /// - Throws: `.cancelled`.
    func types(monitor: StageMonitor) throws(AnalysisError) -> Types {
        guard let graph else { return alike }
        return try merged(communities(graph, resolution)) { merging throws(AnalysisError) in
            try merging.run(below: Self.separation, monitor: monitor)
        }
    }

    /// Communities, as fine as it takes, merged until so many are left or all separate by `limit`; fewer
    /// where cells are alike.
    ///
    /// - Throws: `.cancelled`.
    func types(
        count clusters: Int, below limit: Double = .infinity, monitor: StageMonitor
    ) throws(AnalysisError) -> Types {
        guard let graph else { return alike }
        var fine = communities(graph, resolution)
        var finer = resolution
        for _ in 0..<12 where (fine.max() ?? 0) + 1 < clusters {
            try monitor.update(0, "communities of cells")
            finer *= 1.5
            fine = communities(graph, finer)
        }
        return try merged(fine) { merging throws(AnalysisError) in
            try merging.run(until: clusters, below: limit, monitor: monitor)
        }
    }

    private var alike: Types {
        Types(labels: [Int](repeating: 0, count: scores.count), curve: [])
    }

    private func communities(_ graph: WeightedGraph, _ resolution: Double) -> [Int] {
        var leiden = Leiden(resolution: resolution, seed: seed)
        return leiden.communities(of: graph, iterations: 10)
    }

    private func merged(
        _ labels: [Int],
        _ merge: (inout SeparationMerging) throws(AnalysisError) -> Void
    ) throws(AnalysisError) -> Types {
        var merging = SeparationMerging(spaces, labels: labels)
        try merge(&merging)
        return Types(labels: merging.labels, curve: merging.curve)
    }
}
