import Workbench

/// `seam backup`: a consistent copy of a store while it is served.
enum BackupCommand {
    static let usage = """
        usage: seam backup FILE [--replace] [--data-dir DIR] [--config FILE]

        Writes a copy of the store in the data folder to FILE, as it is at one instant: datasets,
        jobs, results, regions, tokens and the audit. Works beside a running server, which goes on
        reading and writing meanwhile, and without one.

        FILE appears whole and synced, or not at all; until then it is FILE.partial. A file that is
        there is refused unless --replace is given. Uploads that are not finished are left out: their
        clients begin them again.

        To restore, stop the service, put FILE into an empty data folder under the name seam.sqlite
        and start it; see docs/operations.md.
        """

    static let command = Command.throwing(
        "backup", summary: "copy the store while it is served", usage: usage
    ) { (words) throws(CommandFailure) in try run(words) }

    private static func run(_ words: [String]) throws(CommandFailure) {
        let arguments = try Arguments(
            words,
            options: [
                .flag("--replace"), .value("--data-dir", called: "DIR"),
                .value("--config", called: "FILE"),
            ])
        guard let file = arguments.operands.first else { throw .usage("FILE: where to write it") }
        guard arguments.operands.count == 1 else {
            throw .usage("unexpected argument \(arguments.operands[1])")
        }
        let folder = try Settings(arguments).text("data_dir")
        do throws(WorkbenchError) {
            let made = try StoreCare.backUp(
                dataDirectory: folder, to: file, replacing: arguments.has("--replace"))
            print("\(file): \(made)")
        } catch {
            throw .failed(error.cause)
        }
    }
}
