import Benchmarks
import Bytes
import Foundation

/// One call of `seam bench`: its options read, its work done, its report told.
struct BenchSession {
    private let arguments: Arguments
    private let command: String
    private let folder: String
    private let options: BenchRun.Options

    init(_ arguments: Arguments, command: String) throws(CommandFailure) {
        self.arguments = arguments
        self.command = command
        folder =
            arguments.text("--work") ?? NSTemporaryDirectory() + "/seam-bench-" + UUID().uuidString
        var options = BenchRun.Options(executable: try Self.executable())
        options.repeats = try arguments.integer("--repeats") ?? options.repeats
        options.budget = try arguments.number("--budget") ?? options.budget
        options.threads = try Self.numbers("--threads", arguments, 1...1024) ?? []
        guard (1...10_000).contains(options.repeats) else {
            throw .usage("--repeats: expected 1 to 10000, found \(options.repeats)")
        }
        options.log = { printError($0) }
        if try arguments.choice("--against", ["peers"]) != nil {
            options.peers = try PeerEnvironment(arguments).setup()
        }
        self.options = options
    }

    /// Removes what need not be kept.
    func end() {
        if !arguments.has("--work") { try? FileManager.default.removeItem(atPath: folder) }
    }

    /// Measures, prints the tables, writes the JSON.
    ///
    /// - Throws: `.failed` if anything could not be measured, after everything else was.
    func run(_ items: [BenchItem]) throws(CommandFailure) {
        let (report, failures) =
            arguments.has("--scale") ? try scale(items) : try measure(items)
        tell(report)
        if let path = arguments.text("--json") {
            do {
                try Data(report.json.pretty).write(to: URL(fileURLWithPath: path))
            } catch {
                throw .failed("\(path) cannot be written: \(error.localizedDescription)")
            }
        }
        guard failures.isEmpty else {
            throw .failed("not measured:\n  " + failures.joined(separator: "\n  "))
        }
    }

    private func measure(
        _ items: [BenchItem]
    ) throws(CommandFailure) -> (BenchReport, [String]) {
        let input = try input()
        do throws(BenchmarkError) {
            options.log("preparing \(folder)")
            let peers = options.peers != nil
            let workspace = try Preparation(folder: folder, quick: arguments.has("--quick"))
                .workspace(
                    of: input, for: items,
                    matrix: peers && items.contains { $0.family == "cluster" })
            if arguments.has("--prepare") {
                return (report([], section: workspace.summary), [])
            }
            let run = BenchRun(workspace, options: options).results(items)
            return (report(run.results, section: workspace.summary), run.failures)
        } catch {
            throw .badData(error.description)
        }
    }

    private func scale(
        _ items: [BenchItem]
    ) throws(CommandFailure) -> (BenchReport, [String]) {
        let sides = try Self.numbers("--sizes", arguments, 16...2048) ?? [128, 256, 512, 1024]
        let ions = try Self.numbers("--ions", arguments, 8...800) ?? [100, 250, 500]
        let run = ScaleRun(
            sides: sides, ions: ions, items: items, folder: folder, options: options
        ).results()
        var report = report([], section: "simulated sections of one density")
        report.scale = run.results
        return (report, run.failures)
    }

    private func report(_ results: [BenchResult], section: String) -> BenchReport {
        BenchReport(
            command: command, machine: BenchReport.machineFacts, section: section,
            results: results)
    }

    private func tell(_ report: BenchReport) {
        print("\(report.section); \(report.machine.joined(separator: ", "))\n")
        let tables =
            report.scale.isEmpty
            ? [report.resultTable, report.wayTable, report.limitTable]
            : [report.growthTables.pixels, report.growthTables.ions]
        for table in tables where !table.rows.isEmpty { print(table.text + "\n") }
    }

    private func input() throws(CommandFailure) -> BenchInput {
        if let path = arguments.text("--input") {
            return .file(path, truth: arguments.text("--truth"), marker: arguments.text("--marker"))
        }
        let ions = try Self.numbers("--ions", arguments, 8...800)
        return .simulated(
            preset: arguments.text("--preset") ?? "standard",
            size: try arguments.integer("--size"), ions: ions?.first)
    }

    /// Whole numbers with commas between them.
    private static func numbers(
        _ name: String, _ arguments: Arguments, _ range: ClosedRange<Int>
    ) throws(CommandFailure) -> [Int]? {
        guard let text = arguments.text(name) else { return nil }
        var numbers: [Int] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let number = Int(word), range.contains(number) else {
                throw .usage(
                    "\(name): expected whole numbers from \(range.lowerBound) to "
                        + "\(range.upperBound) with commas between them, found \"\(text)\"")
            }
            numbers.append(number)
        }
        return numbers
    }

    /// The path of this program.
    private static func executable() throws(CommandFailure) -> String {
        if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            return path
        }
        guard let path = Bundle.main.executablePath else {
            throw .failed("cannot find the path of this program")
        }
        return path
    }
}
