/// What repeats of one measurement say: the middle, and how far they lie apart.
public struct Summary: Sendable, Hashable {
    /// Number of repeats.
    public let count: Int
    /// Half of the repeats are at or below it.
    public let median: Double
    /// The fastest repeat.
    public let least: Double
    /// The slowest repeat.
    public let greatest: Double
    /// A quarter of the repeats is at or below it (linear between neighbours).
    public let lowerQuartile: Double
    /// Three quarters are.
    public let upperQuartile: Double

    /// The summary of some numbers.
    ///
    /// - Precondition: at least one, none NaN.
    public init(_ values: [Double]) {
        precondition(!values.isEmpty && values.allSatisfy { !$0.isNaN }, "numbers to summarise")
        let sorted = values.sorted()
        count = sorted.count
        least = sorted[0]
        greatest = sorted[sorted.count - 1]
        median = Self.quantile(0.5, of: sorted)
        lowerQuartile = Self.quantile(0.25, of: sorted)
        upperQuartile = Self.quantile(0.75, of: sorted)
    }

    /// The value below which a share of ascending numbers lies, linear between neighbours (type 7 of
    /// Hyndman and Fan 1996).
    static func quantile(_ share: Double, of sorted: [Double]) -> Double {
        let place = share * Double(sorted.count - 1)
        let below = Int(place.rounded(.down))
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
}
