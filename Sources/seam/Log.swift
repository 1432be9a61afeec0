import Glibc
import Workbench

/// Writes log lines to standard error: time in UTC, then the text with control characters escaped and
/// what looks like a token hidden.
struct Log: Sendable {
    /// Writes one line in one call, so that lines of several threads do not mix.
    ///
    /// A log that cannot be written (a full disk, a reader that has gone) is no reason to fail.
    func write(_ text: String) { write(lines: [text]) }

    /// Writes lines that were told at about the same time in one call.
    func write(lines: [String]) {
        let time = Self.time()
        var all = ""
        for line in lines {
            all += time
            all += Self.printable(AccessSecret.redacted(line))
            all += "\n"
        }
        writeText(all, to: STDERR_FILENO)
    }

    private static func printable(_ text: String) -> String {
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

    /// "2026-01-31T12:00:00.123Z "; Foundation's formatter costs more than answering a request.
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
        return "\(date)T\(clock).\(padded(moment.tv_nsec / 1_000_000, 3))Z "
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
