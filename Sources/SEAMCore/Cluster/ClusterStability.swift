import Kernels

/// How far clusters come back when parts of the cells are grouped anew (Hennig, Computational Statistics and
/// Data Analysis 2007, with draws of cells without replacement).
struct ClusterStability: Sendable {
    /// Share of the cells in a draw, and most cells of one.
    private static let (share, mostCells) = (0.8, 4_000)
    /// Fewest cells for which there is an answer.
    private static let fewestCells = 20

    /// Of each cell, the share of the draws with it in which it is in the group nearest to its cluster, 0...1;
    /// NaN where no draw had it.
    let cells: [Double]
    /// Of each cluster, the mean over draws of the largest Jaccard index of its drawn cells and a group,
    /// 0...1; NaN where no draw had a cell of it. Above 0.75 a cluster may be called stable, below 0.5
    /// it dissolves.
    let clusters: [Double]

    /// Groups `draws` draws anew.
    ///
    /// - Parameters:
    ///   - labels: cluster of each cell, 0..<`count`.
    ///   - regroup: labels, from 0, of some cells given in rising order, for the draw of a number.
    /// - Throws: `.cancelled`.
    init(
        _ labels: [Int], count: Int, draws: Int, seed: UInt64, monitor: StageMonitor,
        regroup: (_ cells: [Int], _ draw: Int) throws(AnalysisError) -> [Int]
    ) throws(AnalysisError) {
        let drawn = min(Self.mostCells, Int(Self.share * Double(labels.count)))
        var agreeing = [Int](repeating: 0, count: labels.count)
        var present = agreeing
        var sums = [Double](repeating: 0, count: count)
        var parts = [Int](repeating: 0, count: count)
        let enough = labels.count >= Self.fewestCells && drawn > count
        for draw in 0..<(enough ? draws : 0) {
            try monitor.update(Double(draw) / Double(draws), "stability of clusters")
            var random = Philox(seed: seed, stage: RandomStage.stability, index: UInt64(draw))
            var order = Array(labels.indices)
            random.shuffle(&order)
            let chosen = order.prefix(drawn).sorted()
            let groups = try regroup(chosen, draw)
            let near = Self.nearest(chosen.map { labels[$0] }, groups, count: count)
            for (place, cell) in chosen.enumerated() {
                present[cell] += 1
                if near[labels[cell]].group == groups[place] { agreeing[cell] += 1 }
            }
            for (cluster, found) in near.enumerated() where found.group >= 0 {
                sums[cluster] += found.jaccard
                parts[cluster] += 1
            }
        }
        cells = labels.indices.map {
            present[$0] > 0 ? Double(agreeing[$0]) / Double(present[$0]) : .nan
        }
        clusters = (0..<count).map { parts[$0] > 0 ? sums[$0] / Double(parts[$0]) : .nan }
    }

    /// Of each cluster the group with the largest Jaccard index, the first of equal ones; -1 for a
    /// cluster without cells.
    private static func nearest(
        _ labels: [Int], _ groups: [Int], count: Int
    ) -> [(group: Int, jaccard: Double)] {
        let found = (groups.max() ?? -1) + 1
        var both = [Int](repeating: 0, count: count * found)
        var (sizes, others) = ([Int](repeating: 0, count: count), [Int](repeating: 0, count: found))
        for (label, group) in zip(labels, groups) {
            both[label * found + group] += 1
            sizes[label] += 1
            others[group] += 1
        }
        return (0..<count).map { cluster in
            var best = (group: -1, jaccard: 0.0)
            for group in 0..<found where both[cluster * found + group] > 0 {
                let common = both[cluster * found + group]
                let index = Double(common) / Double(sizes[cluster] + others[group] - common)
                if index > best.jaccard { best = (group, index) }
            }
            return best
        }
    }
}
