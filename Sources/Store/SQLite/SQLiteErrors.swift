import CSQLite
import Glibc

extension StoreError {
    /// The error of the call on this connection that has just failed.
    static func sqlite(_ connection: OpaquePointer) -> StoreError {
        let code = sqlite3_extended_errcode(connection)
        return sqlite(
            code, String(cString: sqlite3_errmsg(connection)),
            system: code == failedSync
                ? logError(connection) : sqlite3_system_errno(connection))
    }

    /// The system's number of the last failure of the log's file: of a sync in a commit SQLite does not
    /// tell it by `sqlite3_system_errno`.
    private static func logError(_ connection: OpaquePointer) -> Int32 {
        var file: UnsafeMutablePointer<sqlite3_file>?
        var number: Int32 = 0
        guard
            sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file)
                == SQLITE_OK, let file, let methods = file.pointee.pMethods,
            let control = methods.pointee.xFileControl,
            control(file, SQLITE_FCNTL_LAST_ERRNO, &number) == SQLITE_OK
        else { return 0 }
        return number
    }

    /// The error for an extended result code of SQLite and the system's number beside it.
    static func sqlite(_ code: Int32, _ message: String, system: Int32 = 0) -> StoreError {
        let failure = SQLiteFailure(code: code, message: message)
        switch code & 0xFF {
        case SQLITE_FULL: return .full(failure)
        case SQLITE_CORRUPT, SQLITE_NOTADB: return .corrupt(failure)
        case SQLITE_IOERR, SQLITE_CANTOPEN:
            return system == ENOSPC || system == EDQUOT ? .full(failure) : .io(failure)
        case SQLITE_BUSY, SQLITE_LOCKED: return .busy(failure)
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH: return .readOnly(failure)
        case SQLITE_TOOBIG, SQLITE_RANGE, SQLITE_MISMATCH: return .invalid(message)
        case SQLITE_CONSTRAINT: return constraint(code, message)
        default: return .failed(failure)
        }
    }

    /// The error for the system call that has just failed.
    static func system(_ doing: String, _ number: Int32 = errno) -> StoreError {
        let failure = SQLiteFailure(
            code: number, message: "\(doing): \(String(cString: strerror(number)))", isSystem: true)
        switch number {
        case ENOSPC, EDQUOT: return .full(failure)
        case EROFS, EACCES, EPERM: return .readOnly(failure)
        default: return .io(failure)
        }
    }

    /// The error for content that cannot be what was written.
    static func damaged(_ what: String) -> StoreError {
        .corrupt(SQLiteFailure(code: SQLITE_CORRUPT, message: what))
    }

    private static func constraint(_ code: Int32, _ message: String) -> StoreError {
        switch code {
        case constraintUnique, constraintPrimaryKey:
            .conflict(StoreConflict(.duplicate, message))
        case constraintForeignKey:
            .notFound("something the change refers to")
        default: .invalid(message)
        }
    }

    // Extended codes are C expressions that Swift does not import.
    private static let failedSync = SQLITE_IOERR | (4 << 8)
    private static let constraintForeignKey = SQLITE_CONSTRAINT | (3 << 8)
    private static let constraintPrimaryKey = SQLITE_CONSTRAINT | (6 << 8)
    private static let constraintUnique = SQLITE_CONSTRAINT | (8 << 8)
}
