/// Estimates of the number of types among cells, from their mean counts and, if there are, their vectors;
/// or from the latter alone.
struct ClusterCount {
    /// Most cells for which SIMLR's criteria, which need O(n^3), are worked out.
    private static let denseLimit = 1_000

    private let geometry: Geometry
    private let columns: Int?
    private let vectors: Geometry?
    private let parameters: SIMSCluster.Parameters
    private let largest: Int

    /// - Parameters:
    ///   - geometry: inner products of the cells' standardised mean counts, or of what stands for them.
    ///   - columns: how many features those are, if that is known.
    ///   - vectors: inner products of another representation of the cells, if there is one.
    init(
        _ geometry: Geometry, columns: Int?, vectors: Geometry?, parameters: SIMSCluster.Parameters
    ) {
        self.geometry = geometry
        self.columns = columns
        self.vectors = vectors
        self.parameters = parameters
        largest = min(parameters.maximumClusters, geometry.count - 1)
    }

    /// The estimate that is used first, and the types for it: `eigengap` where one gap is twice as wide as
    /// any other and joins no types that certainly separate, else `merge`.
    func estimates(
        monitor: StageMonitor
    ) throws(AnalysisError) -> (
        estimates: [SIMSCluster.Estimate], types: CellCommunities.Types, scores: PrincipalScores
    ) {
        let message = "estimating the number of clusters"
        try monitor.update(0, message)
        let communities = try CellCommunities(
            geometry, columns: columns, vectors: vectors, parameters,
            monitor: monitor.part(from: 0, to: 0.5))
        try monitor.update(0.5, message + ": communities")
        var types = try communities.types(monitor: monitor.part(from: 0.5, to: 0.7))
        let found = types.count
        if found > parameters.maximumClusters {
            types.labels = try communities.types(
                count: parameters.maximumClusters, monitor: monitor.part(from: 0.5, to: 0.7)
            ).labels
        }
        var estimates = [
            SIMSCluster.Estimate(estimator: "merge", clusters: types.count, curve: types.curve)
        ]
        if largest >= 2, communities.scores.dimension > 0 {
            try monitor.update(0.7, message + ": eigengap")
            let gap = try eigengap(
                communities.components, largest: largest, seed: parameters.seed,
                monitor: monitor.part(from: 0.7, to: 0.9))
            let asked =
                Self.isClear(gap) && gap.clusters != types.count
                ? try communities.types(
                    count: gap.clusters, below: CellCommunities.certainSeparation,
                    monitor: monitor.part(from: 0.9, to: 1)) : types
            let isUsed = Self.isClear(gap) && asked.count == gap.clusters
            if isUsed { types = asked }
            estimates.insert(gap, at: isUsed ? 0 : 1)
        }
        return (estimates, types, communities.scores)
    }

    /// Whether one gap of a curve is twice as wide as any other.
    private static func isClear(_ gap: SIMSCluster.Estimate) -> Bool {
        let falling = gap.curve.map(\.y).sorted(by: >)
        guard let widest = falling.first, widest > 0 else { return false }
        return falling.count < 2 || widest >= 2 * falling[1]
    }

    /// `simlr_k1` and `simlr_k2` where the cells are enough for a curve, and few enough for the work.
    func criteria(monitor: StageMonitor) throws(AnalysisError) -> [SIMSCluster.Estimate] {
        guard largest >= 3, geometry.count <= Self.denseLimit, !geometry.isOnePlace
        else { return [] }
        let criteria = SIMLRCriteria(geometry, largest: largest, seed: parameters.seed)
        return try criteria.estimates(monitor: monitor)
    }

    /// What the user should know about the estimates. Those two are good enough to raise a doubt
    /// about each other; SIMLR's criteria miss by more than 1 half of the time.
    func warnings(_ estimates: [SIMSCluster.Estimate]) -> [String] {
        guard let used = estimates.first else { return [] }
        var warnings: [String] = []
        let merge = estimates.first { $0.estimator == "merge" }
        let found = Int(merge?.curve.first { $0.y >= CellCommunities.separation }?.x ?? 1)
        if used.estimator == "merge", found > used.clusters {
            warnings.append(
                "the data suggest \(found) clusters, more than the \(used.clusters) allowed")
        }
        let other = estimates.dropFirst().first { ["merge", "eigengap"].contains($0.estimator) }
        if let other, abs(other.clusters - used.clusters) > 1 {
            let all = estimates.map { "\($0.estimator) \($0.clusters)" }.joined(separator: ", ")
            warnings.append("the estimates of the number of clusters disagree: \(all)")
        }
        return warnings
    }
}

/// Where the eigenvalues of the normalised Laplacian of the fuzzy graph of 10 neighbours have their
/// largest gap, k = 2...largest.
private func eigengap(
    _ scores: PrincipalScores, largest: Int, seed: UInt64, monitor: StageMonitor
) throws(AnalysisError) -> SIMSCluster.Estimate {
    let graph = try WeightedGraph(
        fuzzy: NearestCells(scores, neighbours: 10), monitor: monitor.part(from: 0, to: 0.1))
    let values = try laplacianEigenvalues(
        graph, count: largest + 1, seed: seed, monitor: monitor.part(from: 0.1, to: 1))
    let curve = (2...largest).map { SIMD2(Double($0), values[$0] - values[$0 - 1]) }
    let best = curve.reduce(curve[0]) { $1.y > $0.y ? $1 : $0 }
    return .init(estimator: "eigengap", clusters: Int(best.x), curve: curve)
}
