extension Store {
    /// Puts every job that ran when the process ended back into the queue, behind all others, as an
    /// interruption; returns the identifiers in their new order. Call it once at the start.
    ///
    /// A job interrupted more than `maxInterruptions` times fails with `error` (JSON text) as one
    /// that is suspected of killing the process. Jobs of the kind `keeping` stay as they are: they do
    /// no work of their own, so nothing of theirs was interrupted.
    public func requeueInterrupted(
        maxInterruptions: Int, keeping kind: String = "", error: String = suspectError,
        at now: String = Timestamp.now()
    ) throws(StoreError) -> [String] {
        try removing { db throws(StoreError) in
            let running = try db.all(
                "SELECT id, interruptions FROM jobs WHERE state = 'running' AND kind <> ?"
                    + " ORDER BY place", [Value(kind)]
            ) { ($0.text(0), $0.int(1)) }
            var queued: [String] = []
            for (id, interruptions) in running {
                if interruptions >= maxInterruptions {
                    try Self.failInterrupted(db, id, error: error, at: now)
                } else {
                    try Self.requeue(db, id)
                    queued.append(id)
                }
            }
            return queued
        }
    }

    /// Puts one running job back into the queue because the process is about to end: an
    /// interruption, not an attempt.
    ///
    /// - Throws: `.conflict(.state)` if it does not run, or runs anew since; `.notFound`.
    public func interrupt(_ id: String, run: Int? = nil) throws(StoreError) {
        try removing { db throws(StoreError) in
            let job = try JobRows.require(db, id: id).0
            guard job.state == .running, run == nil || run == job.run else {
                throw try Self.wrongState(db, id)
            }
            try Self.requeue(db, id)
        }
        forgetProgress([id])
    }

    /// The error of a job that was running each time the process died.
    public static let suspectError =
        #"{"type":"/errors/suspected-crash","title":"Suspected of ending the process","#
        + #""detail":"The service ended each time while this job was running."}"#

    private static func requeue(_ db: Connection, _ id: String) throws(StoreError) {
        try db.run(
            "UPDATE jobs SET state = 'queued', interruptions = interruptions + 1,"
                + " attempts = max(attempts - 1, 0), place = ?, started_at = NULL,"
                + " version = version + 1 WHERE id = ?",
            [Value(try JobRows.nextPlace(db)), Value(id)])
    }

    private static func failInterrupted(
        _ db: Connection, _ id: String, error: String, at now: String
    ) throws(StoreError) {
        try db.run(
            "UPDATE jobs SET state = 'failed', interruptions = interruptions + 1,"
                + " attempts = max(attempts - 1, 0), error = ?, finished_at = ?,"
                + " version = version + 1 WHERE id = ?", [Value(error), Value(now), Value(id)])
    }
}
