import Bytes
import Dispatch
import Jobs
import SEAMCore
import Store
import Synchronization

extension Workbench {
    /// Looks at every queued job and hands those whose inputs are done to the pool.
    ///
    /// For the start of the process and after trouble with the store; otherwise `schedule(_:)` looks at
    /// what may have changed only. Linear in the length of the queue.
    func schedule() {
        guard !isStopping else { return }
        let ids: [String]
        do {
            ids = try WorkbenchError.storing { () throws(StoreError) in
                try store.queuedJobs().map(\.id) + store.runningJobs(JobKind.analysis.rawValue)
            }
        } catch {
            configuration.log("scheduling failed: \(error)")
            return scheduleLater(seconds: 5)
        }
        schedule(ids)
    }

    /// Looks at these jobs, and at those that wait for the ones that end in doing so.
    ///
    /// A job whose input has no result fails here; an analysis ends here when its parts have ended.
    /// Costs the same however many others are queued.
    func schedule(_ ids: [String]) {
        guard !isStopping, !ids.isEmpty else { return }
        var open = ids
        var place = 0
        while place < open.count {
            let id = open[place]
            place += 1
            do throws(WorkbenchError) {
                // Let go of between jobs, so that a submission does not wait for a long queue.
                let ended = try scheduling.withLock { _ throws(WorkbenchError) in try consider(id) }
                if ended { open += try dependents(of: id) }
            } catch {
                switch error {
                case .notFound, .conflict, .stopping: break  // cancelled or deleted meanwhile
                default:
                    // One job's trouble does not hold up the others.
                    configuration.log("scheduling job=\(id) failed: \(error.cause)")
                    scheduleLater(seconds: 5)
                }
            }
        }
    }

    /// Looks at a job that has changed and at those that take its result.
    func scheduleAround(_ id: String) {
        do throws(WorkbenchError) {
            schedule([id] + (try dependents(of: id)))
        } catch {
            configuration.log("scheduling after job=\(id) failed: \(error.cause)")
            scheduleLater(seconds: 5)
        }
    }

    private func dependents(of id: String) throws(WorkbenchError) -> [String] {
        try WorkbenchError.storing { () throws(StoreError) in
            try store.unfinishedDependents(of: id)
        }
    }

