import Glibc
import Synchronization

/// Everything the service remembers: datasets, jobs, results.
///
/// One SQLite file with a write-ahead log, and a folder where uploads are spooled. A change is
/// durable (synced) when its method returns, and wholly undone when it throws. Every method may be
/// called from any thread; changes go one after the other, reads never wait for them.
public final class Store: Sendable {
    /// The folder the store is in.
    public let directory: String
    /// A folder on the same file system for files that are being received; emptied when a server
    /// opens the store.
    public let spoolDirectory: String

    let pool: ConnectionPool
    let changes: ChangeMark
    /// Room kept for changes that make room; only the process that serves the folder has it.
    let reserve: SpaceReserve?
    /// Empties the log; only the process that serves the folder has it.
    private let keeper: LogKeeper?
    private let lock: Mutex<FolderLock?>
    /// Progress of running jobs, by identifier; kept in memory, since a restart begins them anew.
    let progress = Mutex<[String: StoredProgress]>([:])

    /// The database file.
    public let databasePath: String

    private init(
        directory: String, databasePath: String? = nil, pool: ConnectionPool, changes: ChangeMark,
        lock: FolderLock?, reserve: SpaceReserve? = nil, keeper: LogKeeper? = nil
    ) {
        self.keeper = keeper
        self.changes = changes
        self.reserve = reserve
        self.directory = directory
        self.databasePath = databasePath ?? directory + "/" + DataFolder.database
        spoolDirectory = directory + "/" + DataFolder.spool
        self.pool = pool
        self.lock = Mutex(lock)
    }

    /// Whether there is a store in a folder.
    public static func exists(in directory: String) -> Bool {
        access(directory + "/" + DataFolder.database, F_OK) == 0
    }

    /// Opens the store in a folder, which is made where it is missing.
    ///
    /// With `exclusive` this process becomes the one that serves the folder, and the spool is
    /// emptied; without, it works beside a server, as the command line's tools do. A lock that another
    /// process has is waited for `patience` seconds: one that was killed has it a little longer.
    ///
    /// - Throws: `.locked` if another process serves the folder; `.newerSchema` if a newer version
    ///   made it; `.corrupt` if the file is not a store.
    public static func open(
        directory: String, exclusive: Bool = true, patience: Double = 5
    ) throws(StoreError) -> Store {
        try DataFolder.create(directory)
        guard exclusive else {
            let pool = try connect(directory) { () throws(StoreError) in
                try FolderLock(folder: directory, patience: patience)
            }
            return Store(
                directory: directory, pool: pool, changes: try mark(directory), lock: nil)
        }
        let lock = try FolderLock(folder: directory, patience: patience)
        let reserve = SpaceReserve(folder: directory)
        let pool: ConnectionPool
        do throws(StoreError) {
            pool = try connect(directory) { nil }
        } catch {
            // A full disk must not keep the service from starting: it is where room can be made.
            guard case .full = error, reserve.release() else { throw error }
            pool = try connect(directory) { nil }
        }
        let store = Store(
            directory: directory, pool: pool, changes: try mark(directory), lock: lock,
            reserve: reserve, keeper: try keeper(directory, of: pool))
        try DataFolder.empty(store.spoolDirectory)
        reserve.hold()
        return store
    }

    private static func mark(_ directory: String) throws(StoreError) -> ChangeMark {
        let opening = Opening(path: directory + "/" + DataFolder.database)
        return ChangeMark(try opening.connection(.readOnly))
    }

    private static func keeper(
        _ directory: String, of pool: ConnectionPool
    ) throws(StoreError) -> LogKeeper {
        let opening = Opening(path: directory + "/" + DataFolder.database)
        let keeper = LogKeeper(try opening.connection(.readWrite))
        try pool.maintain { writer throws(StoreError) in keeper.serve(writer) }
        return keeper
    }

    private static func connect(
        _ directory: String, lock: () throws(StoreError) -> FolderLock?
    ) throws(StoreError) -> ConnectionPool {
        try DataFolder.createFile(directory + "/" + DataFolder.database)
        let opening = Opening(path: directory + "/" + DataFolder.database)
        let writer = try opening.writer(lock: lock)
        try DataFolder.create(directory + "/" + DataFolder.spool)
        try DataFolder.sync(directory)
        var readers: [Connection] = []
        for _ in 0..<readerCount { readers.append(try opening.connection(.readOnly)) }
        return ConnectionPool(writer: writer, readers: readers)
    }

    /// Opens the store in a folder to look at it only: nothing is made, migrated or cleared away, and
    /// changes throw `.closed`. A server may work on it.
    ///
    /// - Throws: `.notFound` where there is no store; `.newerSchema`, `.corrupt`.
    public static func inspect(directory: String) throws(StoreError) -> Store {
        guard exists(in: directory) else {
            throw .notFound("a store in the folder \(directory)")
        }
        let path = directory + "/" + DataFolder.database
        // Where nothing can be written beside it, nobody changes it.
        let isFrozen =
            access(directory, W_OK) != 0 && DataFolder.size(path + "-wal") ?? 0 == 0
            && !FolderLock.isHeld(folder: directory)
        return try inspect(
            directory: directory, path: path, mode: isFrozen ? .unchanging : .readOnly)
    }

    /// Opens a backup's file to look at it only; nothing is written beside it.
    ///
    /// - Throws: as `inspect(directory:)`.
    public static func inspect(backup path: String) throws(StoreError) -> Store {
        guard access(path, F_OK) == 0 else { throw .notFound("a file \(path)") }
        return try inspect(
            directory: DataFolder.parent(of: path), path: path, mode: .unchanging)
    }

    private static func inspect(
        directory: String, path: String, mode: Connection.Mode
    ) throws(StoreError) -> Store {
        let opening = Opening(path: path)
        var readers: [Connection] = []
        for _ in 0..<readerCount { readers.append(try opening.connection(mode)) }
        guard try opening.version(readers[0]) > 0 else {
            throw .damaged("the file is empty")
        }
        return Store(
            directory: directory, databasePath: path,
            pool: ConnectionPool(writer: nil, readers: readers),
            changes: ChangeMark(nil), lock: nil)
    }

    /// Whether a process, this one or another, serves the folder at the moment.
    public var isServed: Bool {
        if lock.withLock({ $0 != nil }) { return true }
        return FolderLock.isHeld(folder: directory)
    }

    /// Closes the store; later calls throw `.closed`. Calls that run at the moment finish first.
    public func close() {
        changes.close()
        // The writer's commits call the keeper.
        pool.close()
        keeper?.close()
        lock.withLock { $0 = nil }
    }

    private static let readerCount = 4

    /// Brings what is in the log to where it belongs, as far as nobody reads it: how many pages the
    /// log has, and how many of them are in the database.
    func checkpoint(_ db: Connection) throws(StoreError) -> (all: Int, done: Int) {
        guard let keeper else { return try db.checkpoint() }
        return try keeper.resting { () throws(StoreError) in try db.checkpoint() }
    }
}
