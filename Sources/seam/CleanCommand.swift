import Bytes
import Foundation
import Workbench

/// `seam clean`: removes results that are no longer asked for.
enum CleanCommand {
    static let usage = """
        usage: seam clean [--dry-run] [--results-days N] [--failed-days N] [--json]
                          [--data-dir DIR] [--config FILE]

        Removes jobs with their results that were neither made nor read for --results-days, and failed
        and cancelled ones older than --failed-days (retention.results_days and retention.failed_days
        of the configuration unless given here; 0 keeps them), but none that one which stays was built
        on; then gives the free part of the database file back to the disk. Datasets are never removed.

        --dry-run lists what would go, the longest unused first, and changes nothing. Works beside a
        running server, which does the same every hour where the configuration says so.
        """

    static let command = Command.throwing(
        "clean", summary: "remove results that are no longer asked for", usage: usage
    ) { (words) throws(CommandFailure) in try run(words) }

    private static let options: [Option] = [
        .flag("--dry-run"), .flag("--json"), .value("--results-days", called: "N"),
        .value("--failed-days", called: "N"), .value("--data-dir", called: "DIR"),
        .value("--config", called: "FILE"),
    ]

    private static func run(_ words: [String]) throws(CommandFailure) {
        let arguments = try Arguments(words, options: options)
        if let extra = arguments.operands.first { throw .usage("unexpected argument \(extra)") }
        let settings = try Settings(arguments)
        var rules = RetentionRules(settings)
        rules.resultDays = try days("--results-days", arguments) ?? rules.resultDays
        rules.failedDays = try days("--failed-days", arguments) ?? rules.failedDays
        do throws(WorkbenchError) {
            let cleaner = try Cleaner(dataDirectory: settings.text("data_dir"), rules: rules)
            defer { cleaner.close() }
            if arguments.has("--dry-run") {
                try list(cleaner, asJSON: arguments.has("--json"))
            } else {
                let done = try cleaner.clean()
                print(
                    arguments.has("--json")
                        ? JSON.object([
                            .init("jobs", .int(done.jobs)), .init("bytes", .int(done.bytes)),
                        ]).text
                        : "removed \(done.jobs) jobs, gave \(done.bytes) bytes back to the disk")
            }
        } catch {
            throw .failed(error.cause)
        }
    }

    private static func days(
        _ name: String, _ arguments: Arguments
    ) throws(CommandFailure) -> Double? {
        guard let days = try arguments.number(name) else { return nil }
        guard (0...36_500).contains(days) else {
            throw .usage("\(name): expected a number from 0 to 36500, found \(days)")
        }
        // Nothing is older than for ever; 0 keeps all, as in the configuration.
        return days > 0 ? days : 1e9
    }

    private static func list(_ cleaner: Cleaner, asJSON: Bool) throws(WorkbenchError) {
        let expired = try cleaner.expired()
        for job in expired {
            let columns = ["job", "last_used_at", "owner", "kind", "state"]
            let cells = columns.compactMap { job[$0]?.string } + ["\(job["bytes"]?.int ?? 0)"]
            print(asJSON ? job.text : cells.joined(separator: "  "))
        }
        let bytes = expired.reduce(0) { $0 + ($1["bytes"]?.int ?? 0) }
        printError("\(expired.count) jobs with \(bytes) bytes would go")
    }
}

extension RetentionRules {
    /// As configured; 0 days keep everything.
    init(_ settings: Settings) {
        self.init()
        let (results, failed) = (
            settings.number("retention.results_days"), settings.number("retention.failed_days")
        )
        resultDays = results > 0 ? results : nil
        failedDays = failed > 0 ? failed : nil
    }
}
