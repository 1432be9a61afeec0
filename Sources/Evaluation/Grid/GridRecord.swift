import Bytes

/// What one method gave on one dataset with one seed; a line of the grid's file.
public struct GridRecord: Sendable, Hashable {
    /// What was measured.
    public let task: GridTask
    /// The dataset as it was named.
    public let dataset: String
    /// The seed.
    public let seed: UInt64
    /// The method.
    public let method: String
    /// The figures; none where the method does not apply.
    public let measurements: [Measurement]

    /// A record.
    public init(
        task: GridTask, dataset: String, seed: UInt64, method: String,
        measurements: [Measurement]
    ) {
        self.task = task
        self.dataset = dataset
        self.seed = seed
        self.method = method
        self.measurements = measurements
    }

    /// What it is a record of.
    var key: String { "\(task.rawValue)|\(dataset)|\(seed)|\(method)" }

    /// As one line of JSON.
    public var line: [UInt8] {
        JSON.object([
            .init("task", .string(task.rawValue)), .init("dataset", .string(dataset)),
            .init("seed", .string(String(seed))), .init("method", .string(method)),
            .init(
                "values",
                .object(measurements.map { .init($0.metric, .double($0.value)) })),
        ]).encoded + [0x0A]
    }

    /// Reads a line, or gives nil for one that is none (such as a line cut off by a crash).
    public init?(line: [UInt8]) {
        guard let json = try? JSON.parse(line), let task = json["task"]?.string,
            let task = GridTask(rawValue: task), let dataset = json["dataset"]?.string,
            let seed = json["seed"]?.string.flatMap({ UInt64($0) }),
            let method = json["method"]?.string, let values = json["values"]?.members
        else { return nil }
        self.init(
            task: task, dataset: dataset, seed: seed, method: method,
            measurements: values.compactMap { member in
                member.value.double.map { Measurement(member.name, $0) }
            })
    }
}
