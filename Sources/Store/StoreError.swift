/// What can go wrong with the store.
///
/// Texts name tables, columns, files and identifiers, never what a user stored.
public enum StoreError: Error, Sendable, Hashable {
    /// No room: the disk, a quota of the file system or the database's size limit is used up. The
    /// change was undone; the store can be used on.
    case full(SQLiteFailure)
    /// The file is not a database of this service, or its content is damaged.
    case corrupt(SQLiteFailure)
    /// The operating system failed a read, a write or a sync.
    case io(SQLiteFailure)
    /// Another process kept the database locked for longer than the busy time.
    case busy(SQLiteFailure)
    /// The data folder or the database may not be written.
    case readOnly(SQLiteFailure)
    /// The store was made by a newer version of this service.
    case newerSchema(found: Int, supported: Int)
    /// Another process serves this data folder; the text says which.
    case locked(String)
    /// There is no such thing; the text names its kind and identifier.
    case notFound(String)
    /// The state of what is stored forbids the change.
    case conflict(StoreConflict)
    /// A value that cannot be stored; the text names it and what was expected.
    case invalid(String)
    /// The store has been closed.
    case closed
    /// Any other failure of SQLite.
    case failed(SQLiteFailure)
}

/// A failure as SQLite or the operating system reports it.
public struct SQLiteFailure: Sendable, Hashable {
    /// SQLite's extended result code, or a system `errno` where `isSystem`.
    public let code: Int32
    /// SQLite's or the system's words.
    public let message: String
    /// Whether `code` is an `errno`.
    public let isSystem: Bool

    /// A failure.
    public init(code: Int32, message: String, isSystem: Bool = false) {
        self.code = code
        self.message = message
        self.isSystem = isSystem
    }
}

/// Why a change was refused, and what stands in its way.
public struct StoreConflict: Sendable, Hashable {
    /// The kinds of conflict.
    public enum Reason: String, Sendable {
        /// The same dataset, job or idempotency key is there already; `ids` names it.
        case duplicate
        /// It was changed since the version the caller knows.
        case version
        /// The jobs `ids` use it.
        case inUse = "in_use"
        /// The jobs `ids` run.
        case running
        /// The job is not in a state that allows it; `detail` names the state.
        case state
    }

    /// The kind of conflict.
    public let reason: Reason
    /// What stands in the way, for people.
    public let detail: String
    /// Identifiers of the things in the way.
    public let ids: [String]

    /// A conflict.
    public init(_ reason: Reason, _ detail: String, ids: [String] = []) {
        self.reason = reason
        self.detail = detail
        self.ids = ids
    }
}

extension StoreError: CustomStringConvertible {
    /// One line for a log.
    public var description: String {
        switch self {
        case .full(let failure): "no room in the store: \(failure)"
        case .corrupt(let failure): "the store is damaged: \(failure)"
        case .io(let failure): "input/output error in the store: \(failure)"
        case .busy(let failure): "the store is busy: \(failure)"
        case .readOnly(let failure): "the store cannot be written: \(failure)"
        case .newerSchema(let found, let supported):
            "the store has schema version \(found), this version of seam knows up to \(supported)"
        case .locked(let detail): "the store is in use: \(detail)"
        case .notFound(let what): "not found: \(what)"
        case .conflict(let conflict): conflict.detail
        case .invalid(let what): "invalid value: \(what)"
        case .closed: "the store is closed"
        case .failed(let failure): "the store failed: \(failure)"
        }
    }
}

extension SQLiteFailure: CustomStringConvertible {
    /// The words and the code.
    public var description: String {
        "\(message) (\(isSystem ? "errno" : "SQLite code") \(code))"
    }
}
