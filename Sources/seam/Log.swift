import Bytes
import Foundation
import Glibc
import Workbench

/// Writes log lines to standard error: time in UTC, then the text with control characters escaped and
/// what looks like a token hidden; or the same as a JSON object a line.
///
/// A line is words, the first of which name what happened and some of which are `name=value`; what
/// follows the first `: ` is free text. In JSON the pairs become members.
struct Log: Sendable {
    /// How lines are written.
    enum Format: Sendable {
        case text
        case json
    }

    var format = Format.text

    /// The format of a setting: `auto` is JSON where standard error is systemd's journal.
    static func format(_ setting: String) -> Format {
        switch setting {
        case "json": .json
        case "text": .text
        default: isJournal ? .json : .text
        }
    }

    /// Whether standard error is the stream that systemd says it is (`JOURNAL_STREAM`, systemd.exec).
    private static var isJournal: Bool {
        guard let stream = getenv("JOURNAL_STREAM") else { return false }
        var information = stat()
        guard fstat(STDERR_FILENO, &information) == 0 else { return false }
        return String(cString: stream) == "\(information.st_dev):\(information.st_ino)"
    }

    /// Writes one line in one call, so that lines of several threads do not mix.
    ///
    /// A log that cannot be written (a full disk, a reader that has gone) is no reason to fail.
    func write(_ text: String) { write(lines: [text]) }

    /// Writes lines that were told at about the same time in one call.
    func write(lines: [String]) {
        let time = Self.time()
        var all = ""
        for line in lines {
            let text = AccessSecret.redacted(line)
            switch format {
            case .text: all += time + " " + Self.escaped(text)
            case .json: all += Self.json(text, at: time).text
            }
            all += "\n"
        }
        writeText(all, to: STDERR_FILENO)
    }

    private static func escaped(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) { return text }
        var line = ""
        for scalar in text.unicodeScalars {
            if scalar.value < 0x20 || scalar.value == 0x7F {
                line += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                line.unicodeScalars.append(scalar)
            }
        }
        return line
    }

    /// "2026-01-31T12:00:00.123Z"; Foundation's formatter costs more than answering a request.
    private static func time() -> String {
        var moment = timespec()
        clock_gettime(CLOCK_REALTIME, &moment)
        var parts = tm()
        gmtime_r(&moment.tv_sec, &parts)
        func padded(_ number: Int, _ digits: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(digits - text.utf8.count, 0)) + text
        }
        let date =
            "\(parts.tm_year + 1900)-\(padded(Int(parts.tm_mon) + 1, 2))-\(padded(Int(parts.tm_mday), 2))"
        let clock =
            "\(padded(Int(parts.tm_hour), 2)):\(padded(Int(parts.tm_min), 2)):\(padded(Int(parts.tm_sec), 2))"
        return "\(date)T\(clock).\(padded(moment.tv_nsec / 1_000_000, 3))Z"
    }
}

extension Log {
    /// A line as an object: time, level, message, and a member for each pair.
    private static func json(_ text: String, at time: String) -> JSON {
        let end = text.range(of: ": ")?.lowerBound ?? text.endIndex
        var words: [Substring] = []
        var pairs: [JSON.Member] = []
        for word in text[..<end].split(separator: " ") {
            guard let (name, value) = pair(word) else {
                words.append(word)
                continue
            }
            let isNumber = numbers.contains(name)
            pairs.append(
                .init(name, isNumber ? Int(value).map(JSON.int) ?? .string(value) : .string(value)))
        }
        let message = words.joined(separator: " ") + text[end...]
        return .object(
            [
                .init("time", .string(time)), .init("level", .string(level(text, pairs))),
                .init("message", .string(message)),
            ] + pairs)
    }

    /// Names whose values are whole numbers.
    private static let numbers: Set = ["status", "sent", "ms", "memory_mb", "jobs", "bytes"]

    /// `name=value` of a word; `id` of a request is `request`.
    private static func pair(_ word: Substring) -> (String, String)? {
        guard let equals = word.firstIndex(of: "="), equals != word.startIndex else { return nil }
        let name = word[..<equals]
        guard name.utf8.allSatisfy({ (97...122).contains($0) || $0 == 95 }),
            !["time", "level", "message"].contains(name)
        else { return nil }
        return (name == "id" ? "request" : String(name), String(word[word.index(after: equals)...]))
    }

    private static func level(_ text: String, _ pairs: [JSON.Member]) -> String {
        let status = pairs.first { $0.name == "status" }?.value.int ?? 0
        if status >= 500 || text.hasPrefix("error") { return "error" }
        let troubles = ["failed", "could not", "given up", "told to end", "interrupted"]
        return troubles.contains { text.contains($0) } ? "warning" : "info"
    }
}

/// Writes text to a descriptor as far as it takes it; failures are not told.
func writeText(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    bytes.withUnsafeBytes { buffer in
        var start = 0
        while start < buffer.count {
            let count = Glibc.write(
                descriptor, buffer.baseAddress?.advanced(by: start), buffer.count - start)
            if count > 0 { start += count } else if count == 0 || errno != EINTR { return }
        }
    }
}
