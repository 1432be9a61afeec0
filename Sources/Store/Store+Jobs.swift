extension Store {
    /// A job to be stored, with the jobs whose results it takes.
    public struct NewJob: Sendable {
        /// The job; its `inputs` and state are not read.
        public let record: JobRecord
        /// Its inputs: stored jobs, or ones before it in the same call.
        public let inputs: [JobInput]

        /// A new job.
        public init(_ record: JobRecord, inputs: [JobInput] = []) {
            self.record = record
            self.inputs = inputs
        }
    }

    /// Stores a queued job, durable on return, and with it what makes a retry of the request safe.
    ///
    /// - Throws: `.conflict(.duplicate)` naming the job that is there if one of the same key is
    ///   queued, running or done, or the owner has used the idempotency key; `.notFound` for a
    ///   dataset or an input that is not there.
    public func insertJob(
        _ job: JobRecord, inputs: [(role: String, job: String)] = [],
        idempotency: (owner: String, key: String, requestHash: String)? = nil
    ) throws(StoreError) {
        let inputs = inputs.map { JobInput(role: $0.role, job: $0.job) }
        try insertJobs([NewJob(job, inputs: inputs)], idempotency: idempotency)
    }

    /// Stores several jobs, all or none; a later one may take an earlier one's result.
    ///
    /// The idempotency key belongs to the last of them; `line` is the line of the audit that tells of it.
    ///
    /// - Throws: as `insertJob`.
    public func insertJobs(
        _ jobs: [NewJob], idempotency: (owner: String, key: String, requestHash: String)? = nil,
        noting line: AuditRecord? = nil
    ) throws(StoreError) {
        try pool.write { db throws(StoreError) in
            if let line { try Self.append(db, line) }
            if let idempotency {
                try Self.refuseUsed(db, owner: idempotency.owner, key: idempotency.key)
            }
            var last: Int?
            for job in jobs {
                try Self.refuseSame(db, key: job.record.key)
                last = try JobRows.insert(db, job.record, inputs: job.inputs)
            }
            guard let idempotency, let last else { return }
            try Self.remember(db, idempotency, row: last)
        }
    }

    /// Notes that a request with an idempotency key was answered by a job that was there.
    ///
    /// - Throws: `.conflict(.duplicate)` if the owner has used the key; `.notFound` for no such job.
    public func rememberRequest(
        _ idempotency: (owner: String, key: String, requestHash: String), job id: String
    ) throws(StoreError) {
        try pool.write { db throws(StoreError) in
            try Self.refuseUsed(db, owner: idempotency.owner, key: idempotency.key)
            try Self.remember(db, idempotency, row: try JobRows.require(db, id: id).1)
        }
    }

    private static func remember(
        _ db: Connection, _ idempotency: (owner: String, key: String, requestHash: String), row: Int
    ) throws(StoreError) {
        try db.run(
            "INSERT INTO idempotency (owner, key, request_hash, job, created_at)"
                + " VALUES (?, ?, ?, ?, ?)",
            [
                Value(idempotency.owner), Value(idempotency.key), Value(idempotency.requestHash),
                Value(row), Value(Timestamp.now()),
            ])
    }

    /// What an owner's request with this idempotency key made, or nil.
    public func findIdempotent(
        owner: String, key: String
    ) throws(StoreError) -> IdempotencyRecord? {
        try pool.read { db throws(StoreError) in
            try Self.idempotent(db, owner: owner, key: key)
        }
    }

    /// Forgets idempotency keys made before an instant; returns how many.
    @discardableResult
    public func forgetIdempotency(before instant: String) throws(StoreError) -> Int {
        try removing { db throws(StoreError) in
            try db.run("DELETE FROM idempotency WHERE created_at < ?", [Value(instant)])
        }
    }

    /// A job with its progress, or nil if there is none of this identifier.
    public func job(_ id: String) throws(StoreError) -> JobRecord? {
        let found = try pool.read { db throws(StoreError) in try JobRows.find(db, id: id)?.0 }
        return found.map { withProgress([$0])[0] }
    }

    /// The newest job of this key that is queued, running or done, or nil.
    public func findJob(key: String) throws(StoreError) -> JobRecord? {
        let found = try pool.read { db throws(StoreError) in try Self.find(db, key: key) }
        return found.map { withProgress([$0])[0] }
    }

    /// A page of jobs, newest first: those of datasets that `visibleTo` may read, all for nil.
    ///
    /// A job without a dataset is visible to its owner.
    ///
    /// - Throws: `.invalid` for a cursor that no list gave.
    public func listJobs(
        dataset: String? = nil, kind: String? = nil, state: JobState? = nil,
        after cursor: String? = nil, limit: Int = 50, visibleTo reader: String?
    ) throws(StoreError) -> Page<JobRecord> {
        var conditions = Conditions()
        conditions.add("d.id = ?", dataset)
        conditions.add("j.kind = ?", kind)
        conditions.add("j.state = ?", state?.rawValue)
        conditions.add("(d.visibility IS 'lab' OR coalesce(d.owner, j.owner) = ?)", reader)
        try conditions.add(cursor: cursor, column: "j.row")
        let clauses = conditions.sql + " ORDER BY j.row DESC LIMIT ?"
        let values = conditions.values + [try Cursor.rows(limit: limit)]
        let page = try pool.read { db throws(StoreError) in
            Cursor.page(try JobRows.all(db, clauses, values), limit: limit)
        }
        return Page(items: withProgress(page.items), next: page.next)
    }

    private static func find(_ db: Connection, key: String) throws(StoreError) -> JobRecord? {
        guard !key.isEmpty else { return nil }
        return try JobRows.all(
            db,
            "WHERE j.key = ? AND j.key <> '' AND j.state IN ('queued', 'running', 'succeeded')"
                + " ORDER BY j.row DESC LIMIT 1", [Value(key)]
        ).first?.0
    }

    /// Refuses a job that is there already.
    static func refuseSame(_ db: Connection, key: String) throws(StoreError) {
        if let same = try find(db, key: key) {
            throw .conflict(
                StoreConflict(.duplicate, "the same job is \(same.id)", ids: [same.id]))
        }
    }

    private static func idempotent(
        _ db: Connection, owner: String, key: String
    ) throws(StoreError) -> IdempotencyRecord? {
        try db.first(
            "SELECT p.request_hash, j.id, p.created_at FROM idempotency p"
                + " JOIN jobs j ON j.row = p.job WHERE p.owner = ? AND p.key = ?",
            [Value(owner), Value(key)]
        ) {
            IdempotencyRecord(
                requestHash: $0.text(0), job: $0.text(1), createdAt: $0.text(2))
        }
    }

    private static func refuseUsed(
        _ db: Connection, owner: String, key: String
    ) throws(StoreError) {
        if let used = try idempotent(db, owner: owner, key: key) {
            throw .conflict(
                StoreConflict(
                    .duplicate, "the idempotency key was used for job \(used.job)", ids: [used.job])
            )
        }
    }
}
