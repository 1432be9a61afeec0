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
        case integer(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        /// `true` or `false`; its flag has no value.
        case flag
        /// Texts without commas: a list in the file, separated by commas elsewhere.
        case list
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
            path: "server.trusted_proxies", flag: nil, standard: "127.0.0.1,::1", kind: .list,
            summary: "Proxies whose X-Forwarded-For is believed, behind TLS."),
        Entry(
            path: "server.allowed_origins", flag: nil, standard: "", kind: .list,
            summary: "Origins of other sites whose pages may ask, with a token (CORS)."),
        Entry(
            path: "server.failed_attempts", flag: nil, standard: "10",
            kind: .integer(1...1_000_000_000),
            summary: "Wrong tokens an address may send at once; then one in 6 s, else 429."),
        Entry(
            path: "server.max_connections", flag: nil, standard: "512", kind: .integer(1...10_000),
            summary: "Connections open at the same time."),
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

    /// A whole number.
    func integer(_ path: String) -> Int { Int(text(path)) ?? 0 }

    /// A number.
    func number(_ path: String) -> Double { Double(text(path)) ?? 0 }

    /// Whether a flag is set.
    func isOn(_ path: String) -> Bool { text(path) == "true" }

    /// The texts of a list.
    func list(_ path: String) -> [String] {
        text(path).split(separator: ",").map { $0.filter { !$0.isWhitespace } }
            .filter { !$0.isEmpty }
    }

    private mutating func set(
        _ entry: Entry, _ text: String, from source: String
    ) throws(CommandFailure) {
        switch entry.kind {
        case .list: break
        case .flag:
            guard ["true", "false"].contains(text) else {
                throw .usage("\(source): expected true or false, found \"\(text)\"")
            }
        case .text:
            if text.isEmpty { throw .usage("\(source): expected text") }
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
