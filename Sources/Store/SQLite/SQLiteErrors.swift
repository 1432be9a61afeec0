import CSQLite
import Glibc

extension StoreError {
    /// The error for an extended result code of SQLite.
    static func sqlite(_ code: Int32, _ message: String) -> StoreError {
        let failure = SQLiteFailure(code: code, message: message)
        switch code & 0xFF {
        case SQLITE_FULL: return .full(failure)
        case SQLITE_CORRUPT, SQLITE_NOTADB: return .corrupt(failure)
        case SQLITE_IOERR: return isDiskFull(code) ? .full(failure) : .io(failure)
        case SQLITE_CANTOPEN: return .io(failure)
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

    /// Some kernels report a full disk as a short write.
    private static func isDiskFull(_ code: Int32) -> Bool {
        code == SQLITE_IOERR | (3 << 8) && errno == ENOSPC
    }

    // Extended codes are C expressions that Swift does not import.
    private static let constraintForeignKey = SQLITE_CONSTRAINT | (3 << 8)
    private static let constraintPrimaryKey = SQLITE_CONSTRAINT | (6 << 8)
    private static let constraintUnique = SQLITE_CONSTRAINT | (8 << 8)
}
