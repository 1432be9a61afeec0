extension Store {
    /// Every queued job in the order in which they are to run.
    public func queuedJobs() throws(StoreError) -> [JobRecord] {
        try pool.read { db throws(StoreError) in
            try JobRows.all(db, "WHERE j.state = 'queued' ORDER BY j.place").map(\.0)
        }
    }

    /// The queued jobs that wait for nothing: all inputs are done and no pause is left, in order.
    public func readyJobs(at now: String = Timestamp.now()) throws(StoreError) -> [JobRecord] {
        try pool.read { db throws(StoreError) in
            try JobRows.all(
                db,
                "WHERE j.state = 'queued' AND (j.not_before IS NULL OR j.not_before <= ?)"
                    + " AND \(Self.inputsAreDone) ORDER BY j.place",
                [Value(now)]
            ).map(\.0)
        }
    }

    /// The jobs that take the result of this one directly, oldest first.
    public func dependents(of job: String) throws(StoreError) -> [JobRecord] {
        let found = try pool.read { db throws(StoreError) in
            try JobRows.all(
                db,
                "WHERE j.row IN (SELECT i.job FROM job_inputs i JOIN jobs u ON u.row = i.input"
                    + " WHERE u.id = ?) ORDER BY j.row", [Value(job)]
            ).map(\.0)
        }
        return withProgress(found)
    }

    /// The queued jobs that take the result of this one and wait for nothing else, oldest first.
    ///
    /// What to submit when a job has succeeded; costs the same however many others are queued.
    public func readyDependents(of job: String) throws(StoreError) -> [JobRecord] {
        try pool.read { db throws(StoreError) in
            try JobRows.all(
                db,
                "WHERE j.state = 'queued' AND j.row IN (SELECT i.job FROM job_inputs i"
                    + " JOIN jobs u ON u.row = i.input WHERE u.id = ?)"
                    + " AND \(Self.inputsAreDone) ORDER BY j.row", [Value(job)]
            ).map(\.0)
        }
    }

    /// The jobs whose results this one takes, in order of their roles.
    public func inputs(
        of job: String
    ) throws(StoreError) -> [(role: String, job: JobRecord)] {
        try pool.read { db throws(StoreError) in
            var found: [(role: String, job: JobRecord)] = []
            for input in try JobRows.require(db, id: job).0.inputs {
                found.append((input.role, try JobRows.require(db, id: input.job).0))
            }
            return found
        }
    }

    private static let inputsAreDone =
        "NOT EXISTS (SELECT 1 FROM job_inputs i JOIN jobs u ON u.row = i.input"
        + " WHERE i.job = j.row AND u.state <> 'succeeded')"
}
