/// Writes metrics in Prometheus's text format, version 0.0.4: `HELP` and `TYPE` once a name, then its
/// samples.
///
/// Source: "Exposition formats" of the Prometheus documentation.
public struct MetricsText: Sendable {
    /// Names and values of labels, in the order they are written.
    public typealias Labels = [(name: String, value: String)]

    /// The type of a metric.
    public enum Kind: String, Sendable {
        /// Only rises while the process lives.
        case counter
        /// May rise and fall.
        case gauge
        /// Counts by class, with their sum.
        case histogram
    }

    private var lines: [String] = []

    /// No metrics yet.
    public init() {}

    /// Everything so far, each line ended.
    public var text: String { lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n" }

    /// Begins a metric; its samples follow.
    public mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        lines.append("# HELP \(name) \(Self.escaped(help, quotes: false))")
        lines.append("# TYPE \(name) \(kind.rawValue)")
    }

    /// One sample of the metric that was begun.
    public mutating func add(_ name: String, _ labels: Labels = [], _ value: Double) {
        lines.append(name + Self.text(labels) + " " + Self.text(value))
    }

    /// One sample that is a whole number.
    public mutating func add(_ name: String, _ labels: Labels = [], _ value: Int) {
        lines.append(name + Self.text(labels) + " \(value)")
    }

    /// A metric of one sample.
    public mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        begin(name, kind, help)
        add(name, [], value)
    }

    /// A metric of one sample that is a whole number.
    public mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: Int) {
        begin(name, kind, help)
        add(name, [], value)
    }

    /// The samples of one histogram.
    public mutating func add(_ name: String, _ labels: Labels, _ histogram: Histogram) {
        var below = 0
        for (bound, count) in zip(histogram.bounds, histogram.counts) {
            below += count
            add(name + "_bucket", labels + [("le", Self.text(bound))], below)
        }
        add(name + "_bucket", labels + [("le", "+Inf")], histogram.total)
        add(name + "_sum", labels, histogram.sum)
        add(name + "_count", labels, histogram.total)
    }

    private static func text(_ labels: Labels) -> String {
        guard !labels.isEmpty else { return "" }
        let pairs = labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }
        return "{" + pairs.joined(separator: ",") + "}"
    }

    private static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
