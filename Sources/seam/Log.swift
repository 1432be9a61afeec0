import Foundation

/// Writes log lines to standard error: time in UTC, then the text with control characters escaped.
struct Log: Sendable {
    /// Writes one line in one call, so that lines of several threads do not mix.
    func write(_ text: String) {
        var line = Date.now.formatted(.iso8601.time(includingFractionalSeconds: true)) + " "
        for scalar in text.unicodeScalars {
            if scalar.value < 0x20 || scalar.value == 0x7F {
                line += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                line.unicodeScalars.append(scalar)
            }
        }
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
