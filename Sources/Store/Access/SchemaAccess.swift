extension Schema {
    /// Version 2: who may come in, what they did, and uploads that go on after a break.
    ///
    /// A token or a session is kept as the SHA-256 of its secret. A token is never deleted, so that
    /// a store that had one is never open to everybody again, and the audit can name it. The
    /// audit's rows can neither be changed nor deleted.
    static let access = """
        CREATE TABLE tokens (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            owner TEXT NOT NULL,
            role TEXT NOT NULL CHECK (role IN ('reader', 'member', 'admin')),
            hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
            created_at TEXT NOT NULL,
            expires_at TEXT,
            last_used_at TEXT,
            revoked_at TEXT
        ) STRICT;

        CREATE TABLE sessions (
            hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
            token TEXT NOT NULL REFERENCES tokens (id),
            created_at TEXT NOT NULL,
            expires_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX sessions_by_expiry ON sessions (expires_at);

        CREATE TABLE audit (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL,
            owner TEXT NOT NULL,
            token TEXT,
            address TEXT NOT NULL,
            action TEXT NOT NULL,
            object TEXT,
            status INTEGER NOT NULL,
            request_id TEXT NOT NULL
        ) STRICT;
        CREATE INDEX audit_by_owner ON audit (owner);
        CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
        CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;

        CREATE TABLE uploads (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            owner TEXT NOT NULL,
            length INTEGER NOT NULL CHECK (length >= 0),
            received INTEGER NOT NULL CHECK (received BETWEEN 0 AND length),
            hash_state BLOB NOT NULL,
            metadata TEXT NOT NULL,
            file_name TEXT NOT NULL,
            created_at TEXT NOT NULL,
            expires_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX uploads_by_owner ON uploads (owner);
        CREATE INDEX uploads_by_expiry ON uploads (expires_at);

        CREATE TABLE request_keys (
            owner TEXT NOT NULL,
            resource TEXT NOT NULL,
            key TEXT NOT NULL,
            request_hash TEXT NOT NULL,
            object TEXT NOT NULL,
            created_at TEXT NOT NULL,
            PRIMARY KEY (owner, resource, key)
        ) STRICT, WITHOUT ROWID;
        """
}
