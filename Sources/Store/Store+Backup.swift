import CSQLite
import Glibc

/// What a backup holds.
public struct BackupSummary: Sendable, Hashable {
    /// Number of datasets.
    public let datasets: Int
    /// Number of jobs.
    public let jobs: Int
    /// Length of the file in bytes.
    public let bytes: Int
    /// Number of unfinished uploads that the copy leaves out.
    public let uploadsLeftOut: Int
}

extension Store {
    /// Writes a consistent copy of the database to a file, while others read and write.
    ///
    /// The copy is complete and synced under its name, or not there at all: it is written beside it
    /// under a name that ends in `.partial`. It is one file without a write-ahead log. Unfinished
    /// uploads, whose bytes are outside the database, are left out.
    ///
    /// - Throws: `.invalid` if there is a file of that name, unless it is to be `replacing` it, or if
    ///   it is the store itself; `.full`, `.io`, `.readOnly`.
    @discardableResult
    public func backup(
        to path: String, replacing: Bool = false
    ) throws(StoreError) -> BackupSummary {
        guard !isOwn(path) else { throw .invalid("a backup goes to another file than the store") }
        guard replacing || access(path, F_OK) != 0 else { throw .invalid(Self.exists(path)) }
        let partial = path + ".partial"
        do throws(StoreError) {
            let descriptor = try Self.claim(partial)
            defer { Glibc.close(descriptor) }
            let summary = try copy(to: partial)
            guard fsync(descriptor) == 0 else { throw .system("syncing the backup") }
            try Self.name(partial, path, replacing: replacing)
            for suffix in Self.besides { unlink(partial + suffix) }
            try DataFolder.sync(DataFolder.parent(of: path))
            return summary
        } catch {
            if case .locked = error { throw error }
            Self.removeDatabase(partial)
            throw error
        }
    }

    /// Makes the file a copy is written to, and holds it against a second backup of the same name;
    /// what an earlier one that was cut off left is emptied.
    private static func claim(_ partial: String) throws(StoreError) -> Int32 {
        let descriptor = Glibc.open(
            partial, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("making the backup") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            Glibc.close(descriptor)
            throw .locked("another backup to the same file is under way")
        }
        for suffix in besides { unlink(partial + suffix) }
        guard ftruncate(descriptor, 0) == 0 else {
            Glibc.close(descriptor)
            throw .system("emptying an earlier backup")
        }
        return descriptor
    }

    private func copy(to path: String) throws(StoreError) -> BackupSummary {
        let target = try Connection(path: path, mode: .readWrite, busyMilliseconds: 0)
        try target.script("PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY;")
        try pool.read { db throws(StoreError) in
            guard let backup = sqlite3_backup_init(target.handle, "main", db.handle, "main") else {
                throw .sqlite(target.handle)
            }
            let code = sqlite3_backup_step(backup, -1)
            sqlite3_backup_finish(backup)
            guard code == SQLITE_DONE else {
                throw .sqlite(code, String(cString: sqlite3_errstr(code)))
            }
        }
        try target.each("PRAGMA journal_mode = DELETE") { _ in }
        return try target.transaction { () throws(StoreError) in
            let hasUploads =
                try target.first("SELECT 1 FROM sqlite_schema WHERE name = 'uploads'") { _ in true }
                ?? false
            let left = hasUploads ? try target.run("DELETE FROM uploads") : 0
            func number(_ sql: String) throws(StoreError) -> Int {
                try target.first(sql) { $0.int(0) } ?? 0
            }
            return BackupSummary(
                datasets: try number("SELECT count(*) FROM datasets"),
                jobs: try number("SELECT count(*) FROM jobs"),
                bytes: try number("PRAGMA page_count") * number("PRAGMA page_size"),
                uploadsLeftOut: left)
        }
    }

    /// Gives the finished copy its name; in one step even where another process makes that name.
    private static func name(
        _ partial: String, _ path: String, replacing: Bool
    ) throws(StoreError) {
        if replacing {
            guard rename(partial, path) == 0 else { throw .system("naming the backup") }
            return
        }
        // A second name of the same file: unlike a renaming, it never replaces.
        if link(partial, path) == 0 {
            unlink(partial)
            return
        }
        // A file system without second names, or a name that has come to be.
        guard errno != EEXIST, access(path, F_OK) != 0 else { throw .invalid(exists(path)) }
        guard rename(partial, path) == 0 else { throw .system("naming the backup") }
    }

    private static func exists(_ path: String) -> String { "the file \(path) is there already" }

    /// The files that SQLite may put beside one.
    private static let besides = ["-journal", "-wal", "-shm"]

    private static func removeDatabase(_ path: String) {
        for suffix in [""] + besides { unlink(path + suffix) }
    }

    /// Whether a path names one of the store's own files.
    private func isOwn(_ path: String) -> Bool {
        var other = stat()
        guard stat(path, &other) == 0 else { return false }
        for suffix in ["", "-wal", "-shm"] {
            var own = stat()
            if stat(databasePath + suffix, &own) == 0, own.st_ino == other.st_ino,
                own.st_dev == other.st_dev
            {
                return true
            }
        }
        return false
    }
}
