import Bytes
import Foundation
import Workbench

/// The configuration of the service: built-in defaults < the JSON file < `SEAM_*` environment <
/// flags. One table serves reading, the errors and the help.
struct Settings {
    /// One setting.
    struct Entry {
        /// Its path in the JSON file: `server.port`.
        let path: String
        /// The flag that sets it, if there is one.
        let flag: String?
        /// The default as text.
        let standard: String
        /// The type of its value, and a check.
        let kind: Kind
        /// What it is.
        let summary: String

        /// The environment variable that sets it: `SEAM_SERVER_PORT`.
        var variable: String {
            "SEAM_" + path.replacingOccurrences(of: ".", with: "_").uppercased()
        }
    }

    /// The type of a setting.
    enum Kind {
        case text
        /// Any number of words: a list in the file, with commas between elsewhere; also none.
        case list
        case integer(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        /// `true` or `false`; its flag has no value.
        case flag
    }

    /// All settings.
    static let entries = [
        Entry(
            path: "server.host", flag: "--host", standard: "127.0.0.1", kind: .text,
            summary: "Address to listen on; without tokens only a loopback address."),
        Entry(
            path: "server.port", flag: "--port", standard: "8080", kind: .integer(0...65_535),
            summary: "Port to listen on; 0 picks a free one."),
        Entry(
            path: "server.hosts", flag: nil, standard: "", kind: .list,
            summary: "Names it answers to beside this machine's own, such as seam.lab.org."),
        Entry(
            path: "server.behind_tls", flag: "--behind-tls", standard: "false", kind: .flag,
            summary: "A proxy in front speaks TLS with the clients."),
        Entry(
            path: "server.insecure", flag: "--insecure", standard: "false", kind: .flag,
            summary: "Listen beyond loopback without TLS: tokens cross the net in clear."),
        Entry(
            path: "server.allowed_origins", flag: nil, standard: "", kind: .list,
            summary: "Origins of other sites whose pages may ask, with a token (CORS)."),
        Entry(
            path: "server.failed_attempts", flag: nil, standard: "10",
            kind: .integer(1...1_000_000_000),
            summary: "Wrong tokens an address may send at once; then one in 6 s, else 429."),
        Entry(
            path: "server.max_connections", flag: nil, standard: "8192",
            kind: .integer(1...100_000),
            summary: "Connections open at the same time; one more is answered 503."),
        Entry(
            path: "server.max_connections_per_address", flag: nil, standard: "256",
            kind: .integer(1...100_000),
            summary: "Connections of one address (or IPv6 /64) at the same time; one more is "
                + "429. Behind a trusted proxy its clients' requests under way are counted "
                + "instead."),
        Entry(
            path: "server.trusted_proxies", flag: nil, standard: "", kind: .list,
            summary: "Addresses of proxies whose X-Forwarded-For or Forwarded is believed; "
                + "behind TLS with none named, those of this machine."),
        Entry(
            path: "server.max_requests_per_connection", flag: nil, standard: "100000",
            kind: .integer(1...1_000_000_000),
            summary: "Requests on one connection; the last is answered with Connection: close."),
        Entry(
            path: "server.request_line_bytes", flag: nil, standard: "8192",
            kind: .integer(256...65_536),
            summary: "Bytes of a request line; above it 414."),
        Entry(
            path: "server.header_bytes", flag: nil, standard: "32768",
            kind: .integer(512...1_048_576),
            summary: "Bytes of all header fields of a request; above it 431."),
        Entry(
            path: "server.header_count", flag: nil, standard: "200", kind: .integer(8...10_000),
            summary: "Header fields of a request; above it 431."),
        Entry(
            path: "server.json_bytes", flag: nil, standard: "1048576",
            kind: .integer(64...(1 << 30)),
            summary: "Bytes of a JSON body; above it 413."),
        Entry(
            path: "server.first_byte_s", flag: nil, standard: "15", kind: .number(0.05...3600),
            summary: "Seconds from a connection to its first byte; then it is closed."),
        Entry(
            path: "server.header_s", flag: nil, standard: "15", kind: .number(0.05...3600),
            summary: "Seconds from the first byte of a header to its last; then 408."),
        Entry(
            path: "server.body_stall_s", flag: nil, standard: "20", kind: .number(0.05...3600),
            summary: "Seconds without a byte of a body; then 408."),
        Entry(
            path: "server.body_min_rate", flag: nil, standard: "128", kind: .number(0...1e9),
            summary: "Least mean bytes a second of a body, and of a reader, after a first "
                + "stall's time."),
        Entry(
            path: "server.idle_s", flag: nil, standard: "60", kind: .number(0.05...86_400),
            summary: "Seconds without a request on a connection; then it is closed."),
        Entry(
            path: "server.write_stall_s", flag: nil, standard: "30", kind: .number(0.05...3600),
            summary: "Seconds in which a client takes nothing of an answer; then it is cut."),
        Entry(
            path: "server.threads", flag: nil, standard: "32", kind: .integer(1...1024),
            summary: "Threads that answer requests at the same time."),
        Entry(
            path: "server.max_uploads", flag: nil, standard: "64", kind: .integer(1...1024),
            summary: "Bodies above 64 KiB received at the same time, a quarter of them from "
                + "one address."),
        Entry(
            path: "server.answer_bytes", flag: nil, standard: "67108864",
            kind: .integer(0...(1 << 40)),
            summary: "Bytes of memory that answers to slow readers may hold; what is above "
                + "goes to files."),
        Entry(
            path: "data_dir", flag: "--data-dir", standard: "data", kind: .text,
            summary: "Folder of the store."),
        Entry(
            path: "store.lock_wait_s", flag: nil, standard: "5", kind: .number(0...3600),
            summary: "Seconds to wait for a folder that a dying process still holds."),
        Entry(
            path: "uploads.max_bytes", flag: nil, standard: "68719476736",
            kind: .integer(1...(1 << 45)), summary: "Largest upload in bytes."),
        Entry(
            path: "uploads.free_bytes", flag: nil, standard: "268435456",
            kind: .integer(0...(1 << 45)), summary: "Free bytes of the disk that an upload leaves."),
        Entry(
            path: "uploads.max_bytes_per_owner", flag: nil, standard: "1099511627776",
            kind: .integer(1...(1 << 50)),
            summary: "Bytes of an owner's uploads, those stored and those on their way."),
        Entry(
            path: "uploads.max_unfinished_per_owner", flag: nil, standard: "100",
            kind: .integer(1...100_000), summary: "Unfinished resumable uploads of an owner."),
        Entry(
            path: "uploads.unfinished_hours", flag: nil, standard: "24",
            kind: .number(0.001...8760),
            summary: "Hours after its last byte when an unfinished upload is forgotten."),
        Entry(
            path: "jobs.workers", flag: "--workers", standard: "2", kind: .integer(1...64),
            summary: "Jobs that run at the same time."),
        Entry(
            path: "jobs.max_interruptions", flag: nil, standard: "10", kind: .integer(1...1000),
            summary: "Deaths of the process a job may see before it fails."),
        Entry(
            path: "shutdown.grace_s", flag: nil, standard: "20", kind: .number(0...3600),
            summary: "Seconds that requests and jobs get to end when the service stops."),
    ]

