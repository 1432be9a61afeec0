/// Somebody who is to be told of a job's end.
public struct NoticeRecord: Sendable, Hashable {
    /// Its number.
    public let row: Int
    /// The job.
    public let job: String
    /// Who asked for it.
    public let owner: String
    /// Where to, as it was given.
    public let target: String
    /// Tries that failed.
    public let attempts: Int
}

extension Store {
    /// Remembers, durably, that `target` is to be told of a job's end; once for an owner and target.
    ///
    /// - Throws: `.notFound` for no such job.
    public func insertNotice(job: String, owner: String, target: String) throws(StoreError) {
        _ = try pool.write { db throws(StoreError) in
            try db.run(
                "INSERT OR IGNORE INTO notices (job, owner, target, attempts, next_at)"
                    + " VALUES (?, ?, ?, 0, '')",
                [Value(try JobRows.require(db, id: job).1), Value(owner), Value(target)])
        }
    }

    /// Seconds of the longest pause between two tries: one that ends later was set before the clock
    /// went back, and is over.
    private static let longestPause = 3600.0

    /// Notices of jobs that have ended whose time has come, the oldest first.
    public func dueNotices(
        at now: String = Timestamp.now(), limit: Int = 50
    ) throws(StoreError) -> [NoticeRecord] {
        try pool.read { db throws(StoreError) in
            try db.all(
                "SELECT n.row, j.id, n.owner, n.target, n.attempts FROM notices n"
                    + " JOIN jobs j ON j.row = n.job WHERE (n.next_at <= ? OR n.next_at > ?)"
                    + " AND j.state IN ('succeeded', 'failed', 'cancelled')"
                    + " ORDER BY n.next_at, n.row LIMIT ?",
                [
                    Value(now), Value(Timestamp.now(adding: Self.longestPause + 60)),
                    Value(limit),
                ]
            ) {
                NoticeRecord(
                    row: $0.int(0), job: $0.text(1), owner: $0.text(2), target: $0.text(3),
                    attempts: $0.int(4))
            }
        }
    }

    /// When the next notice of an ended job is due, or nil where none waits.
    public func nextNotice() throws(StoreError) -> String? {
        try pool.read { db throws(StoreError) in
            try db.first(
                "SELECT min(n.next_at) FROM notices n JOIN jobs j ON j.row = n.job"
                    + " WHERE j.state IN ('succeeded', 'failed', 'cancelled')"
            ) { $0.optionalText(0) } ?? nil
        }
    }

    /// Puts a notice off after a try that failed.
    public func postponeNotice(_ row: Int, until instant: String) throws(StoreError) {
        _ = try pool.write { db throws(StoreError) in
            try db.run(
                "UPDATE notices SET attempts = attempts + 1, next_at = ? WHERE row = ?",
                [Value(instant), Value(row)])
        }
    }

    /// Forgets a notice.
    public func deleteNotice(_ row: Int) throws(StoreError) {
        _ = try pool.write { db throws(StoreError) in
            try db.run("DELETE FROM notices WHERE row = ?", [Value(row)])
        }
    }
}
