import Foundation
import Glibc
import Workbench

/// Writes log lines to standard error: time in UTC, then the text with control characters escaped and
/// what looks like a token hidden.
struct Log: Sendable {
    /// Writes one line in one call, so that lines of several threads do not mix.
    ///
    /// A log that cannot be written (a full disk, a reader that has gone) is no reason to fail.
    func write(_ text: String) {
        var line = Date.now.formatted(.iso8601.time(includingFractionalSeconds: true)) + " "
        for scalar in AccessSecret.redacted(text).unicodeScalars {
            if scalar.value < 0x20 || scalar.value == 0x7F {
                line += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                line.unicodeScalars.append(scalar)
            }
        }
        writeText(line + "\n", to: STDERR_FILENO)
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
