import Bytes
import Dispatch
import Jobs
import SEAMCore
import Store
import Synchronization

extension Workbench {
    /// Looks at every queued job and starts those whose inputs are done.
    ///
    /// Called whenever something may have changed: a submission, an end, a start of the process.
    /// A job whose input has no result fails here; an analysis ends here when its parts have ended.
    func schedule() {
        guard !isStopping else { return }
        do {
            var again = true
            while again {
                again = try scheduling.withLock { _ throws(WorkbenchError) in try scheduleOnce() }
            }
        } catch {
            configuration.log("scheduling failed: \(error)")
            scheduleLater(seconds: 5)
        }
    }

    /// Looks again after a pause; pauses that overlap are one.
    private func scheduleLater(seconds: Double) {
        guard !pauseArmed.exchange(true, ordering: .sequentiallyConsistent) else { return }
        DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + seconds) { [weak self] in
            guard let self else { return }
            pauseArmed.store(false, ordering: .sequentiallyConsistent)
            schedule()
        }
    }

    /// One pass; returns whether a job ended in it, so that others may have become ready.
    private func scheduleOnce() throws(WorkbenchError) -> Bool {
        var ended = false
        let waiting = try WorkbenchError.storing { () throws(StoreError) in
            try store.queuedJobs()
                + store.listJobs(
                    kind: JobKind.analysis.rawValue, state: .running, limit: 500, visibleTo: nil
                ).items
        }
        for job in waiting {
            do throws(WorkbenchError) {
                if try consider(job) { ended = true }
            } catch {
                switch error {
                case .notFound, .conflict: break  // cancelled or deleted since the list was read
                default:
                    // One job's trouble does not hold up the others.
                    configuration.log("scheduling job \(job.id) failed: \(error.cause)")
                    scheduleLater(seconds: 5)
                }
            }
        }
        return ended
    }

    /// Looks at one job; returns whether it ended.
    private func consider(_ job: JobRecord) throws(WorkbenchError) -> Bool {
        guard let kind = JobKind(rawValue: job.kind) else {
            try fail(
                job,
                [
                    "type": "/errors/internal", "title": "Unknown kind",
                    "detail": .string("this version knows no kind \(job.kind)"),
                ])
            return true
        }
        let inputs = try WorkbenchError.storing { () throws(StoreError) in
            try store.inputs(of: job.id)
        }
        return kind == .analysis
            ? try advance(analysis: job, parts: inputs) : try start(job, kind, inputs)
    }

    /// Starts a stage whose inputs are done; returns true if it failed instead.
    private func start(
        _ job: JobRecord, _ kind: JobKind, _ inputs: [(role: String, job: JobRecord)]
    ) throws(WorkbenchError) -> Bool {
        for (role, input) in inputs where input.state == .failed || input.state == .cancelled {
            guard let inputKind = JobKind(rawValue: role) else { continue }
            if kind.inputs.contains(where: { $0.kind == inputKind && $0.optional }) { continue }
            let failure = JobFailure(
                input: inputKind, job: input.id, state: input.state.rawValue,
                error: input.errorJSON.map(Self.parse))
            try fail(job, failure.document)
            return true
        }
        guard inputs.allSatisfy({ $0.job.state.isFinal }) else { return false }
        if let pause = job.notBefore, pause > Timestamp.now() {
            scheduleLater(seconds: 1)
            return false
        }
        pool.submit(id: job.id, owner: job.owner, priority: job.priority) { [self] context in
            run(job.id, kind, context)
        }
        return false
    }

    private func fail(_ job: JobRecord, _ error: JSON) throws(WorkbenchError) {
        configuration.log("job \(job.id) \(job.kind) failed: \(error["detail"]?.string ?? "")")
        try WorkbenchError.storing { () throws(StoreError) in
            try store.failQueued(job.id, error: error.text)
        }
        changes.notify(job.id)
    }

    /// Runs one stage on a worker.
    private func run(_ id: String, _ kind: JobKind, _ context: JobContext) {
        defer {
            changes.notify(id)
            schedule()
        }
        guard let (job, run) = begin(id) else { return }
        changes.notify(id)
        schedule()
        let need = try? memoryNeed(of: job)
        let megabytes = need.map { ", needs \($0.bytes / 1_000_000) MB" } ?? ""
        configuration.log("job \(id) \(kind.rawValue) started\(megabytes)")
        let monitor = StageMonitor(
            report: { [changes] fraction, message in
                context.report(fraction, stage: kind.rawValue, message: message)
                changes.notify(id)
            }, isCancelled: { context.isCancelled })
        do throws(StageFailure) {
            let output = try execute(job, kind, monitor)
            try finish(job, run: run, need, output)
        } catch {
            end(job, run: run, context.reason, error)
        }
    }

    /// Marks a job as running; nil where it was cancelled or deleted between queue and worker.
    ///
    /// A store that cannot be written leaves the job queued, and it is looked at again soon.
    private func begin(_ id: String) -> (job: JobRecord, run: Int)? {
        do throws(StoreError) {
            guard let job = try store.job(id) else { return nil }
            return (job, try store.markRunning(id))
        } catch {
            switch error {
            case .conflict, .notFound, .closed: break
            default:
                configuration.log("job \(id) could not be started: \(error)")
                scheduleLater(seconds: 5)
            }
            return nil
        }
    }

    private func execute(
        _ job: JobRecord, _ kind: JobKind, _ monitor: StageMonitor
    ) throws(StageFailure) -> StageOutput {
        let input: StageInput
        do {
            input = try stageInput(job, kind)
        } catch {
            throw .workbench(error)
        }
        return try StageRunner.run(kind, input, monitor: monitor)
    }

    /// What the stage of a job works on.
    func stageInput(_ job: JobRecord, _ kind: JobKind) throws(WorkbenchError) -> StageInput {
        let dataset = try self.dataset(job.dataset ?? "", caller: .local)
        return StageInput(
            dataset: dataset, ions: try ions(of: dataset),
            parameters: try ParameterValues(
                checking: Self.parse(job.parametersJSON), specs: kind.parameters,
                pointer: "/parameters"),
            upstream: try upstream(of: job), store: store)
    }

    private func finish(
        _ job: JobRecord, run: Int, _ need: MemoryNeed?, _ output: StageOutput
    ) throws(StageFailure) {
        do {
            // Kept beside the provenance, not part of it: it does not bear on the result.
            let provenance = JSON.object(
                (try provenance(of: job).members ?? [])
                    + [.init("memory_bytes", .optional(need?.bytes))])
            try WorkbenchError.storing { () throws(StoreError) in
                try store.finish(
                    job.id, run: run, state: .succeeded, warnings: output.warnings,
                    provenance: provenance.text, artifacts: output.artifacts)
            }
            configuration.log("job \(job.id) \(job.kind) succeeded")
        } catch {
            throw .workbench(error)
        }
    }
}
