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
    private let lock: Mutex<FolderLock?>
    /// Progress of running jobs, by identifier; kept in memory, since a restart begins them anew.
    let progress = Mutex<[String: StoredProgress]>([:])

    private init(
        directory: String, pool: ConnectionPool, changes: ChangeMark, lock: FolderLock?
    ) {
        self.changes = changes
        self.directory = directory
        spoolDirectory = directory + "/" + DataFolder.spool
        self.pool = pool
        self.lock = Mutex(lock)
    }

    /// The database file.
    public var databasePath: String { directory + "/" + DataFolder.database }

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
        let lock = exclusive ? try FolderLock(folder: directory, patience: patience) : nil
        try DataFolder.createFile(directory + "/" + DataFolder.database)
        let opening = Opening(path: directory + "/" + DataFolder.database)
        let writer = try opening.writer { () throws(StoreError) in
            exclusive ? nil : try FolderLock(folder: directory, patience: patience)
        }
        try DataFolder.sync(directory)
        var readers: [Connection] = []
        for _ in 0..<readerCount { readers.append(try opening.connection(.readOnly)) }
        let store = Store(
            directory: directory, pool: ConnectionPool(writer: writer, readers: readers),
            changes: ChangeMark(try opening.connection(.readOnly)), lock: lock)
        try DataFolder.create(store.spoolDirectory)
        if exclusive { try DataFolder.empty(store.spoolDirectory) }
        return store
    }

    /// Closes the store; later calls throw `.closed`. Calls that run at the moment finish first.
    public func close() {
        changes.close()
        pool.close()
        lock.withLock { $0 = nil }
    }

    private static let readerCount = 4
}
