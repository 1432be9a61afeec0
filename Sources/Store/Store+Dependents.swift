extension Store {
    /// The jobs that take the result of this one directly and have not ended, oldest first.
    public func unfinishedDependents(of job: String) throws(StoreError) -> [String] {
        try pool.read { db throws(StoreError) in
            try db.all(
                "SELECT j.id FROM jobs u JOIN job_inputs i ON i.input = u.row"
                    + " JOIN jobs j ON j.row = i.job"
                    + " WHERE u.id = ? AND j.state IN ('queued', 'running') ORDER BY j.row",
                [Value(job)]
            ) { $0.text(0) }
        }
    }

    /// The jobs of a kind that run, oldest first.
    public func runningJobs(_ kind: String) throws(StoreError) -> [String] {
        try pool.read { db throws(StoreError) in
            try db.all(
                "SELECT id FROM jobs WHERE state = 'running' AND kind = ? ORDER BY place",
                [Value(kind)]
            ) { $0.text(0) }
        }
    }
}