    private var values: [String: String]

    /// The defaults.
    init() {
        values = Dictionary(
            Self.entries.map { ($0.path, $0.standard) }, uniquingKeysWith: { first, _ in first })
    }

    /// Reads file, environment and flags, in that order.
    init(
        file: String?, environment: [String: String], arguments: Arguments
    ) throws(CommandFailure) {
        self.init()
        if let file { try read(file) }
        for (name, text) in environment.sorted(by: { $0.key < $1.key })
        where name.hasPrefix("SEAM_") {
            if Self.foreign.contains(name) { continue }
            guard let entry = Self.entries.first(where: { $0.variable == name }) else {
                let known = Self.entries.map(\.variable)
                let hint =
                    Nearest.name(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
                throw .usage("unknown environment variable \(name)\(hint)")
            }
            try set(entry, text, from: name)
        }
        for entry in Self.entries {
            guard let flag = entry.flag, let text = arguments.text(flag) else { continue }
            if case .flag = entry.kind {
                try set(entry, "true", from: flag)
            } else {
                try set(entry, text, from: flag)
            }
        }
    }

    /// Variables of this name space that are not settings of the service.
    private static let foreign = ["SEAM_THREADS", "SEAM_KERNELS", "SEAM_STATIC"]

    /// The text of a setting.
    func text(_ path: String) -> String { values[path] ?? "" }

    /// The words of a list.
    func list(_ path: String) -> [String] {
        text(path).split { $0 == "," || $0 == " " }.map(String.init)
    }

    /// A whole number.
    func integer(_ path: String) -> Int { Int(text(path)) ?? 0 }

    /// A number.
    func number(_ path: String) -> Double { Double(text(path)) ?? 0 }

    /// Whether a flag is set.
    func isOn(_ path: String) -> Bool { text(path) == "true" }

    private mutating func set(
        _ entry: Entry, _ text: String, from source: String
    ) throws(CommandFailure) {
        switch entry.kind {
        case .flag:
            guard ["true", "false"].contains(text) else {
                throw .usage("\(source): expected true or false, found \"\(text)\"")
            }
        case .text:
            if text.isEmpty { throw .usage("\(source): expected text") }
        case .list: break
        case .integer(let range):
            guard let number = Int(text), range.contains(number) else {
                throw .usage(
                    "\(source): expected a whole number from \(range.lowerBound) to "
                        + "\(range.upperBound), found \"\(text)\"")
            }
        case .number(let range):
            guard let number = Double(text), range.contains(number) else {
                throw .usage(
                    "\(source): expected a number from \(range.lowerBound) to "
                        + "\(range.upperBound), found \"\(text)\"")
            }
        }
        values[entry.path] = text
    }

    private mutating func read(_ file: String) throws(CommandFailure) {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw .usage("the configuration \(file) cannot be read")
        }
        let document: JSON
        do {
            document = try JSON.parse(Array(data))
        } catch {
            throw .usage("\(file): \(error.detail), at byte \(error.offset)")
        }
        try read(document, prefix: "", file: file)
    }

