import Bytes
import Foundation

/// The asking side of `Worker`'s protocol, for our own items and for peers.
final class WorkerProcess {
    /// What one run took.
    struct Run {
        let seconds: Double
        let cpu: Double
    }

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var buffer = Data()
    private let name: String
    /// What the worker said when it was ready.
    private(set) var greeting: JSON = .null

    /// Starts a worker and waits until it is ready.
    ///
    /// - Throws: `BenchmarkError` if it cannot be started or ends early.
    init(
        name: String, executable: String, arguments: [String], environment: [String: String]
    ) throws(BenchmarkError) {
        self.name = name
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = input
        process.standardOutput = output
        do {
            try process.run()
        } catch {
            throw BenchmarkError("\(name): \(executable) cannot be started: \(error)")
        }
        greeting = try answer()
    }

    /// Asks for one run; what it took by its own account, and how long the answer took.
    func run() throws(BenchmarkError) -> (run: Run, wall: Double) {
        let start = ResourceUse.clock
        input.fileHandleForWriting.write(Data("run\n".utf8))
        let reply = try answer()
        guard let seconds = reply["seconds"]?.double, let cpu = reply["cpu"]?.double else {
            throw BenchmarkError("\(name): expected seconds and cpu, found \(reply.text)")
        }
        return (Run(seconds: seconds, cpu: cpu), ResourceUse.clock - start)
    }

    /// Waits until the worker's threads rest: they may go on spinning after a run (OpenBLAS's for 2^26 ticks of
    /// the clock, 30 to 110 ms) and would take a core from the next contestant. At most a second; where the system does not
    /// tell a process's time, a quarter of one.
    func settle() {
        guard var before = processorTime else { return Thread.sleep(forTimeInterval: 0.25) }
        for _ in 0..<20 {
            Thread.sleep(forTimeInterval: 0.05)
            guard let now = processorTime, now != before else { return }
            before = now
        }
    }

    /// Ticks of all of the process's threads (proc(5), stat, fields 14 and 15).
    private var processorTime: Int? {
        let file = "/proc/\(process.processIdentifier)/stat"
        guard let text = try? String(contentsOfFile: file, encoding: .utf8),
            let name = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: name)...].split(separator: " ")
        guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else {
            return nil
        }
        return user + system
    }

    /// Ends the worker and gives its last words.
    func finish() throws(BenchmarkError) -> JSON {
        try? input.fileHandleForWriting.close()
        let last = try answer()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchmarkError("\(name) ended with status \(process.terminationStatus)")
        }
        return last
    }

    /// Ends the worker whatever it does.
    func abandon() {
        if process.isRunning { process.terminate() }
        process.waitUntilExit()
    }

    private func answer() throws(BenchmarkError) -> JSON {
        while true {
            if let end = buffer.firstIndex(of: 0x0A) {
                let line = [UInt8](buffer[buffer.startIndex..<end])
                buffer = Data(buffer[buffer.index(after: end)...])
                do throws(JSONError) {
                    return try JSON.parse(line)
                } catch {
                    throw BenchmarkError(
                        "\(name): expected JSON, found \(String(decoding: line, as: UTF8.self))")
                }
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else {
                process.waitUntilExit()
                throw BenchmarkError(
                    "\(name) ended early with status \(process.terminationStatus)")
            }
            buffer.append(more)
        }
    }
}
