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
        /// Whether its value is shown to nobody.
        var isSecret = false

        /// The environment variable that sets it: `SEAM_SERVER_PORT`.
        var variable: String {
            "SEAM_" + path.replacingOccurrences(of: ".", with: "_").uppercased()
        }
    }

    /// The type of a setting.
    enum Kind {
        case text
        /// One of a few words.
        case choice([String])
        /// Any number of words: a list in the file, with commas between elsewhere; also none.
        case list
        case integer(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        /// `true` or `false`; its flag has no value.
        case flag
    }

    private var values: [String: String]
    /// Where a value comes from, if it is not the default.
    private var sources: [String: String] = [:]

    /// The defaults.
    init() {
        values = Dictionary(
            Self.entries.map { ($0.path, $0.standard) }, uniquingKeysWith: { first, _ in first })
    }

    /// What a command's flags, this process's environment and the file of `--config` say.
    init(_ arguments: Arguments) throws(CommandFailure) {
        try self.init(
            file: arguments.text("--config"), environment: ProcessInfo.processInfo.environment,
            arguments: arguments)
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
            sources[entry.path] = name
        }
        for entry in Self.entries {
            guard let flag = entry.flag, let text = arguments.text(flag) else { continue }
            if case .flag = entry.kind {
                try set(entry, "true", from: flag)
            } else {
                try set(entry, text, from: flag)
            }
            sources[entry.path] = flag
        }
    }

    /// Variables of this name space that are not settings of the service.
    private static let foreign = ["SEAM_THREADS", "SEAM_KERNELS", "SEAM_STATIC"]

    /// Every setting with its value and where that comes from; secrets are masked.
    var listing: [(path: String, value: String, source: String)] {
        Self.entries.map { entry in
            let value = text(entry.path)
            return (
                entry.path, entry.isSecret && !value.isEmpty ? "********" : value,
                sources[entry.path] ?? "default"
            )
        }
    }

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
            if text.isEmpty, !entry.isSecret { throw .usage("\(source): expected text") }
        case .choice(let words):
            guard words.contains(text) else {
                throw .usage(
                    "\(source): expected one of \(words.joined(separator: ", ")), found \"\(text)\""
                )
            }
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
                sources[path] = file
            } else if Self.entries.contains(where: { $0.path.hasPrefix(path + ".") }) {
                try read(member.value, prefix: path + ".", file: file)
            } else {
                throw .usage("\(file): unknown key \(path)\(Self.hint(path))")
            }
        }
    }
}