    /// Looks at everything again after a pause; pauses that overlap are one.
    private func scheduleLater(seconds: Double) {
        guard !pauseArmed.exchange(true, ordering: .sequentiallyConsistent) else { return }
        DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + seconds) { [weak self] in
            guard let self else { return }
            pauseArmed.store(false, ordering: .sequentiallyConsistent)
            schedule()
        }
    }

    /// Looks at one job; returns whether it ended.
    private func consider(_ id: String) throws(WorkbenchError) -> Bool {
        let found = try WorkbenchError.storing { () throws(StoreError) in try store.job(id) }
        guard let job = found, !job.state.isFinal else { return false }
        if job.kind == ImportJob.kind { return startImport(job) }
        guard let kind = JobKind(rawValue: job.kind) else {
            try fail(
                job,
                [
                    "type": "/errors/internal", "title": "Unknown kind",
                    "detail": .string("this version knows no kind \(job.kind)"),
                ])
            return true
        }
        guard kind == .analysis || job.state == .queued else { return false }
        let inputs = try WorkbenchError.storing { () throws(StoreError) in
            try store.inputs(of: job.id)
        }
        return kind == .analysis
            ? try advance(analysis: job, parts: inputs) : try start(job, kind, inputs)
    }

    /// Hands a stage whose inputs are done to the pool; returns true if it failed instead.
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
        guard !isPaused(job), !pool.holds(job.id) else { return false }
        let need = statedNeed(of: job, kind)
        guard pool.limits.allows(need) else {
            try fail(job, JobFailure(needs: need.memory, budget: pool.limits.memory).document)
            return true
        }
        pool.submit(
            id: job.id, owner: job.owner, priority: job.priority, need: need,
            deadline: configuration.deadlines[kind]
        ) { [self] context in
            run(job.id, kind, need, context)
        }
        return false
    }

    /// Whether a job is to wait before its next attempt; it is looked at again then.
    func isPaused(_ job: JobRecord) -> Bool {
        guard let pause = job.notBefore.flatMap(Timestamp.microseconds) else { return false }
        let left = Double(pause - Timestamp.microsecondsNow()) / 1e6
        guard left > 0 else { return false }
        again(job.id, after: left)
        return true
    }

    /// Looks at a job again when its pause is over.
    private func again(_ id: String, after seconds: Double) {
        // A clock that was set back must not make it wait for ever.
        let seconds = min(max(seconds, 0), 3600) + 0.01
        DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + seconds) { [weak self] in
            self?.schedule([id])
        }
    }

    private func fail(_ job: JobRecord, _ error: JSON) throws(WorkbenchError) {
        configuration.log(
            "job=\(job.id) kind=\(job.kind) owner=\(job.owner) failed: "
                + "\(error["detail"]?.string ?? "")")
        try WorkbenchError.storing { () throws(StoreError) in
            try store.failQueued(job.id, error: error.text)
        }
        metrics.ended(job.kind, "failed")
        changed(job.id)
    }

    /// Tells those who wait for a job that it has changed.
    func changed(_ id: String) {
        changes.notify(id)
        notices.look(id)
    }

    /// Runs one stage on a worker.
    private func run(_ id: String, _ kind: JobKind, _ need: JobNeed, _ context: JobContext) {
        guard let (job, run) = begin(id) else { return }
        defer {
            changed(id)
            scheduleAround(id)
        }
        changed(id)
        scheduleAround(id)
        metrics.waited(kind.rawValue, seconds: context.waited)
        let who = "job=\(id) kind=\(kind.rawValue) owner=\(job.owner)"
        configuration.log("\(who) started memory_mb=\(need.memory / 1_000_000)")
        let monitor = StageMonitor(
            report: { [changes] fraction, message in
                context.report(fraction, stage: kind.rawValue, message: message)
                changes.notify(id)
            }, isCancelled: { context.isCancelled })
        do throws(StageFailure) {
            let output = try execute(job, kind, monitor)
            let begun = ContinuousClock.now
            try finish(job, run: run, need, output)
            metrics.observe(kind.rawValue, .store, seconds: (ContinuousClock.now - begun).inSeconds)
            metrics.ended(kind.rawValue, "succeeded")
            configuration.log("\(who) succeeded")
        } catch {
            end(job, run: run, context.reason, error)
        }
    }

    /// Marks a job as running; nil where it was cancelled or deleted between queue and worker.
    ///
    /// A store that cannot be written leaves the job queued, and it is looked at again soon.
    func begin(_ id: String) -> (job: JobRecord, run: Int)? {
        do throws(StoreError) {
            guard let job = try store.job(id) else { return nil }
            return (job, try store.markRunning(id))
        } catch {
            switch error {
            case .conflict, .notFound, .closed: break
            default:
                configuration.log("job=\(id) could not be started: \(error)")
                scheduleLater(seconds: 5)
            }
            return nil
        }
    }

    private func execute(
        _ job: JobRecord, _ kind: JobKind, _ monitor: StageMonitor
    ) throws(StageFailure) -> StageOutput {
        var begun = ContinuousClock.now
        let input: StageInput
        do {
            input = try stageInput(job, kind)
        } catch {
            throw .workbench(error)
        }
        metrics.observe(kind.rawValue, .load, seconds: (ContinuousClock.now - begun).inSeconds)
        begun = .now
        defer {
            metrics.observe(kind.rawValue, .run, seconds: (ContinuousClock.now - begun).inSeconds)
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
        _ job: JobRecord, run: Int, _ need: JobNeed, _ output: StageOutput
    ) throws(StageFailure) {
        do {
            // Kept beside the provenance, not part of it: it does not bear on the result.
            let provenance = JSON.object(
                (try provenance(of: job).members ?? [])
                    + [.init("memory_bytes", .int(need.memory))])
            try WorkbenchError.storing { () throws(StoreError) in
                try store.finish(
                    job.id, run: run, state: .succeeded, warnings: output.warnings,
                    provenance: provenance.text, artifacts: output.artifacts)
            }
        } catch {
            throw .workbench(error)
        }
    }
}
