public import Bytes
import Jobs
public import Store

extension Workbench {
    /// A job, of a dataset the caller may see.
    public func job(_ id: String, caller: Caller) throws(WorkbenchError) -> JobRecord {
        let record = try WorkbenchError.storing { () throws(StoreError) in try store.job(id) }
        guard let record else { throw .notFound("no job \"\(id.prefix(60))\"") }
        if let dataset = record.dataset {
            do {
                _ = try self.dataset(dataset, caller: caller)
            } catch {
                guard case .notFound = error else { throw error }
                throw .notFound("no job \"\(id.prefix(60))\"")
            }
        } else if caller.role != .admin, caller.owner != record.owner {
            throw .notFound("no job \"\(id.prefix(60))\"")
        }
        return record
    }

    /// Jobs of datasets the caller may see, newest first.
    public func jobs(
        dataset: String?, kind: String?, state: JobState?, after cursor: String?, limit: Int,
        caller: Caller
    ) throws(WorkbenchError) -> Page<JobRecord> {
        try WorkbenchError.storing { () throws(StoreError) in
            try store.listJobs(
                dataset: dataset, kind: kind, state: state, after: cursor, limit: limit,
                visibleTo: caller.role == .admin ? nil : caller.owner)
        }
    }

    /// All jobs a job was built on, by kind; its own inputs before theirs.
    func upstream(of job: JobRecord) throws(WorkbenchError) -> [JobKind: JobRecord] {
        try Self.upstream(of: job) { [store] (id) throws(WorkbenchError) in
            try WorkbenchError.storing { () throws(StoreError) in try store.job(id) }
        }
    }

    /// The same, with jobs looked up by `record`.
    static func upstream(
        of job: JobRecord, _ record: (String) throws(WorkbenchError) -> JobRecord?
    ) throws(WorkbenchError) -> [JobKind: JobRecord] {
        var found: [JobKind: JobRecord] = [:]
        var level = job.inputs
        while !level.isEmpty {
            var next: [JobInput] = []
            for input in level {
                guard let kind = JobKind(rawValue: input.role), found[kind] == nil else { continue }
                guard let below = try record(input.job) else {
                    throw .notFound("the job \(input.job), an input of \(job.id), is gone")
                }
                found[kind] = below
                next += below.inputs
            }
            level = next
        }
        return found
    }

    /// Stops a job that is not finished.
    ///
    /// `note` is stored with it.
    ///
    /// - Throws: `.conflict` where it is finished.
    public func cancel(
        _ id: String, caller: Caller, noting note: AuditNote? = nil
    ) throws(WorkbenchError) -> JobRecord {
        let job = try changeableJob(id, caller: caller)
        guard !job.state.isFinal else {
            if job.state == .cancelled { return job }
            throw .conflict("the job is \(job.state.rawValue) already")
        }
        try stop(id, noting: note)
        var stopped = [id]
        if job.kind == JobKind.analysis.rawValue { stopped += try stopParts(of: job) }
        for id in stopped { scheduleAround(id) }
        return try self.job(id, caller: caller)
    }

    /// The parts of a cancelled analysis that nobody else needs are stopped with it, the last ones
    /// first: a job whose input is cancelled before it would fail.
    private func stopParts(of analysis: JobRecord) throws(WorkbenchError) -> [String] {
        var stopped: [String] = []
        let parts = Set(analysis.inputs.map(\.job)).union([analysis.id])
        for kind in JobKind.parts.reversed() {
            guard let input = analysis.inputs.first(where: { $0.role == kind.rawValue }) else {
                continue
            }
            let (part, users) = try WorkbenchError.storing { () throws(StoreError) in
                (try store.job(input.job), try store.dependents(of: input.job))
            }
            guard let part, !part.state.isFinal, part.owner == analysis.owner else { continue }
            if users.allSatisfy({ parts.contains($0.id) || $0.state.isFinal }) {
                try stop(part.id)
                stopped.append(part.id)
            }
        }
        return stopped
    }

    /// Cancels a row and tells the pool.
    func stop(_ id: String, noting note: AuditNote? = nil) throws(WorkbenchError) {
        try WorkbenchError.storing { () throws(StoreError) in
            guard let note else { return _ = try store.cancelJob(id) }
            try note.storing(object: id, status: 200) { line throws(StoreError) in
                _ = try store.cancelJob(id, noting: line)
            }
        }
        // One that runs lets go of its files itself.
        if !pool.cancel(id) || pool.progress(id) == nil { store.forgetImport(id) }
        changed(id)
    }

    /// Forgets a finished job and its result.
    ///
    /// - Throws: `.conflict` listing the jobs that use it, unless `cascade`.
    public func deleteJob(_ id: String, cascade: Bool, caller: Caller) throws(WorkbenchError) {
        let job = try changeableJob(id, caller: caller)
        guard job.state.isFinal else {
            throw .conflict("the job is \(job.state.rawValue); cancel it first", jobs: [id])
        }
        try WorkbenchError.storing { () throws(StoreError) in
            _ = try store.deleteJob(id, cascade: cascade)
        }
        changes.notify(id)
    }

    /// Changes names and colours of clusters, and notes: a JSON merge patch (RFC 7396).
    public func annotate(
        _ id: String, _ annotations: JSON, caller: Caller
    ) throws(WorkbenchError) -> JobRecord {
        while true {
            let job = try changeableJob(id, caller: caller)
            let before = job.annotationsJSON.map(Self.parse) ?? .object([])
            let merged = try Annotations.check(Annotations.merge(annotations, into: before))
            do throws(StoreError) {
                try store.setAnnotations(id, merged.text, expectedVersion: job.version)
                break
            } catch .conflict(let conflict) where conflict.reason == .version {
                continue  // changed in between: merged into what is there now
            } catch {
                throw WorkbenchError(error)
            }
        }
        return try job(id, caller: caller)
    }

    private func changeableJob(_ id: String, caller: Caller) throws(WorkbenchError) -> JobRecord {
        let job = try self.job(id, caller: caller)
        guard caller.mayChange(owner: job.owner) else {
            throw .forbidden("the job belongs to \(job.owner)")
        }
        return job
    }

    /// Jobs of a dataset that are queued or running.
    func unfinishedJobs(dataset: String) throws(WorkbenchError) -> [String] {
        try WorkbenchError.storing { () throws(StoreError) in
            var ids: [String] = []
            for state in [JobState.queued, .running] {
                var cursor: String?
                repeat {
                    let page = try store.listJobs(
                        dataset: dataset, kind: nil, state: state, after: cursor, limit: 500,
                        visibleTo: nil)
                    ids += page.items.map(\.id)
                    cursor = page.next
                } while cursor != nil
            }
            return ids
        }
    }
}
