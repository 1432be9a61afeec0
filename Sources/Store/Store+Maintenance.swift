/// How much a store holds.
public struct StoreCounts: Sendable, Hashable {
    /// Number of datasets.
    public let datasets: Int
    /// Number of jobs in every state, in the order of `JobState.allCases`.
    public let jobs: [Int]
    /// Bytes of all uploads that became datasets.
    public let uploadedBytes: Int
    /// Bytes of the database file that hold something.
    public let usedBytes: Int
    /// Bytes of the database file that are free for reuse.
    public let freeBytes: Int
    /// Bytes of the write-ahead log.
    public let logBytes: Int
}

extension Store {
    /// How much is stored, for metrics.
    public func counts() throws(StoreError) -> StoreCounts {
        let log = DataFolder.size(databasePath + "-wal") ?? 0
        return try pool.read { db throws(StoreError) in
            let (datasets, bytes) =
                try db.first("SELECT count(*), coalesce(sum(bytes), 0) FROM datasets") {
                    ($0.int(0), $0.int(1))
                } ?? (0, 0)
            var jobs: [Int] = []
            for state in JobState.allCases {
                let count = try db.first(
                    "SELECT count(*) FROM jobs WHERE state = ?", [Value(state.rawValue)]
                ) { $0.int(0) }
                jobs.append(count ?? 0)
            }
            let page = try db.first("PRAGMA page_size") { $0.int(0) } ?? 0
            let pages = try db.first("PRAGMA page_count") { $0.int(0) } ?? 0
            let free = try db.first("PRAGMA freelist_count") { $0.int(0) } ?? 0
            return StoreCounts(
                datasets: datasets, jobs: jobs, uploadedBytes: bytes,
                usedBytes: (pages - free) * page, freeBytes: free * page, logBytes: log)
        }
    }

    /// Stores something that changes nothing, to see whether changes can be stored at this moment.
    ///
    /// - Throws: what a change would: `.full`, `.io`, `.readOnly`, `.busy`, `.closed`.
    public func checkWritable() throws(StoreError) {
        try pool.write { db throws(StoreError) in
            try db.script("PRAGMA user_version = \(Schema.current)")
        }
    }

    /// Bounds the database file: a change that would need more is undone with `.full`. Nil takes
    /// the bound away; a file that is larger already stays as large as it is.
    public func setSizeLimit(bytes: Int?) throws(StoreError) {
        try pool.maintain { db throws(StoreError) in
            let page = try db.first("PRAGMA page_size") { $0.int(0) } ?? 4096
            let pages = bytes.map { max(1, $0 / max(page, 1)) } ?? Int(UInt32.max) - 1
            try db.each("PRAGMA max_page_count = \(pages)") { _ in }
        }
    }

    /// Gives at most this many free pages at the end of the file back to the file system.
    public func reclaim(maximumPages: Int = 4096) throws(StoreError) {
        try pool.maintain { db throws(StoreError) in
            try db.each("PRAGMA incremental_vacuum(\(max(0, maximumPages)))") { _ in }
        }
    }
}
