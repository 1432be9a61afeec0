import Foundation

/// Merges clusters that do not separate along the axis between them.
///
/// Two clusters are projected on a discriminant axis and a mixture of two Gaussians is fitted to the
/// projections; Ashman's D of the two (Ashman, Bird and Zepf 1994) says how well they separate. The
/// axis of every other cell comes from the cells between (and the other way round): an axis drawn
/// through few cells in many dimensions separates those cells whatever they are. The pair with the
/// smallest D is merged, again and again.
struct SeparationMerging {
    private static let message = "estimating the number of clusters: merging"

    private let scores: PrincipalScores
    private let dimension: Int
    private var members: [[Int]]
    private var separation: [[Double]]
    /// (clusters there were, smallest D of a pair of them), from many to few.
    private(set) var curve: [SIMD2<Double>] = []

    /// - Parameter labels: communities 0..<k, which the scores tell apart.
    init(_ scores: PrincipalScores, labels: [Int]) {
        self.scores = scores
        dimension = scores.dimension
        let (dense, count) = renumbered(labels)
        members = [[Int]](repeating: [], count: count)
        for (cell, label) in dense.enumerated() { members[label].append(cell) }
        separation = []
    }

    /// Clusters left.
    var count: Int { members.count }

    /// The cluster of each cell, 0..<count in the order of their first cells.
    var labels: [Int] {
        var labels = [Int](repeating: 0, count: scores.count)
        for (cluster, cells) in members.enumerated() {
            for cell in cells { labels[cell] = cluster }
        }
        return renumbered(labels).membership
    }

    /// Merges until the smallest D is at least `limit`.
    mutating func run(below limit: Double, monitor: StageMonitor) throws(AnalysisError) {
        try run(monitor) { $1 < limit }
    }

    /// Merges until so many clusters are left.
    mutating func run(until clusters: Int, monitor: StageMonitor) throws(AnalysisError) {
        try run(monitor) { count, _ in count > clusters }
    }

    private mutating func run(
        _ monitor: StageMonitor, whilst goesOn: (_ count: Int, _ separation: Double) -> Bool
    ) throws(AnalysisError) {
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
            guard goesOn(members.count, best.value) else { return }
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
        guard first.count > 1, second.count > 1 else {
            let (a, b) = projections(of: (first, second), on: .between(first, second, in: self))
            return projectedSeparation(a, b)
        }
        let (x, y) = (halves(first), halves(second))
        let left = projections(of: (x.0, y.0), on: .between(x.1, y.1, in: self))
        let right = projections(of: (x.1, y.1), on: .between(x.0, y.0, in: self))
        let (a, b) = (left.0 + right.0, left.1 + right.1)
        guard a.reduce(0, +) / Double(a.count) > b.reduce(0, +) / Double(b.count) else { return 0 }
        return projectedSeparation(a, b)
    }

    /// Every other one of some cells, and those between.
    private func halves(_ cells: [Int]) -> ([Int], [Int]) {
        (
            stride(from: 0, to: cells.count, by: 2).map { cells[$0] },
            stride(from: 1, to: cells.count, by: 2).map { cells[$0] }
        )
    }

    private func projections(
        of clusters: ([Int], [Int]), on axis: Axis
    ) -> ([Double], [Double]) {
        (project(clusters.0, axis), project(clusters.1, axis))
    }

    private func project(_ cells: [Int], _ axis: Axis) -> [Double] {
        cells.map { cell in
            var sum = -axis.middle
            for d in 0..<dimension {
                sum += axis.direction[d] * scores.values[cell * scores.dimension + d]
            }
            return sum * axis.scale
        }
    }

    /// The discriminant axis of two clusters: means apart over the variances within, which are drawn
    /// towards their mean. Cells project around 0, with a standard deviation of 1 within clusters.
    private struct Axis {
        let direction: [Double]
        let middle: Double
        let scale: Double

        static func between(
            _ first: [Int], _ second: [Int], in merging: SeparationMerging
        ) -> Axis {
            let (x, y) = (merging.moments(first), merging.moments(second))
            let (n, m) = (Double(first.count), Double(second.count))
            let dimension = merging.dimension
            let pooled = (0..<dimension).map {
                (n * x.variances[$0] + m * y.variances[$0]) / (n + m)
            }
            var mean = 0.0
            for value in pooled { mean += value }
            mean /= Double(max(1, dimension))
            let direction = (0..<dimension).map { d in
                let spread = pooled[d] + 0.3 * mean
                return (x.means[d] - y.means[d]) / (spread > 0 ? spread : 1)
            }
            var (middle, square) = (0.0, 0.0)
            for d in 0..<dimension {
                middle += direction[d] * (x.means[d] + y.means[d]) / 2
            }
            let plain = Axis(direction: direction, middle: middle, scale: 1)
            for cells in [first, second] {
                let values = merging.project(cells, plain)
                var own = 0.0
                for value in values { own += value }
                own /= Double(values.count)
                for value in values { square += (value - own) * (value - own) }
            }
            let spread = (square / (n + m)).squareRoot()
            return Axis(
                direction: direction, middle: middle, scale: spread > 0 ? 1 / spread : 1)
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
