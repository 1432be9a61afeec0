/// Rows of the tables `jobs` and `job_inputs`.
enum JobRows {
    static let columns =
        "j.row, j.id, d.id, j.owner, j.kind, j.parameters, j.key, j.priority, j.state, j.attempts,"
        + " j.interruptions, j.run, j.not_before, j.error, j.warnings, j.provenance,"
        + " j.annotations, j.submitted_at, j.started_at, j.finished_at, j.version,"
        + " EXISTS (SELECT 1 FROM job_inputs i WHERE i.job = j.row)"

    /// Jobs with the dataset they belong to, if any.
    static let source = "jobs j LEFT JOIN datasets d ON d.row = j.dataset"

    /// Jobs that a query of `columns` from `source` with these further clauses gives.
    static func all(
        _ db: Connection, _ clauses: String, _ values: [Value] = []
    ) throws(StoreError) -> [(JobRecord, Int)] {
        var users: [Int] = []
        var jobs: [(JobRecord, Int)] = []
        try db.each("SELECT \(columns) FROM \(source) \(clauses)", values) {
            row throws(StoreError) in
            if row.int(21) == 1 { users.append(jobs.count) }
            jobs.append((try record(row), row.int(0)))
        }
        for index in users {
            jobs[index].0.inputs = try db.all(
                "SELECT i.role, u.id FROM job_inputs i JOIN jobs u ON u.row = i.input"
                    + " WHERE i.job = ? ORDER BY i.role", [Value(jobs[index].1)]
            ) { JobInput(role: $0.text(0), job: $0.text(1)) }
        }
        return jobs
    }

    static func find(_ db: Connection, id: String) throws(StoreError) -> (JobRecord, Int)? {
        try all(db, "WHERE j.id = ?", [Value(id)]).first
    }

    static func require(_ db: Connection, id: String) throws(StoreError) -> (JobRecord, Int) {
        guard let found = try find(db, id: id) else { throw .notFound("job \(id)") }
        return found
    }

    /// Adds a queued job behind all others, with its inputs, and returns its row.
    static func insert(
        _ db: Connection, _ job: JobRecord, inputs: [JobInput]
    ) throws(StoreError) -> Int {
        let dataset: Int? =
            if let id = job.dataset { try DatasetRows.row(db, id: id) } else { nil }
        try db.run(
            "INSERT INTO jobs (id, dataset, owner, kind, parameters, key, priority, state, place,"
                + " attempts, interruptions, run, not_before, warnings, annotations, submitted_at,"
                + " version)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, 'queued', ?, 0, 0, 0, ?, '', ?, ?, 1)",
            [
                Value(job.id), Value(dataset), Value(job.owner), Value(job.kind),
                Value(job.parametersJSON), Value(job.key), Value(job.priority),
                Value(try nextPlace(db)), Value(job.notBefore), Value(job.annotationsJSON),
                Value(job.submittedAt),
            ])
        let row = db.lastRow
        for input in inputs {
            try db.run(
                "INSERT INTO job_inputs (job, role, input) VALUES (?, ?, ?)",
                [Value(row), Value(input.role), Value(try require(db, id: input.job).1)])
        }
        return row
    }

    /// The place behind every job.
    static func nextPlace(_ db: Connection) throws(StoreError) -> Int {
        try db.first("SELECT coalesce(max(place), 0) + 1 FROM jobs") { $0.int(0) } ?? 1
    }

    /// Seconds of the longest pause before a job is tried again: one that ends later was set before
    /// the clock went back, and is over.
    private static let longestPause = 600.0

    private static func pause(_ until: String) -> String? {
        until > Timestamp.now(adding: longestPause) ? nil : until
    }

    private static func record(_ row: Statement) throws(StoreError) -> JobRecord {
        guard let state = JobState(rawValue: row.text(8)) else {
            throw .damaged("job \(row.text(1)): unknown state")
        }
        var job = JobRecord(
            id: row.text(1), dataset: row.optionalText(2), owner: row.text(3), kind: row.text(4),
            parametersJSON: row.text(5), key: row.text(6), priority: row.int(7),
            submittedAt: row.text(17))
        job.state = state
        if state == .succeeded { job.progress.fraction = 1 }
        job.attempts = row.int(9)
        job.interruptions = row.int(10)
        job.run = row.int(11)
        job.notBefore = row.optionalText(12).flatMap(pause)
        job.errorJSON = row.optionalText(13)
        job.warnings = Lines.list(row.text(14))
        job.provenanceJSON = row.optionalText(15)
        job.annotationsJSON = row.optionalText(16)
        job.startedAt = row.optionalText(18)
        job.finishedAt = row.optionalText(19)
        job.version = row.int(20)
        return job
    }
}
