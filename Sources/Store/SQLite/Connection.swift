import CSQLite

/// One connection to the database, used by one thread at a time: the pool sees to that.
final class Connection: @unchecked Sendable {
    let handle: OpaquePointer
    private var statements: [String: Statement] = [:]

    /// What a connection may do.
    enum Mode {
        case readWrite
        case readOnly
        /// A file that nobody changes, read without locks and without files beside it.
        case unchanging
    }

    /// Opens the file and sets what holds for a connection (not for the file).
    init(path: String, mode: Mode, busyMilliseconds: Int32) throws(StoreError) {
        var opened: OpaquePointer?
        let access =
            switch mode {
            case .readWrite: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .readOnly: SQLITE_OPEN_READONLY
            case .unchanging: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
            }
        let name = mode == .unchanging ? Self.unchanging(path) : path
        let code = sqlite3_open_v2(
            name, &opened, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard let opened else { throw .sqlite(code, "out of memory") }
        guard code == SQLITE_OK else {
            defer { sqlite3_close_v2(opened) }
            throw .sqlite(opened)
        }
        handle = opened
        sqlite3_busy_timeout(handle, busyMilliseconds)
    }

    /// The address of a file that nobody changes: every byte that is no letter, digit or slash is
    /// written by its number.
    private static func unchanging(_ path: String) -> String {
        let hexadecimal = Array("0123456789ABCDEF")
        var name = "file:"
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."):
                name.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                name += "%\(hexadecimal[Int(byte >> 4)])\(hexadecimal[Int(byte & 15)])"
            }
        }
        return name + "?immutable=1"
    }

    deinit {
        statements = [:]
        sqlite3_close_v2(handle)
    }

    /// Runs a statement that gives no rows and returns how many rows it changed.
    @discardableResult
    func run(_ sql: String, _ values: [Value] = []) throws(StoreError) -> Int {
        try each(sql, values) { _ in }
        return Int(sqlite3_changes64(handle))
    }

    /// Runs several statements of fixed text, such as a schema.
    func script(_ sql: String) throws(StoreError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else {
            throw .sqlite(handle)
        }
    }

    /// Calls `row` for every row of a result.
    func each(
        _ sql: String, _ values: [Value] = [], _ row: (Statement) throws(StoreError) -> Void
    ) throws(StoreError) {
        // Taken out while it is used, so that a nested use of the same text gets its own.
        let statement =
            if let kept = statements.removeValue(forKey: sql) { kept } else {
                try Statement(sql, on: handle)
            }
        defer {
            statement.reset()
            statements[sql] = statement
        }
        try statement.bind(values)
        while try statement.step() { try row(statement) }
    }

    /// Every row of a result, each made into a value.
    func all<T>(
        _ sql: String, _ values: [Value] = [], _ row: (Statement) throws(StoreError) -> T
    ) throws(StoreError) -> [T] {
        var results: [T] = []
        try each(sql, values) { statement throws(StoreError) in
            results.append(try row(statement))
        }
        return results
    }

    /// The first row of a result, or nil if it has none.
    func first<T>(
        _ sql: String, _ values: [Value] = [], _ row: (Statement) throws(StoreError) -> T
    ) throws(StoreError) -> T? {
        var result: T?
        try each(sql, values) { statement throws(StoreError) in
            if result == nil { result = try row(statement) }
        }
        return result
    }

    /// The row id that the last insertion got.
    var lastRow: Int { Int(sqlite3_last_insert_rowid(handle)) }

    /// Runs `body` in a transaction: all of it is durable when this returns, none of it if it throws.
    ///
    /// What could not be synced is in the log's file with its mark of a commit, where the next start might
    /// take it for one: it is written over.
    func transaction<T>(_ body: () throws(StoreError) -> T) throws(StoreError) -> T {
        var isWritten = false
        do {
            return try bracket("BEGIN IMMEDIATE") { () throws(StoreError) in
                let result = try body()
                isWritten = true
                return result
            }
        } catch {
            if isWritten { try? bracket("BEGIN IMMEDIATE", writeNothing) }
            throw error
        }
    }

    /// Changes a page without changing what it says.
    private func writeNothing() throws(StoreError) {
        let version = try first("PRAGMA user_version") { $0.int(0) } ?? 0
        try script("PRAGMA user_version = \(version)")
    }

    /// Runs `body` on one unchanging state of the database.
    func snapshot<T>(_ body: () throws(StoreError) -> T) throws(StoreError) -> T {
        try bracket("BEGIN", body)
    }

    private func bracket<T>(
        _ begin: String, _ body: () throws(StoreError) -> T
    ) throws(StoreError) -> T {
        // A transaction that could not even be undone when it failed is undone now.
        rollBack()
        try run(begin)
        do {
            let result = try body()
            try run("COMMIT")
            return result
        } catch {
            rollBack()
            throw error
        }
    }

    /// Undoes an open transaction; some errors make SQLite do that by itself.
    private func rollBack() {
        guard sqlite3_get_autocommit(handle) == 0 else { return }
        sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
    }
}
