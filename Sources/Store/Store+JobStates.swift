extension Store {
    /// Notes that the work of a queued job has started, and returns the number of this run.
    ///
    /// Give that number to `finish`, so that a late end of an earlier run changes nothing.
    ///
    /// - Throws: `.conflict(.state)` if it is not queued; `.notFound`.
    @discardableResult
    public func markRunning(
        _ id: String, at now: String = Timestamp.now()
    ) throws(StoreError) -> Int {
        let run = try pool.write { db throws(StoreError) in
            let changed = try db.run(
                "UPDATE jobs SET state = 'running', run = run + 1, attempts = attempts + 1,"
                    + " started_at = ?, not_before = NULL, version = version + 1"
                    + " WHERE id = ? AND state = 'queued'", [Value(now), Value(id)])
            guard changed == 1 else { throw try Self.wrongState(db, id) }
            return try JobRows.require(db, id: id).0.run
        }
        forgetProgress([id])
        return run
    }

    /// Ends a running job: its state, what it made and how are one commit.
    ///
    /// `run` is what `markRunning` returned; nil does not check it. `error` and `provenance` are
    /// JSON text. `dataset` is one that the job has made, whose job it is from now on.
    ///
    /// - Throws: `.conflict(.state)` if it does not run, or runs anew since; nothing is stored then.
    /// - Precondition: `state` is a final one.
    public func finish(
        _ id: String, run: Int? = nil, state: JobState, error: String? = nil,
        warnings: [String] = [], provenance: String? = nil, artifacts: [Artifact] = [],
        dataset: String? = nil, at now: String = Timestamp.now()
    ) throws(StoreError) {
        precondition(state.isFinal, "a job ends in a final state")
        let coded = CodedArtifact.all(artifacts)
        try storing(coded.reduce(0) { $0 + $1.storedBytes }) { db throws(StoreError) in
            let changed = try db.run(
                "UPDATE jobs SET state = ?1, error = ?2, warnings = ?3, provenance = ?4,"
                    + " finished_at = ?5, version = version + 1,"
                    + " dataset = coalesce((SELECT row FROM datasets WHERE id = ?8), dataset)"
                    + " WHERE id = ?6 AND state = 'running' AND (?7 IS NULL OR run = ?7)",
                [
                    Value(state.rawValue), Value(error), Value(Lines.text(warnings)),
                    Value(provenance), Value(now), Value(id), Value(run),
                    Value(dataset),
                ])
            guard changed == 1 else { throw try Self.wrongState(db, id) }
            let row = try JobRows.require(db, id: id).1
            for artifact in coded {
                try ArtifactRows.insert(db, artifact, job: row, rendering: false, at: now)
            }
        }
        forgetProgress([id])
    }

    /// Stores a job that is done already, with its result, in one commit.
    ///
    /// - Throws: as `insertJob`.
    public func insertFinishedJob(
        _ job: JobRecord, inputs: [(role: String, job: String)] = [], warnings: [String] = [],
        provenance: String? = nil, artifacts: [Artifact]
    ) throws(StoreError) {
        let coded = CodedArtifact.all(artifacts)
        try storing(coded.reduce(0) { $0 + $1.storedBytes }) { db throws(StoreError) in
            try Self.refuseSame(db, key: job.key)
            let row = try JobRows.insert(
                db, job, inputs: inputs.map { JobInput(role: $0.role, job: $0.job) })
            try db.run(
                "UPDATE jobs SET state = 'succeeded', run = 1, attempts = 1, warnings = ?,"
                    + " provenance = ?, started_at = ?, finished_at = ? WHERE row = ?",
                [
                    Value(Lines.text(warnings)), Value(provenance), Value(job.submittedAt),
                    Value(job.submittedAt), Value(row),
                ])
            for artifact in coded {
                try ArtifactRows.insert(
                    db, artifact, job: row, rendering: false, at: job.submittedAt)
            }
        }
    }

    /// Fails a queued job that will never run, as when an input failed.
    ///
    /// - Throws: `.conflict(.state)` if it is not queued; `.notFound`.
    public func failQueued(
        _ id: String, error: String, at now: String = Timestamp.now()
    ) throws(StoreError) {
        try removing { db throws(StoreError) in
            let changed = try db.run(
                "UPDATE jobs SET state = 'failed', error = ?, finished_at = ?,"
                    + " version = version + 1 WHERE id = ? AND state = 'queued'",
                [Value(error), Value(now), Value(id)])
            guard changed == 1 else { throw try Self.wrongState(db, id) }
        }
    }

    /// Puts a running job back in its place in the queue after a fault, to run again from
    /// `notBefore` on. The attempt stays counted. An instant more than ten minutes ahead counts as
    /// none: the clock has gone back since it was set.
    ///
    /// - Throws: `.conflict(.state)` if it does not run, or runs anew since; `.notFound`.
    public func retry(
        _ id: String, run: Int? = nil, error: String?, notBefore: String?
    ) throws(StoreError) {
        try pool.write { db throws(StoreError) in
            let changed = try db.run(
                "UPDATE jobs SET state = 'queued', error = ?1, not_before = ?2,"
                    + " version = version + 1"
                    + " WHERE id = ?3 AND state = 'running' AND (?4 IS NULL OR run = ?4)",
                [Value(error), Value(notBefore), Value(id), Value(run)])
            guard changed == 1 else { throw try Self.wrongState(db, id) }
        }
        forgetProgress([id])
    }

    /// Stops a job for good and returns the state it was in; one that has ended stays as it is.
    ///
    /// A running one counts as cancelled from now on, whatever its work still does. `line` is the line
    /// of the audit that is stored with it.
    ///
    /// - Throws: `.notFound`.
    @discardableResult
    public func cancelJob(
        _ id: String, at now: String = Timestamp.now(), noting line: AuditRecord? = nil
    ) throws(StoreError) -> JobState {
        let before = try removing { db throws(StoreError) in
            if let line { try Self.append(db, line) }
            let state = try JobRows.require(db, id: id).0.state
            guard !state.isFinal else { return state }
            try db.run(
                "UPDATE jobs SET state = 'cancelled', finished_at = ?, version = version + 1"
                    + " WHERE id = ?", [Value(now), Value(id)])
            return state
        }
        forgetProgress([id])
        return before
    }

    /// Why a job could not be changed: it is missing or in another state.
    static func wrongState(_ db: Connection, _ id: String) throws(StoreError) -> StoreError {
        let job = try JobRows.require(db, id: id).0
        return .conflict(
            StoreConflict(.state, "job \(id) is \(job.state.rawValue) in run \(job.run)", ids: [id])
        )
    }
}
