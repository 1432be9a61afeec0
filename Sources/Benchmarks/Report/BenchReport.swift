public import Bytes

/// All results of one run of `seam bench`, with what they were measured on.
public struct BenchReport: Sendable, Hashable {
    /// The command that made it.
    public var command: String
    /// Processor, cores, system, instruction set, date: name and value.
    public var machine: [String]
    /// The section measured on.
    public var section: String
    /// The results, in the order they were measured.
    public var results: [BenchResult]
    /// Sizes of sections and the results there; empty without `--scale`.
    public var scale: [ScaleResult]

    /// A report.
    public init(
        command: String, machine: [String], section: String, results: [BenchResult],
        scale: [ScaleResult] = []
    ) {
        self.command = command
        self.machine = machine
        self.section = section
        self.results = results
        self.scale = scale
    }

    /// Processor, cores, memory, system, instruction set, load and time of this machine.
    public static var machineFacts: [String] { Machine.facts }

    /// The report as an object.
    public var json: JSON {
        [
            "command": .string(command), "machine": .array(machine.map { .string($0) }),
            "section": .string(section), "results": .array(results.map(\.json)),
            "scale": .array(scale.map(\.json)),
        ]
    }

    /// Reads what `json` wrote.
    ///
    /// - Throws: `BenchmarkError` for anything else.
    public init(_ json: JSON) throws(BenchmarkError) {
        guard let results = json["results"]?.array else {
            throw BenchmarkError("expected a report of seam bench: an object with \"results\"")
        }
        self.init(
            command: json["command"]?.string ?? "",
            machine: json["machine"]?.array?.compactMap(\.string) ?? [],
            section: json["section"]?.string ?? "", results: [])
        for result in results { self.results.append(try BenchResult(result)) }
        for entry in json["scale"]?.array ?? [] { scale.append(try ScaleResult(entry)) }
    }
}
