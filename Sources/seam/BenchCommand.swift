import Benchmarks
import Bytes
import Foundation
import Glibc

/// `seam bench`: how fast everything is, here and now, and beside what people use today.
enum BenchCommand {
    static let usage = """
        usage: seam bench [--only LIST] [--input FILE [--truth NPZ] [--marker LABEL]] [OPTION ...]
               seam bench --scale [--sizes LIST] [--ions LIST] [OPTION ...]
               seam bench --markdown JSON [JSON ...] [--update FILE]

        Measures kernels, stages and service, each in a process of its own: the median of some runs,
        their spread, processor time and peak memory. A short first run is not counted.

          --only LIST         items or groups: \(BenchItem.groups.map(\.name).joined(separator: ", ")),
                              \(families)
          --list              print the items and end
          --input FILE        a file of any format the service imports
                              (a section simulated on the spot)
          --truth NPZ         its truth: arrays mask and maybe types (an npz: itself)
          --marker LABEL      its nuclear channel where it has no adenine
          --preset NAME       the section to simulate (standard), with
          --size N, --ions N  other pixels a side or ions than the preset's
          --quick             few passes of every stage: for checks, not for speed
          --prepare           only make the folder of --work
          --repeats N         most timed runs (5)
          --budget SECONDS    after which an item gets no further run (60)
          --threads LIST      numbers of threads (kernels 1 and all cores, the rest all cores)
          --against peers     run the Python tools of today on the same arrays in alternation
          --peers DIR         where they are (Tests/Benchmarks/peers)
          --venv DIR          their virtual environment, made if it is not there (.build/peers-venv)
          --peer-epochs N     epochs of their network (200); fewer is told in the table
          --scale             sections of several sizes, and the growth
          --sizes LIST        pixels a side (128,256,512,1024)
          --json FILE         write everything there
          --work DIR          where to work; kept (a folder that is removed)
          --markdown          print the tables of written JSON as Markdown, or with
          --update FILE       put them between the marks of that document
        """

    static let command = Command.throwing(
        "bench", summary: "measure speed and memory, also beside other tools", usage: usage
    ) { (words) throws(CommandFailure) in try run(words) }

    private static var families: String {
        var seen: [String] = []
        for item in BenchItem.all where !seen.contains(item.family) { seen.append(item.family) }
        return seen.joined(separator: ", ")
    }

    private static let options: [Option] = [
        .value("--only", called: "LIST"), .flag("--list"), .value("--input", called: "FILE"),
        .value("--truth", called: "NPZ"), .value("--marker", called: "LABEL"),
        .value("--preset", called: "NAME"), .value("--size", called: "N"),
        .value("--ions", called: "LIST"), .value("--repeats", called: "N"),
        .value("--budget", called: "SECONDS"), .value("--threads", called: "LIST"),
        .value("--against", called: "peers"), .value("--peers", called: "DIR"),
        .value("--venv", called: "DIR"), .value("--peer-epochs", called: "N"), .flag("--scale"),
        .value("--sizes", called: "LIST"), .value("--json", called: "FILE"),
        .value("--work", called: "DIR"), .flag("--markdown"), .value("--update", called: "FILE"),
        .value("--worker", called: "ITEM"), .value("--workspace", called: "DIR"),
        .value("--output", called: "FILE"), .flag("--prepare"), .flag("--quick"),
    ]

    private static func run(_ words: [String]) throws(CommandFailure) {
        let arguments = try Arguments(words, options: options)
        Glibc.signal(SIGPIPE, SIG_IGN)
        if arguments.has("--markdown") { return try BenchTables.print(arguments) }
        if let extra = arguments.operands.first { throw .usage("unexpected argument \(extra)") }
        if arguments.has("--list") { return list() }
        if let item = arguments.text("--worker") { return try work(item, arguments) }
        let items: [BenchItem]
        do throws(BenchmarkError) {
            let usual = arguments.has("--scale") ? ScaleRun.usualItems.joined(separator: ",") : nil
            items = try BenchItem.chosen(arguments.text("--only") ?? usual)
        } catch {
            throw .usage("--only: \(error.description)")
        }
        let session = try BenchSession(arguments, command: "seam bench " + shown(words))
        defer { session.end() }
        try session.run(items)
    }

    private static func shown(_ words: [String]) -> String { words.joined(separator: " ") }

    private static func list() {
        for item in BenchItem.all { print("\(item.name)\t\(item.title)") }
    }

    /// The hidden side: one item, measured on demand.
    private static func work(_ item: String, _ arguments: Arguments) throws(CommandFailure) {
        guard let workspace = arguments.text("--workspace"),
            let output = arguments.text("--output")
        else { throw .usage("--worker needs --workspace and --output") }
        do {
            try Worker.serve(item: item, workspace: workspace, output: output)
        } catch {
            throw .failed("\(item): \(error)")
        }
    }
}
