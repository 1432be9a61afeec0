public import Bytes

/// What was measured of one item by one contestant: us, or a peer.
public struct BenchResult: Sendable, Hashable {
    /// The item's name.
    public var item: String
    /// What the table calls the item.
    public var title: String
    /// `seam`, or the peer's name.
    public var contestant: String
    /// Threads it might use.
    public var threads: Int
    /// Seconds of a unit, in the order of the runs.
    public var seconds: [Double]
    /// Processor seconds of a unit, likewise.
    public var cpu: [Double]
    /// Largest resident memory of its process in bytes.
    public var peakBytes: Int
    /// The work of a unit.
    public var work: Work?
    /// Figures beside the time.
    public var metrics: [Metric]
    /// A remark, such as that a time is scaled from a sample; empty for none.
    public var note: String
    /// What keeps it from being faster; empty for peers.
    public var limit: String

    /// The result as an object.
    public var json: JSON {
        let times = Summary(seconds)
        var members: [JSON.Member] = [
            .init("item", .string(item)), .init("title", .string(title)),
            .init("contestant", .string(contestant)), .init("threads", .int(threads)),
            .init("median_s", .double(times.median)), .init("least_s", .double(times.least)),
            .init("greatest_s", .double(times.greatest)),
            .init("cpu_s", .double(Summary(cpu).median)),
            .init("peak_bytes", .int(peakBytes)),
            .init("seconds", .array(seconds.map { .double($0) })),
            .init("cpu", .array(cpu.map { .double($0) })),
        ]
        switch work {
        case .operations(let count): members.append(.init("operations", .double(count)))
        case .bytes(let count): members.append(.init("bytes", .double(count)))
        case nil: break
        }
        members += [
            .init("metrics", .object(metrics.map { .init($0.name, .double($0.value)) })),
            .init("note", .string(note)), .init("limit", .string(limit)),
        ]
        return .object(members)
    }

    /// Reads what `json` wrote.
    ///
    /// - Throws: `BenchmarkError` for an object that is no result.
    public init(_ json: JSON) throws(BenchmarkError) {
        guard let item = json["item"]?.string, let contestant = json["contestant"]?.string,
            let seconds = json["seconds"]?.array?.compactMap(\.double), !seconds.isEmpty,
            let cpu = json["cpu"]?.array?.compactMap(\.double), !cpu.isEmpty
        else { throw BenchmarkError("expected a result, found \(json.text.prefix(80))") }
        self.init(
            item: item, title: json["title"]?.string ?? item, contestant: contestant,
            threads: json["threads"]?.int ?? 1, seconds: seconds, cpu: cpu,
            peakBytes: json["peak_bytes"]?.int ?? 0, work: Work(json),
            metrics: Metric.list(json["metrics"]), note: json["note"]?.string ?? "",
            limit: json["limit"]?.string ?? "")
    }

    init(
        item: String, title: String, contestant: String, threads: Int, seconds: [Double],
        cpu: [Double], peakBytes: Int, work: Work?, metrics: [Metric], note: String, limit: String
    ) {
        self.item = item
        self.title = title
        self.contestant = contestant
        self.threads = threads
        self.seconds = seconds
        self.cpu = cpu
        self.peakBytes = peakBytes
        self.work = work
        self.metrics = metrics
        self.note = note
        self.limit = limit
    }

    /// The name of our own runs.
    public static let own = "seam"

    /// The middle of the seconds.
    public var median: Double { Summary(seconds).median }
}

extension Work {
    /// The work told by `operations` or `bytes`.
    init?(_ json: JSON?) {
        if let count = json?["operations"]?.double {
            self = .operations(count)
        } else if let count = json?["bytes"]?.double {
            self = .bytes(count)
        } else {
            return nil
        }
    }
}

extension Metric {
    /// The numbers of an object.
    static func list(_ json: JSON?) -> [Metric] {
        (json?.members ?? []).compactMap { member in
            member.value.double.map { Metric(member.name, $0) }
        }
    }
}
