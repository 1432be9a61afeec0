import Bytes
import Foundation

/// The measuring side: a process that makes one item ready and runs it whenever it is told to.
///
/// It reads lines from standard input and writes one JSON object a line on standard output:
/// `{"ready": …}` at first, `{"seconds": …, "cpu": …}` after every line `run`, and at the end of its
/// input what was found and how much memory it took. Peers speak the same.
public enum Worker {
    /// Serves one item until standard input ends.
    ///
    /// - Throws: `BenchmarkError` for an unknown item, and what the item throws.
    public static func serve(item name: String, workspace: String, output: String) throws {
        guard let item = BenchItem.all.first(where: { $0.name == name }) else {
            throw BenchmarkError("there is no item \"\(name)\"")
        }
        let task = try item.make(try Workspace(folder: workspace))
        ResourceUse.forgetPeak()
        say(["ready": true])
        while let line = readLine() {
            guard line == "run" else { throw BenchmarkError("expected run, found \"\(line)\"") }
            say(try measure(task))
        }
        let peak = ResourceUse.peakBytes
        let metrics = try task.finish(output)
        say([
            "peak_bytes": .int(peak), "work": work(task.work()),
            "metrics": .object(metrics.map { .init($0.name, .double($0.value)) }),
        ])
    }

    private static func measure(_ task: BenchTask) throws -> JSON {
        try task.before()
        let cpu = ResourceUse.processorSeconds
        let start = ResourceUse.clock
        try benchmarkMeasuredRegion(task)
        let seconds = ResourceUse.clock - start
        let used = ResourceUse.processorSeconds - cpu
        return ["seconds": .double(seconds / task.units), "cpu": .double(used / task.units)]
    }

    private static func work(_ work: Work?) -> JSON {
        switch work {
        case .operations(let count): ["operations": .double(count)]
        case .bytes(let count): ["bytes": .double(count)]
        case nil: .null
        }
    }

    private static func say(_ value: JSON) {
        FileHandle.standardOutput.write(Data(value.encoded + [0x0A]))
    }
}

/// What is timed, and between whose entry and exit `.ci/check-instructions.py` counts instructions.
@inline(never)
@_optimize(none)
func benchmarkMeasuredRegion(_ task: BenchTask) throws { try task.run() }
