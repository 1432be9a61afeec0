import Bytes
import Glibc

extension Store {
    /// Runs a change that stores about this many bytes, if there is room for it twice: in the log,
    /// and where it goes from there. A change that only fits into the log would be kept, but would
    /// leave the log with no way to be emptied.
    ///
    /// - Throws: `.full` before anything is written.
    func storing<T: Sendable>(
        _ bytes: Int, _ body: (Connection) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        try pool.maintain { db throws(StoreError) in
            try requireRoom(for: bytes, db)
            return try db.transaction { () throws(StoreError) in try body(db) }
        }
    }

    /// Rows and indices beside the bytes themselves, and other small changes meanwhile.
    private static let margin = 1 << 20

    private func requireRoom(for bytes: Int, _ db: Connection) throws(StoreError) {
        guard let free = DiskSpace(of: directory)?.free else { return }
        // With this much room it needs no closer look.
        if free / 4 > bytes + Self.margin { return }
        let page = max(512, try number(db, "PRAGMA page_size"))
        let frames = try checkpoint(db)
        let unfinished = max(0, frames.all - frames.done)
        let used = unfinished == 0 ? 0 : frames.all
        let log = (DataFolder.size(databasePath + "-wal") ?? 0) / page
        // Data of a row share a page with little else: one page more for each 16.
        let pages = (bytes + Self.margin) / page * 17 / 16
        let logGrowth = max(0, pages - max(0, log - used))
        let fileGrowth = max(0, pages - (try number(db, "PRAGMA freelist_count"))) + unfinished
        let (needed, overflow) = (logGrowth + fileGrowth).multipliedReportingOverflow(by: page)
        guard !overflow, needed <= free else {
            throw .full(
                SQLiteFailure(
                    code: ENOSPC, message: "\(needed) bytes are needed, \(free) are free",
                    isSystem: true))
        }
    }

    private func number(_ db: Connection, _ sql: String) throws(StoreError) -> Int {
        try db.first(sql) { $0.int(0) } ?? 0
    }

    /// Runs a change that removes or ends something. Where there is no room for it, the reserve is
    /// given up and it is tried once more; afterwards the room that it made is taken back from the
    /// database, and the reserve is filled again.
    func removing<T: Sendable>(
        _ body: (Connection) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        let result: T
        do throws(StoreError) {
            result = try pool.write(body)
        } catch {
            guard case .full = error, let reserve, reserve.release() else { throw error }
            emptyLog()
            result = try pool.write(body)
        }
        if let reserve, !reserve.holds { refill(reserve) }
        return result
    }

    /// Brings what is in the log to where it belongs, as far as nobody reads it: the next change
    /// then writes over the log from its beginning.
    private func emptyLog() {
        try? pool.maintain { db throws(StoreError) in _ = try checkpoint(db) }
    }

    /// Gives free pages back to the file system in small steps, each of which needs little of the
    /// log, until the reserve fits; what is missing is tried again at the next removal.
    private func refill(_ reserve: SpaceReserve) {
        for _ in 0..<Self.refillSteps {
            emptyLog()
            reserve.hold()
            if reserve.holds { return }
            let before = try? counts().freeBytes
            try? reclaim(maximumPages: Self.refillPages)
            guard let before, let after = try? counts().freeBytes, after < before else { return }
        }
    }

    private static let refillPages = 64
    private static let refillSteps = 128
}
