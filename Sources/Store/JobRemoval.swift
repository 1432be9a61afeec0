/// Removes jobs with their results.
enum JobRemoval {
    /// Removes the jobs of these rows and returns the identifiers of all that went.
    ///
    /// - Throws: `.conflict(.running)` if one of them runs; `.conflict(.inUse)` if others use them
    ///   and may not go too.
    static func remove(
        _ db: Connection, rows: [Int], cascade: Bool
    ) throws(StoreError) -> [String] {
        let users = try users(db, of: rows)
        let chosen = Set(rows)
        let others = users.filter { !chosen.contains($0) }
        guard cascade || others.isEmpty else {
            let ids = try ids(db, others)
            throw .conflict(
                StoreConflict(.inUse, "in use by \(ids.joined(separator: ", "))", ids: ids))
        }
        // A job is stored after its inputs: from the last to the first, no user is left behind.
        let all = chosen.union(users).sorted(by: >)
        let ids = try ids(db, all)
        let running = try running(db, all)
        guard running.isEmpty else {
            throw .conflict(
                StoreConflict(
                    .running, "running: \(running.joined(separator: ", "))", ids: running))
        }
        for row in all { try db.run("DELETE FROM jobs WHERE row = ?", [Value(row)]) }
        return ids
    }

    /// Every job that uses one of these, directly or through others, ascending.
    private static func users(_ db: Connection, of rows: [Int]) throws(StoreError) -> [Int] {
        var found = Set<Int>()
        var open = rows
        while let row = open.popLast() {
            let direct = try db.all(
                "SELECT job FROM job_inputs WHERE input = ? ORDER BY job", [Value(row)]
            ) { $0.int(0) }
            for job in direct where found.insert(job).inserted { open.append(job) }
        }
        return found.sorted()
    }

    private static func ids(_ db: Connection, _ rows: [Int]) throws(StoreError) -> [String] {
        var ids: [String] = []
        for row in rows {
            try db.each("SELECT id FROM jobs WHERE row = ?", [Value(row)]) {
                ids.append($0.text(0))
            }
        }
        return ids
    }

    private static func running(_ db: Connection, _ rows: [Int]) throws(StoreError) -> [String] {
        var ids: [String] = []
        for row in rows {
            try db.each(
                "SELECT id FROM jobs WHERE row = ? AND state = 'running'", [Value(row)]
            ) { ids.append($0.text(0)) }
        }
        return ids
    }
}
