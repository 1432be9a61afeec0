/// Opens connections and brings the file to the present schema.
struct Opening {
    let path: String
    private static let busyMilliseconds: Int32 = 10_000
    private static let pageSize = 16_384

    /// A connection with everything set that holds for a connection, read back.
    func connection(_ mode: Connection.Mode) throws(StoreError) -> Connection {
        let connection = try Connection(
            path: path, mode: mode, busyMilliseconds: Self.busyMilliseconds)
        try connection.script(
            """
            PRAGMA synchronous = FULL;
            PRAGMA foreign_keys = ON;
            PRAGMA trusted_schema = OFF;
            PRAGMA cache_size = -16384;
            PRAGMA temp_store = MEMORY;
            PRAGMA journal_size_limit = 67108864;
            """)
        try expect(connection, "synchronous", 2)
        try expect(connection, "foreign_keys", 1)
        return connection
    }

    /// The writing connection of a file that is ours and has the present schema.
    ///
    /// An empty file gets its unchangeable choices and all tables; an older one is migrated. Both
    /// need the folder's lock, which `lock` takes where the caller does not hold it.
    func writer(lock: () throws(StoreError) -> FolderLock?) throws(StoreError) -> Connection {
        let connection = try connection(.readWrite)
        let version = try self.version(connection)
        if version == Schema.current {
            try enterWriteAheadLog(connection)
            return connection
        }
        let held = try lock()
        if version == 0 {
            try connection.script(
                "PRAGMA page_size = \(Self.pageSize); PRAGMA auto_vacuum = INCREMENTAL;")
        }
        try enterWriteAheadLog(connection)
        try migrate(connection)
        if version == 0 {
            try expect(connection, "page_size", Self.pageSize)
            try expect(connection, "auto_vacuum", 2)
        }
        withExtendedLifetime(held) {}
        return connection
    }

    /// The file's schema version: 0 for an empty one.
    func version(_ connection: Connection) throws(StoreError) -> Int {
        let version = try pragma(connection, "user_version")
        let application = try pragma(connection, "application_id")
        let tables = try connection.first("SELECT count(*) FROM sqlite_schema") { $0.int(0) } ?? 0
        if version == 0 && application == 0 && tables == 0 { return 0 }
        guard application == Schema.applicationID, version >= 1 else {
            throw .damaged("the file is a database of another program")
        }
        guard version <= Schema.current else {
            throw .newerSchema(found: version, supported: Schema.current)
        }
        return version
    }

    /// Runs every step that is missing in one transaction: the file has the old schema or the
    /// present one, whatever happens.
    private func migrate(_ connection: Connection) throws(StoreError) {
        try connection.transaction { () throws(StoreError) in
            let version = try pragma(connection, "user_version")
            guard version < Schema.current else { return }
            for step in Schema.migrations[version...] { try connection.script(step) }
            try connection.script(
                """
                PRAGMA application_id = \(Schema.applicationID);
                PRAGMA user_version = \(Schema.current);
                """)
        }
    }

    private func enterWriteAheadLog(_ connection: Connection) throws(StoreError) {
        let mode = try connection.first("PRAGMA journal_mode = WAL") { $0.text(0) }
        guard mode == "wal" else {
            throw .failed(
                SQLiteFailure(
                    code: 1,
                    message: "the data folder's file system does not allow a write-ahead log"
                        + " (journal mode \(mode ?? "unknown"))"))
        }
    }

    private func expect(
        _ connection: Connection, _ name: String, _ expected: Int
    ) throws(StoreError) {
        let found = try pragma(connection, name)
        guard found == expected else {
            throw .failed(
                SQLiteFailure(
                    code: 1, message: "PRAGMA \(name) is \(found) where \(expected) was asked for"))
        }
    }

    private func pragma(_ connection: Connection, _ name: String) throws(StoreError) -> Int {
        try connection.first("PRAGMA \(name)") { $0.int(0) } ?? 0
    }
}
