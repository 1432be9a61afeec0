import Foundation

/// Merges clusters that do not separate along the axis between them.
///
/// Two clusters are projected on a discriminant axis and a mixture of two Gaussians is fitted to the
/// projections; Ashman's D of the two (Ashman, Bird and Zepf 1994) says how well they separate. The
/// pair with the smallest D is merged, again and again, while it is below a limit.
struct SeparationMerging {
    private static let message = "estimating the number of clusters: merging"

    private let scores: PrincipalScores
    private let dimension: Int
    private var members: [[Int]]
    private var separation: [[Double]]
    /// (clusters there were, smallest D of a pair of them), from many to few.
    private(set) var curve: [SIMD2<Double>] = []

    /// - Parameter labels: communities 0..<k; the first 20 scores tell them apart.
    init(_ scores: PrincipalScores, labels: [Int]) {
        self.scores = scores
        dimension = min(20, scores.dimension)
        let (dense, count) = renumbered(labels)
        members = [[Int]](repeating: [], count: count)
        for (cell, label) in dense.enumerated() { members[label].append(cell) }
        separation = []
    }

    /// Clusters left.
    var count: Int { members.count }

    /// Merges until the smallest D is at least `limit`.
    mutating func run(below limit: Double, monitor: StageMonitor) throws(AnalysisError) {
        separation = members.map { _ in [Double](repeating: .infinity, count: members.count) }
        let first = members.count
        for a in members.indices {
            try monitor.update(0.7 * Double(a) / Double(first), Self.message)
            try measure(a, others: a + 1..<members.count, monitor)
        }
        while members.count > 1 {
            try monitor.update(1 - 0.3 * Double(members.count) / Double(first), Self.message)
            var best = (a: 0, b: 1, value: Double.infinity)
            for a in members.indices {
                for b in a + 1..<members.count where separation[a][b] < best.value {
                    best = (a, b, separation[a][b])
                }
            }
            curve.append(SIMD2(Double(members.count), min(best.value, 1e6)))
            guard best.value < limit else { return }
            members[best.a] = (members[best.a] + members[best.b]).sorted()
            members.remove(at: best.b)
            separation.remove(at: best.b)
            for row in separation.indices { separation[row].remove(at: best.b) }
            try measure(best.a, others: 0..<members.count, monitor)
        }
    }

    private mutating func measure(
        _ a: Int, others: Range<Int>, _ monitor: StageMonitor
    ) throws(AnalysisError) {
        for b in others where b != a {
            if monitor.isCancelled { throw .cancelled }
            let value = ashmanD(members[min(a, b)], members[max(a, b)])
            separation[a][b] = value
            separation[b][a] = value
        }
    }

    private func ashmanD(_ first: [Int], _ second: [Int]) -> Double {
        let (x, y) = (moments(first), moments(second))
        let (n, m) = (Double(first.count), Double(second.count))
        let pooled = (0..<dimension).map {
            (n * x.variances[$0] + m * y.variances[$0]) / (n + m)
        }
        var mean = 0.0
        for value in pooled { mean += value }
        mean /= Double(max(1, dimension))
        let axis = (0..<dimension).map { d in
            let spread = pooled[d] + 0.3 * mean
            return (x.means[d] - y.means[d]) / (spread > 0 ? spread : 1)
        }
        return projectedSeparation(project(first, axis), project(second, axis))
    }

    private func project(_ cells: [Int], _ axis: [Double]) -> [Double] {
        cells.map { cell in
            var sum = 0.0
            for d in 0..<dimension { sum += axis[d] * scores.values[cell * scores.dimension + d] }
            return sum
        }
    }

    private func moments(_ cells: [Int]) -> (means: [Double], variances: [Double]) {
        var means = [Double](repeating: 0, count: dimension)
        var variances = means
        for cell in cells {
            for d in 0..<dimension { means[d] += scores.values[cell * scores.dimension + d] }
        }
        for d in 0..<dimension { means[d] /= Double(cells.count) }
        for cell in cells {
            for d in 0..<dimension {
                let difference = scores.values[cell * scores.dimension + d] - means[d]
                variances[d] += difference * difference
            }
        }
        return (means, variances.map { $0 / Double(cells.count) })
    }
}
