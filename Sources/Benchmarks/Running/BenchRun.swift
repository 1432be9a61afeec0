import Bytes
import Foundation

/// Measures items, ours and peers in alternation, each in a process of its own.
public struct BenchRun: Sendable {
    /// How it is done.
    public struct Options: Sendable {
        /// The executable that serves as worker: this one.
        public var executable: String
        /// Most timed runs of a contestant.
        public var repeats = 5
        /// After this many seconds of timed runs a contestant gets no further one.
        public var budget = 60.0
        /// Numbers of threads; empty for the item's own (kernels 1 and all cores, the rest all cores).
        public var threads: [Int] = []
        /// Peers to run beside, or nil.
        public var peers: PeerSetup?
        /// Told what is going on.
        public var log: @Sendable (String) -> Void = { _ in }

        /// The defaults.
        public init(executable: String) { self.executable = executable }
    }

    private let options: Options
    private let workspace: Workspace

    /// Measures in a workspace.
    public init(_ workspace: Workspace, options: Options) {
        self.workspace = workspace
        self.options = options
    }

    /// The results of items, in their order; an item that fails is told to the log and left out.
    public func results(_ items: [BenchItem]) -> (results: [BenchResult], failures: [String]) {
        var results: [BenchResult] = []
        var failures: [String] = []
        for item in items {
            for threads in threadCounts(item) {
                do throws(BenchmarkError) {
                    options.log("\(item.name), \(threads) threads")
                    results += try measure(
                        item, threads: threads, before: results, failures: &failures)
                } catch {
                    failures.append("\(item.name): \(error.description)")
                    options.log(failures.last ?? "")
                }
            }
        }
        return (results, failures)
    }

    private func threadCounts(_ item: BenchItem) -> [Int] {
        guard options.threads.isEmpty else { return options.threads }
        let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
        return item.isKernel && cores > 1 ? [1, cores] : [cores]
    }

    private func measure(
        _ item: BenchItem, threads: Int, before: [BenchResult], failures: inout [String]
    ) throws(BenchmarkError) -> [BenchResult] {
        var contestants = [try own(item, threads: threads)]
        var known: [BenchResult] = []
        for peer in options.peers == nil ? [] : Peer.of(item) {
            if let slow = measuredBefore(peer, item, in: before) {
                known.append(slow)
                continue
            }
            do throws(BenchmarkError) {
                contestants.append(try start(peer, item, threads: threads))
            } catch {
                failures.append("\(item.name), \(peer.name): \(error.description)")
                options.log(failures.last ?? "")
            }
        }
        alternate(contestants, failures: &failures)
        var results: [BenchResult] = []
        for contestant in contestants {
            do throws(BenchmarkError) {
                results.append(try result(of: contestant, item: item, threads: threads))
            } catch {
                contestant.worker.abandon()
                failures.append("\(item.name), \(contestant.name): \(error.description)")
                options.log(failures.last ?? "")
            }
        }
        return results + known
    }

    /// What a peer took beside another item of the family, if that was long: it is not run again.
    private func measuredBefore(
        _ peer: Peer, _ item: BenchItem, in results: [BenchResult]
    ) -> BenchResult? {
        guard options.threads.count <= 1 else { return nil }
        let names = BenchItem.all.filter { other in
            other.name != item.name && other.family == item.family
                && Peer.of(other).contains { $0.method == peer.method }
        }.flatMap { other in Peer.of(other).filter { $0.method == peer.method }.map(\.name) }
        guard
            var found = results.last(where: {
                names.contains($0.contestant) && $0.item != item.name
                    && $0.item.hasPrefix(item.family + "/")
                    && $0.median > Self.long
            })
        else { return nil }
        found.note += (found.note.isEmpty ? "" : "; ") + "measured beside \(found.item)"
        (found.item, found.title, found.contestant) = (item.name, item.title, peer.name)
        return found
    }

    /// Seconds above which a peer's run is long.
    private static let long = 10.0

