import Benchmarks
import Bytes
import Foundation

/// `seam bench --markdown`: written results as tables of a document.
enum BenchTables {
    static func print(_ arguments: Arguments) throws(CommandFailure) {
        guard !arguments.operands.isEmpty else { throw .usage("--markdown: JSON is missing") }
        var reports: [BenchReport] = []
        for path in arguments.operands { reports.append(try report(path)) }
        let blocks = MarkdownBlocks.all(reports)
        guard let document = arguments.text("--update") else {
            for block in blocks { Swift.print("## \(block.name)\n\n\(block.text)\n") }
            return
        }
        do {
            let text = try String(contentsOfFile: document, encoding: .utf8)
            let filled = try MarkdownBlocks.filled(text, with: blocks)
            try Data(filled.utf8).write(to: URL(fileURLWithPath: document))
        } catch let error as BenchmarkError {
            throw .badData("\(document): \(error.description)")
        } catch {
            throw .failed("\(document): \(error.localizedDescription)")
        }
    }

    private static func report(_ path: String) throws(CommandFailure) -> BenchReport {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw .badData("\(path) cannot be read")
        }
        do {
            return try BenchReport(JSON.parse([UInt8](bytes)))
        } catch {
            throw .badData("\(path): \(error)")
        }
    }
}
