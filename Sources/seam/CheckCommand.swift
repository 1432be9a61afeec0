import Workbench

/// `seam check`: is everything in a store as it was written?
enum CheckCommand {
    static let usage = """
        usage: seam check [--data-dir DIR] [--config FILE]
               seam check BACKUP

        Looks at the store in the data folder, or at a backup's file: the database's own structure,
        every reference, the checksum of every image and result, and the files of unfinished uploads.
        Changes nothing. Works beside a running server, which it does not hold up, and without one; it
        reads everything there is.

        Each thing that is wrong is a line on standard output. Exit code 0: all is well; 1: something
        is wrong, or the store cannot be opened.
        """

    static let command = Command.throwing(
        "check", summary: "verify the store or a backup", usage: usage
    ) { (words) throws(CommandFailure) in try run(words) }

    private static func run(_ words: [String]) throws(CommandFailure) {
        let arguments = try Arguments(
            words,
            options: [.value("--data-dir", called: "DIR"), .value("--config", called: "FILE")])
        guard arguments.operands.count <= 1 else {
            throw .usage("unexpected argument \(arguments.operands[1])")
        }
        let folder = try Settings(arguments).text("data_dir")
        let report: StoreCare.Report
        do throws(WorkbenchError) {
            if let backup = arguments.operands.first {
                report = try StoreCare.check(backup: backup)
            } else {
                report = try StoreCare.check(dataDirectory: folder)
            }
        } catch {
            throw .failed(error.cause)
        }
        for note in report.notes { print("note: \(note)") }
        for fault in report.faults { print("wrong: \(fault)") }
        guard report.faults.isEmpty else {
            throw .failed("\(report.faults.count) things are wrong; looked at \(report.scope)")
        }
        print("all is well: \(report.scope)")
    }
}
