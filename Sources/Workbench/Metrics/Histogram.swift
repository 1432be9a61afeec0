/// Counts of durations in classes, as Prometheus wants them: how many were at most so long.
public struct Histogram: Sendable, Hashable {
    /// The upper ends of the classes in seconds, ascending; one more class has no end.
    public let bounds: [Double]
    /// How many fell into each class, not summed up; one more than there are bounds.
    public private(set) var counts: [Int]
    /// The sum of everything observed, in seconds.
    public private(set) var sum = 0.0

    /// An empty histogram.
    ///
    /// - Precondition: the bounds ascend.
    public init(bounds: [Double]) {
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "bounds ascend")
        self.bounds = bounds
        counts = [Int](repeating: 0, count: bounds.count + 1)
    }

    /// Adds one duration in seconds; undefined and negative ones count as 0.
    public mutating func observe(_ seconds: Double) {
        let value = seconds > 0 ? seconds : 0
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }

    /// How many durations were observed.
    public var total: Int { counts.reduce(0, +) }

    /// Classes for answers to requests: a millisecond to a minute.
    public static let ofRequests = Histogram(bounds: [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ])

    /// Classes for jobs: a tenth of a second to a day.
    public static let ofJobs = Histogram(bounds: [
        0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 1800, 3600, 14_400, 43_200, 86_400,
    ])
}
