import Foundation

/// Merges clusters that do not separate along the axis between them.
///
/// Two clusters are projected on a discriminant axis and a mixture of two Gaussians is fitted to the
/// projections; Ashman's D of the two (Ashman, Bird and Zepf 1994) says how well they separate. The
/// axis of every other cell comes from the cells between (and the other way round): an axis drawn
/// through few cells in many dimensions separates those cells whatever they are. Of several spaces the one
/// that separates two clusters best counts. The pair with the smallest D is merged, again and again.
struct SeparationMerging {
    private static let message = "estimating the number of clusters: merging"

    private let spaces: [PrincipalScores]
    private var members: [[Int]]
    private var separation: [[Double]]
    /// (clusters there were, smallest D of a pair of them), from many to few.
    private(set) var curve: [SIMD2<Double>] = []

    /// - Parameters:
    ///   - spaces: of the same cells.
    ///   - labels: communities 0..<k, which one of the spaces must tell apart.
    init(_ spaces: [PrincipalScores], labels: [Int]) {
        self.spaces = spaces
        let (dense, count) = renumbered(labels)
        members = [[Int]](repeating: [], count: count)
        for (cell, label) in dense.enumerated() { members[label].append(cell) }
        separation = []
    }

    /// Clusters left.
    var count: Int { members.count }

    /// The cluster of each cell, 0..<count in the order of their first cells.
    var labels: [Int] {
        var labels = [Int](repeating: 0, count: members.reduce(0) { $0 + $1.count })
        for (cluster, cells) in members.enumerated() {
            for cell in cells { labels[cell] = cluster }
        }
        return renumbered(labels).membership
    }

    /// Merges until the smallest D is at least `limit`.
    mutating func run(below limit: Double, monitor: StageMonitor) throws(AnalysisError) {
        try run(monitor) { $1 < limit }
    }

    /// Merges until so many clusters are left or the smallest D is at least `limit`.
    mutating func run(
        until clusters: Int, below limit: Double, monitor: StageMonitor
    ) throws(AnalysisError) {
        try run(monitor) { $0 > clusters && $1 < limit }
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
            let (x, y) = (members[min(a, b)], members[max(a, b)])
            let value = spaces.reduce(0.0) { max($0, $1.ashmanD(x, y)) }
            separation[a][b] = value
            separation[b][a] = value
        }
    }
}
