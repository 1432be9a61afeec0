public import Bytes
import Imaging
public import Store
import Synchronization

/// What a client asks for when it makes a job.
public struct JobRequest: Sendable {
    /// The dataset's id.
    public var dataset: String
    /// The kind's name.
    public var kind: String
    /// The parameters, an object or null.
    public var parameters: JSON
    /// The inputs: an object of job ids by kind, or null.
    public var inputs: JSON
    /// Which of an owner's jobs come first: the higher.
    public var priority = 0
    /// Where another program waits to be told of the job's end, or nil.
    public var notify: String?
    /// The client's key that makes a retry safe, with a hash of the whole request.
    public var idempotency: (key: String, requestHash: String)?

    /// A request.
    public init(
        dataset: String, kind: String, parameters: JSON = .null, inputs: JSON = .null,
        idempotency: (key: String, requestHash: String)? = nil
    ) {
        self.dataset = dataset
        self.kind = kind
        self.parameters = parameters
        self.inputs = inputs
        self.idempotency = idempotency
    }
}

extension Workbench {
    /// Makes a job, or finds the one that is there with the same kind, inputs and parameters.
    ///
    /// A member may run jobs on every dataset that may be read; they belong to the one who asks.
    /// Inputs left out become jobs with default parameters, joined or reused where they exist.
    ///
    /// `note` is stored with what is made; of a job that was there it is not.
    ///
    /// - Returns: The job, and whether it was made by this call.
    /// - Throws: `.invalid` naming every fault in the request.
    public func submit(
        _ request: JobRequest, caller: Caller, noting note: AuditNote? = nil
    ) throws(WorkbenchError) -> (job: JobRecord, created: Bool) {
        guard !isStopping else { throw .stopping }
        let dataset: DatasetRecord
        do {
            dataset = try self.dataset(request.dataset, caller: caller)
        } catch {
            guard case .notFound(let detail) = error else { throw error }
            throw .invalid([.init("/dataset", detail)])
        }
        guard caller.role >= .member else { throw .forbidden("a reader cannot run jobs") }
        guard let kind = JobKind(rawValue: request.kind) else {
            let known = JobKind.allCases.map(\.rawValue)
            let hint =
                Nearest.name(to: request.kind, among: known)
                .map { "; did you mean \"\($0)\"?" } ?? ""
            throw .invalid([
                .init(
                    "/kind",
                    "unknown kind \"\(request.kind.prefix(60))\"; known are "
                        + known.joined(separator: ", ") + hint)
            ])
        }
        if let target = request.notify { try notices.check(target) }
        var new: [String] = []
        let (made, created) = try scheduling.withLock { _ throws(WorkbenchError) in
            if let retried = try retried(request, caller: caller) { return (retried, false) }
            var submission = try JobSubmission(
                workbench: self, dataset: dataset, owner: caller.owner, priority: request.priority)
            let made = try submission.make(
                kind, parameters: request.parameters, inputs: request.inputs)
            try checkQueue(adding: submission.newJobs.count, owner: caller.owner)
            try submission.commit(
                made.job,
                idempotency: request.idempotency.map {
                    (owner: caller.owner, key: $0.key, requestHash: $0.requestHash)
                }, notify: request.notify, note: note)
            new = submission.newJobs
            return made
        }
        schedule(new)
        if request.notify != nil { notices.look(made.id) }
        // One that can never run has failed already.
        return (created ? try job(made.id, caller: caller) : made, created)
    }

    /// Refuses jobs of an owner who has as many in the queue as may be.
    func checkQueue(adding count: Int, owner: String) throws(WorkbenchError) {
        guard count > 0 else { return }
        let limit = configuration.maximumQueuedPerOwner
        let there = try WorkbenchError.storing { () throws(StoreError) in
            try store.queuedCount(owner: owner)
        }
        guard there + count > limit else { return }
        metrics.refused()
        throw .queueFull(
            "an owner has at most \(limit) jobs in the queue; there are \(there), and this request "
                + "makes \(count)", retryAfter: 30)
    }

    /// The job that an earlier request with the same idempotency key made.
    private func retried(
        _ request: JobRequest, caller: Caller
    ) throws(WorkbenchError) -> JobRecord? {
        guard let (key, hash) = request.idempotency else { return nil }
        let earlier = try WorkbenchError.storing { () throws(StoreError) in
            try store.findIdempotent(owner: caller.owner, key: key)
        }
        guard let earlier else { return nil }
        guard earlier.requestHash == hash else {
            throw .invalid([
                .init("", "the Idempotency-Key was used for another request; choose a new one")
            ])
        }
        return try WorkbenchError.storing { () throws(StoreError) in
            // The process may have ended between the job's row and this one.
            if let target = request.notify {
                try store.insertNotice(job: earlier.job, owner: caller.owner, target: target)
            }
            return try store.job(earlier.job)
        }
    }
}
