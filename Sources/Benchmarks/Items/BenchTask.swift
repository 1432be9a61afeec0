/// A figure found beside the time, such as a loss or a count.
public struct Metric: Sendable, Hashable {
    /// What it is, in small letters with underscores.
    public let name: String
    /// Its value.
    public let value: Double

    /// A figure.
    public init(_ name: String, _ value: Double) {
        self.name = name
        self.value = value
    }
}

/// The work of one unit of an item, to set its time against what the machine can do.
public enum Work: Sendable, Hashable {
    /// Single-precision operations (a product and a sum are two).
    case operations(Double)
    /// Bytes read and written.
    case bytes(Double)
}

/// An item made ready in the process that measures it.
struct BenchTask {
    /// Done before every run, not timed.
    var before: () throws -> Void = {}
    /// What is timed.
    var run: () throws -> Void
    /// How many units one run does; times are told a unit.
    var units = 1.0
    /// The work of one unit, where it can be counted; asked after the last run.
    var work: () -> Work? = { nil }
    /// Done once at the end, not timed: writes what is judged to a file, and tells figures.
    var finish: (_ output: String) throws -> [Metric] = { _ in [] }

    /// A task that is one unit.
    init(run: @escaping () throws -> Void) { self.run = run }
}
