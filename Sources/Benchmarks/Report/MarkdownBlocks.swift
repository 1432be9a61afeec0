/// The tables of reports, put between the marks of a document.
public enum MarkdownBlocks {
    /// Name and text of every table that reports give.
    public static func all(_ reports: [BenchReport]) -> [(name: String, text: String)] {
        var blocks: [(name: String, text: String)] = []
        let measured = reports.filter { !$0.results.isEmpty }
        for report in measured {
            blocks.append(("machine", facts(report)))
            blocks.append(("kernels", rows(report) { $0.isKernel }.resultTable.markdown))
            blocks.append(("stages", rows(report) { !$0.isKernel }.resultTable.markdown))
            blocks.append(("whole", report.wayTable.markdown))
            blocks.append(("limits", report.limitTable.markdown))
        }
        for report in reports where !report.scale.isEmpty {
            let growth = report.growthTables
            blocks.append(("growth-pixels", growth.pixels.markdown))
            blocks.append(("growth-ions", growth.ions.markdown))
            blocks.append(("growth-machine", facts(report)))
        }
        return blocks
    }

    private static func facts(_ report: BenchReport) -> String {
        "Measured by `\(report.command)` on \(report.section); "
            + report.machine.joined(separator: ", ") + "."
    }

    private static func rows(
        _ report: BenchReport, _ wanted: (BenchItem) -> Bool
    ) -> BenchReport {
        let names = Set(BenchItem.all.filter(wanted).map(\.name))
        var part = report
        part.results = report.results.filter { names.contains($0.item) }
        return part
    }

    /// The document with the text of each block between `<!-- bench:NAME -->` and `<!-- /bench -->`.
    ///
    /// A mark without a block keeps what is there, a block without a mark is left out; of two blocks
    /// of one name the last is taken.
    /// - Throws: `BenchmarkError` for a mark that does not end.
    public static func filled(
        _ document: String, with blocks: [(name: String, text: String)]
    ) throws(BenchmarkError) -> String {
        let (open, end) = ("<!-- bench:", "<!-- /bench -->")
        var lines: [String] = []
        var skipping: String?
        for line in document.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == end { skipping = nil }
            if skipping == nil { lines.append(String(line)) }
            guard line.hasPrefix(open), line.hasSuffix(" -->") else { continue }
            if let skipping { throw BenchmarkError("the mark \(skipping) does not end") }
            let name = String(line.dropFirst(open.count).dropLast(4))
            guard let block = blocks.last(where: { $0.name == name }) else { continue }
            lines += ["", block.text, ""]
            skipping = name
        }
        if let skipping { throw BenchmarkError("the mark \(skipping) does not end") }
        return lines.joined(separator: "\n")
    }
}
