import Bytes
import Dispatch
import Ingest
import Jobs
public import Store
import Synchronization

extension Workbench {
    /// Takes an upload to be imported later, durable on return.
    ///
    /// The files may go when this returns: they are kept under names of their own.
    ///
    /// - Returns: The job, or the dataset of the same bytes that is there.
    public func submitImport(
        _ upload: Upload, fields: DatasetFields, caller: Caller
    ) throws(WorkbenchError) -> (job: JobRecord?, existing: Imported?) {
        guard !isStopping else { throw .stopping }
        guard caller.role >= .member else { throw .forbidden("a reader cannot upload datasets") }
        if let there = try existing(upload, fields: fields, caller: caller) {
            return (nil, .existing(there))
        }
        try checkDatasets(of: caller.owner)
        let job = ImportJob.record(upload, fields: fields, owner: caller.owner)
        try scheduling.withLock { _ throws(WorkbenchError) in
            try checkQueue(adding: 1, owner: caller.owner)
            try WorkbenchError.storing { () throws(StoreError) in
                // The files first: a row without them would be an import that lost its bytes.
                try store.keepImport(job.id, files: upload.files.map(\.path))
                do throws(StoreError) {
                    try store.insertJob(job)
                } catch {
                    store.forgetImport(job.id)
                    throw error
                }
            }
        }
        schedule([job.id])
        return (try self.job(job.id, caller: caller), nil)
    }

    /// Hands a queued import to the pool. Returns false: it ends there.
    func startImport(_ job: JobRecord) -> Bool {
        guard job.state == .queued, !isPaused(job), !pool.holds(job.id) else { return false }
        let bytes = Self.parse(job.parametersJSON)["bytes"]?.int ?? 0
        // What an import takes is known when it has been read; one that is too large is refused there.
        let (guess, overflow) = bytes.multipliedReportingOverflow(by: 2)
        let need = JobNeed(memory: min(overflow ? .max : guess, pool.limits.memory), cores: 1)
        pool.submit(id: job.id, owner: job.owner, priority: job.priority, need: need) {
            [self] context in runImport(job.id, context)
        }
        return false
    }

    private func runImport(_ id: String, _ context: JobContext) {
        guard let (job, run) = begin(id) else { return }
        changed(id)
        defer {
            // Whoever cancelled it while it ran could not take its files.
            if (try? store.job(id)).map({ $0?.state.isFinal ?? true }) == true {
                store.forgetImport(id)
            }
            changed(id)
            scheduleAround(id)
        }
        metrics.waited(job.kind, seconds: context.waited)
        let who = "job=\(id) kind=\(job.kind) owner=\(job.owner)"
        configuration.log("\(who) started")
        do throws(WorkbenchError) {
            let work = try ImportJob(job, store)
            let outcome = try importDataset(
                work.upload, fields: work.fields, caller: Caller(owner: job.owner, role: .member)
            ) { [changes] fraction in
                context.report(fraction, stage: job.kind, message: "reading")
                changes.notify(id)
                return !context.isCancelled
            }
            guard case .created(let dataset) = outcome.stored else {
                throw .failed("an import that stores nothing is no job")
            }
            try WorkbenchError.storing { () throws(StoreError) in
                try store.finish(
                    id, run: run, state: .succeeded, warnings: dataset.warnings,
                    dataset: dataset.id)
            }
            metrics.ended(job.kind, "succeeded")
            configuration.log("\(who) succeeded dataset=\(dataset.id)")
        } catch {
            end(job, run: run, context.reason, .workbench(error))
        }
    }
}

extension Workbench.Imported {
    /// The outcome where it does not matter whether the dataset was there before.
    fileprivate var stored: Workbench.Imported {
        if case .existing(let dataset) = self { return .created(dataset) }
        return self
    }
}
