/// A job that may go, with what goes with it.
public struct ExpiredJob: Sendable, Hashable {
    /// Its identifier.
    public let id: String
    /// Whose it is.
    public let owner: String
    /// Its kind.
    public let kind: String
    /// Its state, a final one.
    public let state: String
    /// When it ended, or when its result was last read where that is later.
    public let lastUsedAt: String
    /// Bytes of its results as stored.
    public let bytes: Int
}

extension Store {
    /// Notes that a job's result was read, at most once in `seconds`; nothing for a job that is gone.
    public func noteUse(of job: String, atMostOnceIn seconds: Double) throws(StoreError) {
        let recent = try pool.read { db throws(StoreError) in
            try db.first(
                "SELECT 1 FROM job_uses u JOIN jobs j ON j.row = u.job WHERE j.id = ? AND u.at > ?",
                [Value(job), Value(Timestamp.now(adding: -seconds))]
            ) { _ in true } ?? false
        }
        guard !recent else { return }
        _ = try pool.write { db throws(StoreError) in
            try db.run(
                "INSERT INTO job_uses (job, at) SELECT row, ? FROM jobs WHERE id = ?"
                    + " ON CONFLICT (job) DO UPDATE SET at = excluded.at",
                [Value(Timestamp.now()), Value(job)])
        }
    }

    /// Jobs that ended, and were last read, before an instant, and that nothing which stays was built
    /// on; those that were used longest ago first.
    ///
    /// `succeeded` is the instant for results, `other` that for failed and cancelled jobs; nil keeps
    /// all of them. Linear in the number of jobs.
    public func expiredJobs(
        succeeded: String?, other: String?
    ) throws(StoreError) -> [ExpiredJob] {
        try pool.read { db throws(StoreError) in
            var expired: [Int: ExpiredJob] = [:]
            try db.each(
                "SELECT j.row, j.id, j.owner, j.kind, j.state,"
                    + " max(coalesce(j.finished_at, j.submitted_at), coalesce(u.at, '')),"
                    + " (SELECT coalesce(sum(length(p.data)), 0) FROM artifacts a"
                    + " JOIN artifact_parts p ON p.artifact = a.row WHERE a.job = j.row)"
                    + " FROM jobs j LEFT JOIN job_uses u ON u.job = j.row"
                    + " WHERE (j.state = 'succeeded' AND ?1 IS NOT NULL"
                    + " AND max(coalesce(j.finished_at, j.submitted_at), coalesce(u.at, '')) < ?1)"
                    + " OR (j.state IN ('failed', 'cancelled') AND ?2 IS NOT NULL"
                    + " AND max(coalesce(j.finished_at, j.submitted_at), coalesce(u.at, '')) < ?2)",
                [Value(succeeded), Value(other)]
            ) { row in
                expired[row.int(0)] = ExpiredJob(
                    id: row.text(1), owner: row.text(2), kind: row.text(3), state: row.text(4),
                    lastUsedAt: row.text(5), bytes: row.int(6))
            }
            // What something that stays was built on stays as well. A job is stored after its inputs, so
            // that going from the last to the first sees every user before what it uses.
            for row in expired.keys.sorted(by: >) {
                let users = try db.all(
                    "SELECT job FROM job_inputs WHERE input = ?", [Value(row)]
                ) { $0.int(0) }
                if users.contains(where: { expired[$0] == nil }) { expired[row] = nil }
            }
            return expired.values.sorted { ($0.lastUsedAt, $0.id) < ($1.lastUsedAt, $1.id) }
        }
    }

    /// Removes ended jobs that have been found expired, each with those that were built on it if they
    /// are among them too; a job that something else uses by now stays. Returns how many went.
    public func removeExpired(_ ids: [String]) throws(StoreError) -> Int {
        let chosen = Set(ids)
        // The last made first, so that users go before what they use.
        var removed = 0
        for id in chosen.sorted(by: >) {
            do {
                removed += try deleteJob(id, cascade: false).count
            } catch {
                switch error {
                case .conflict, .notFound: continue
                default: throw error
                }
            }
        }
        return removed
    }

    /// Forgets the keys of requests that were made before an instant; returns how many.
    public func forgetRequestKeys(before instant: String) throws(StoreError) -> Int {
        try removing { db throws(StoreError) in
            try db.run("DELETE FROM request_keys WHERE created_at < ?", [Value(instant)])
                + db.run("DELETE FROM idempotency WHERE created_at < ?", [Value(instant)])
        }
    }

    /// Bytes of the database file that are free for reuse.
    public func freeBytes() throws(StoreError) -> Int {
        try pool.read { db throws(StoreError) in
            let page = try db.first("PRAGMA page_size") { $0.int(0) } ?? 0
            let free = try db.first("PRAGMA freelist_count") { $0.int(0) } ?? 0
            return page * free
        }
    }
}