    /// One run of each in turn, until all have had enough.
    private func alternate(_ contestants: [Contestant], failures: inout [String]) {
        for _ in 0...options.repeats {
            for contestant in contestants
            where contestant.wantsMore(options.repeats, options.budget) {
                do throws(BenchmarkError) {
                    contestant.take(try contestant.worker.run())
                    contestant.worker.settle()
                } catch {
                    contestant.failed = true
                    failures.append(error.description)
                    options.log(error.description)
                }
            }
        }
    }

    private func own(_ item: BenchItem, threads: Int) throws(BenchmarkError) -> Contestant {
        let output = outputPath(item.name)
        let worker = try WorkerProcess(
            name: item.name, executable: options.executable,
            arguments: [
                "bench", "--worker", item.name, "--workspace", workspace.folder, "--output", output,
            ], environment: ["SEAM_THREADS": String(threads)])
        return Contestant(name: BenchResult.own, worker: worker, output: output)
    }

    private func start(
        _ peer: Peer, _ item: BenchItem, threads: Int
    ) throws(BenchmarkError) -> Contestant {
        guard let setup = options.peers else { throw BenchmarkError("no peers") }
        let output = outputPath(item.name + "-" + peer.method)
        var arguments = [
            setup.folder + "/peer.py", peer.method, "--workspace", workspace.folder, "--output",
            output, "--threads", String(threads),
        ]
        if let epochs = setup.epochs { arguments += ["--epochs", String(epochs)] }
        let worker = try WorkerProcess(
            name: peer.name, executable: setup.python, arguments: arguments,
            environment: PeerSetup.environment(threads: threads))
        return Contestant(name: peer.name, worker: worker, output: output)
    }

    private func outputPath(_ name: String) -> String {
        workspace.folder + "/out-" + name.map { "/:".contains($0) ? "-" : String($0) }.joined()
            + ".npy"
    }

    private func result(
        of contestant: Contestant, item: BenchItem, threads: Int
    ) throws(BenchmarkError) -> BenchResult {
        guard !contestant.failed, !contestant.runs.isEmpty else {
            throw BenchmarkError("no run succeeded")
        }
        let last = try contestant.worker.finish()
        var metrics = Metric.list(last["metrics"])
        if let warm = contestant.worker.greeting["warm_up_s"]?.double {
            metrics.append(Metric("warm_up_s", warm))
        }
        if let judge = item.judge, FileManager.default.fileExists(atPath: contestant.output) {
            do {
                metrics += try judge(workspace, contestant.output)
            } catch {
                options.log("\(item.name), \(contestant.name): not judged: \(error)")
            }
        }
        let isOwn = contestant.name == BenchResult.own
        return BenchResult(
            item: item.name, title: item.title, contestant: contestant.name,
            threads: last["threads"]?.int ?? threads, seconds: contestant.runs.map(\.seconds),
            cpu: contestant.runs.map(\.cpu), peakBytes: last["peak_bytes"]?.int ?? 0,
            work: Work(last["work"]), metrics: metrics, note: last["note"]?.string ?? "",
            limit: isOwn ? item.limit : "")
    }
}

/// One who takes part in the measurement of an item.
private final class Contestant {
    let name: String
    let worker: WorkerProcess
    let output: String
    private(set) var runs: [WorkerProcess.Run] = []
    private var warm: WorkerProcess.Run?
    private var spent = 0.0
    var failed = false

    init(name: String, worker: WorkerProcess, output: String) {
        self.name = name
        self.worker = worker
        self.output = output
        try? FileManager.default.removeItem(atPath: output)
    }

    /// The first run is left out if it is short: it finds cold caches and memory not yet touched.
    func take(_ run: (run: WorkerProcess.Run, wall: Double)) {
        spent += run.wall
        if warm == nil, runs.isEmpty, run.wall < 2 {
            warm = run.run
            return
        }
        runs.append(run.run)
    }

    func wantsMore(_ repeats: Int, _ budget: Double) -> Bool {
        !failed && runs.count < repeats && (runs.isEmpty || spent < budget)
    }
}
