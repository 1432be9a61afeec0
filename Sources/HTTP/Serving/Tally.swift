/// Counts by name, with a bound for each.
package struct Tally: Sendable {
    private let limit: Int
    private var counts: [String: Int] = [:]

    package init(limit: Int) { self.limit = limit }

    /// Adds one; false, and nothing added, where the name is at its bound.
    package mutating func add(_ name: String) -> Bool {
        let count = counts[name, default: 0]
        guard count < limit else { return false }
        counts[name] = count + 1
        return true
    }

    /// Takes one away.
    package mutating func remove(_ name: String) {
        guard let count = counts[name] else { return }
        counts[name] = count > 1 ? count - 1 : nil
    }
}