    /// The known key or group of keys nearest to an unknown one, else all keys.
    private static func hint(_ path: String) -> String {
        let keys = entries.map(\.path)
        let groups = keys.compactMap { $0.split(separator: ".").dropLast().first.map(String.init) }
        guard let near = Nearest.name(to: path, among: groups + keys) else {
            return "; known are \(keys.joined(separator: ", "))"
        }
        return "; did you mean \(near)?"
    }

    /// The text of a value in the file.
    private static func text(
        of value: JSON, _ entry: Entry, _ source: String
    ) throws(CommandFailure) -> String {
        guard case .list = entry.kind else { return value.string ?? value.text }
        if let text = value.string { return text }
        guard let items = value.array, items.allSatisfy({ $0.string?.contains(",") == false })
        else { throw .usage("\(source): expected a list of texts without commas") }
        return items.compactMap(\.string).joined(separator: ",")
    }

    private mutating func read(
        _ value: JSON, prefix: String, file: String
    ) throws(CommandFailure) {
        guard let members = value.members else { throw .usage("\(file): expected an object") }
        for member in members {
            let path = prefix + member.name
            if let entry = Self.entries.first(where: { $0.path == path }) {
                let source = "\(file): \(path)"
                try set(entry, try Self.text(of: member.value, entry, source), from: source)
            } else if Self.entries.contains(where: { $0.path.hasPrefix(path + ".") }) {
                try read(member.value, prefix: path + ".", file: file)
            } else {
                throw .usage("\(file): unknown key \(path)\(Self.hint(path))")
            }
        }
    }
}
