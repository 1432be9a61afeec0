extension Schema {
    /// Version 3: what running for years needs: who is to be told of a job's end, when a result was
    /// last read, and the jobs of an owner by state.
    static let operations = """
        CREATE INDEX jobs_by_owner ON jobs (owner, state);

        CREATE TABLE notices (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            job INTEGER NOT NULL REFERENCES jobs (row) ON DELETE CASCADE,
            owner TEXT NOT NULL,
            target TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            next_at TEXT NOT NULL,
            UNIQUE (job, owner, target)
        ) STRICT;
        CREATE INDEX notices_by_time ON notices (next_at);

        CREATE TABLE job_uses (
            job INTEGER PRIMARY KEY REFERENCES jobs (row) ON DELETE CASCADE,
            at TEXT NOT NULL
        ) STRICT;
        """
}
