import Bytes
import Dispatch
import Jobs
import Store

extension Workbench {
    /// Decides what becomes of a job whose stage gave no result, and stores it.
    ///
    /// While the store cannot be written this is tried again, so that no row says `running` for
    /// ever; where the process ends first, the next start finds the row and queues it again.
    func end(
        _ job: JobRecord, run: Int, _ reason: StopReason, _ failure: StageFailure
    ) {
        do throws(WorkbenchError) {
            try settle(job, run: run, reason, failure)
        } catch {
            switch error {
            case .conflict, .notFound, .stopping: return  // cancelled or deleted in the meantime
            default: break
            }
            configuration.log("job \(job.id): its end could not be stored: \(error.cause)")
            DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + 5) { [weak self] in
                guard let self, !isStopping else { return }
                end(job, run: run, reason, failure)
                changed(job.id)
                scheduleAround(job.id)
            }
        }
    }

    private func settle(
        _ job: JobRecord, run: Int, _ reason: StopReason, _ failure: StageFailure
    ) throws(WorkbenchError) {
        switch reason {
        case .requested:  // its row says cancelled already
            metrics.ended(job.kind, "cancelled")
            return
        case .stopping:
            metrics.ended(job.kind, "interrupted")
            return try WorkbenchError.storing { () throws(StoreError) in
                try store.interrupt(job.id, run: run)
            }
        case .none, .deadline, .stalled: break
        }
        let limit = JobKind(rawValue: job.kind).flatMap { configuration.deadlines[$0] }
        let why = JobFailure(reason, seconds: limit) ?? Self.failure(of: job, failure)
        configuration.log(
            "job=\(job.id) kind=\(job.kind) owner=\(job.owner) failed: "
                + "\(why.document["type"]?.string ?? "") \(failure)")
        let attempts = try self.job(job.id, caller: .local).attempts
        let provenance =
            job.kind == ImportJob.kind ? nil : try provenance(of: job).text
        try WorkbenchError.storing { () throws(StoreError) in
            if why.retryable, attempts < configuration.maximumAttempts {
                let pause = Double(attempts * attempts) * 2
                metrics.ended(job.kind, "retried")
                try store.retry(
                    job.id, run: run, error: why.document.text,
                    notBefore: Timestamp.now(adding: pause))
            } else {
                metrics.ended(job.kind, "failed")
                try store.finish(
                    job.id, run: run, state: .failed, error: why.document.text,
                    provenance: provenance)
            }
        }
    }

    private static func failure(of job: JobRecord, _ failure: StageFailure) -> JobFailure {
        if job.kind == ImportJob.kind, case .workbench(let error) = failure {
            return JobFailure(importing: error)
        }
        return JobFailure(failure)
    }

    /// What the result depends on: software, instruction set, data, seed and every parameter.
    func provenance(of job: JobRecord) throws(WorkbenchError) -> JSON {
        let parameters = Self.parse(job.parametersJSON)
        let dataset = try WorkbenchError.storing { () throws(StoreError) in
            try store.dataset(job.dataset ?? "")
        }
        return [
            "software": .string(Software.name), "version": .string(Software.version),
            "instruction_set": .string(Self.instructionSet),
            "input_hash": .string(job.key), "dataset_sha256": .optional(dataset?.sha256),
            "pixel_size_um": .optional(dataset?.pixelSizeMicrometres),
            "seed": parameters["seed"] ?? .null, "parameters": parameters,
            "inputs": .object(job.inputs.map { JSON.Member($0.role, .string($0.job)) }),
        ]
    }
}
