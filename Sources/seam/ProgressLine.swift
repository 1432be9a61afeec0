import Foundation
import Synchronization

/// A progress bar on standard error: redrawn in place on a terminal, a line a step elsewhere.
final class ProgressLine {
    private let isTerminal = isatty(2) == 1
    private var shown = ""
    private var width = 0

    /// Shows a fraction (0...1) and what goes on.
    func show(_ fraction: Double, _ text: String) {
        let percent = Int((fraction * 100).rounded(.down))
        if isTerminal {
            let filled = Int(fraction * 30)
            let bar =
                String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
            let line = String("\(bar) \(percent) % \(text)".prefix(110))
            let padding = String(repeating: " ", count: max(0, width - line.count))
            write("\r" + line + padding)
            width = line.count
        } else {
            let line = "\(percent / 5 * 5) % \(text.prefix { $0 != ":" })"
            if line != shown { write(line + "\n") }
            shown = line
        }
    }

    /// Ends the bar's line.
    func end() {
        if isTerminal { write("\n") }
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
