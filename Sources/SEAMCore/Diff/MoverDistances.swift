/// Sums of earth mover's distances over pairs of cells, by pair of clusters, for one ion.
///
/// The distance of two cells is the first Wasserstein distance of their samples of counts, the
/// integral of |F_i - F_j| over the counts. Between two distinct counts the distribution functions
/// are constant; with the cells in the order of F the sum over all pairs takes one pass.
struct MoverDistances {
    /// Number of clusters, k.
    let clusters: Int
    /// Sum over unordered pairs {i in a, j in b} at `sums[a * k + b]`, symmetric; k x k.
    let sums: [Double]

    /// - Parameters:
    ///   - samples: the ion's counts.
    ///   - areas: pixels of each cell.
    ///   - membership: cluster of each cell, 0..<k.
    /// - Complexity: O(S C k + P) time for S distinct counts.
    init(samples: IonSamples, areas: [Int], membership: [Int], clusters: Int) {
        var sweep = DistributionSweep(areas: areas, membership: membership, clusters: clusters)
        for level in 0..<max(0, samples.levels.count - 1) {
            let entries = samples.starts[level]..<samples.starts[level + 1]
            sweep.advance(samples.cells[entries], samples.pixels[entries])
            sweep.accumulate(width: samples.levels[level + 1] - samples.levels[level])
        }
        self.clusters = clusters
        var sums = [Double](repeating: 0, count: clusters * clusters)
        for a in 0..<clusters {
            for b in 0..<clusters {
                let directed = sweep.sums[a * clusters + b]
                sums[a * clusters + b] += directed
                if a != b { sums[b * clusters + a] += directed }
            }
        }
        self.sums = sums
    }

    /// Sum over unordered pairs inside one set of clusters.
    func within(_ set: [Int]) -> Double {
        var total = 0.0
        for (place, a) in set.enumerated() {
            for b in set[place...] { total += sums[a * clusters + b] }
        }
        return total
    }

    /// Sum over pairs of one cell in each of two disjoint sets of clusters.
    func between(_ one: [Int], _ other: [Int]) -> Double {
        var total = 0.0
        for a in one { for b in other { total += sums[a * clusters + b] } }
        return total
    }
}
