public import Bytes
import Dispatch
public import Store
import Synchronization

/// How long things are kept that are not asked for any more.
public struct RetentionRules: Sendable, Hashable {
    /// Days after which results go that were neither made nor read since; nil keeps them.
    public var resultDays: Double?
    /// Days after which failed and cancelled jobs go; nil keeps them.
    public var failedDays: Double?

    /// Everything is kept.
    public init() {}

    /// Jobs that may go at this moment, those used longest ago first; `clock` tells the time, left out,
    /// the system's does.
    func expired(
        _ store: Store, _ clock: ServiceClock? = nil
    ) throws(StoreError) -> [ExpiredJob] {
        func instant(_ days: Double?) -> String? {
            days.map {
                clock?.instantForRemoving(before: $0 * 86_400)
                    ?? Timestamp.now(adding: -$0 * 86_400)
            }
        }
        guard resultDays != nil || failedDays != nil else { return [] }
        return try store.expiredJobs(succeeded: instant(resultDays), other: instant(failedDays))
    }
}

/// Removes what has expired and gives free pages of the database back to the disk, beside a server or
/// without one.
public final class Cleaner: Sendable {
    private let store: Store
    private let rules: RetentionRules

    /// Opens the store of a folder.
    ///
    /// - Throws: `.failed` where there is none, or it cannot be opened.
    public init(dataDirectory: String, rules: RetentionRules) throws(WorkbenchError) {
        self.rules = rules
        store = try WorkbenchError.storing { () throws(StoreError) in
            guard Store.exists(in: dataDirectory) else {
                throw StoreError.notFound("no store in \(dataDirectory)")
            }
            return try Store.open(directory: dataDirectory, exclusive: false)
        }
    }

    /// Lets go of the store.
    public func close() { store.close() }

    /// What would go, those used longest ago first: `job owner kind state last_used_at bytes`. Nothing
    /// is changed.
    public func expired() throws(WorkbenchError) -> [JSON] {
        try WorkbenchError.storing { () throws(StoreError) in try rules.expired(store) }
            .map { job -> JSON in
                [
                    "job": .string(job.id), "owner": .string(job.owner), "kind": .string(job.kind),
                    "state": .string(job.state), "last_used_at": .string(job.lastUsedAt),
                    "bytes": .int(job.bytes),
                ]
            }
    }

    /// Removes what has expired; returns how many jobs went, and the bytes of the database file that
    /// were given back to the disk.
    public func clean() throws(WorkbenchError) -> (jobs: Int, bytes: Int) {
        try WorkbenchError.storing { () throws(StoreError) in
            let removed = try store.removeExpired(rules.expired(store).map(\.id))
            return (removed, try Self.reclaim(store))
        }
    }

    /// Gives all free pages back, some at a time, so that others get their turn.
    static func reclaim(_ store: Store) throws(StoreError) -> Int {
        let before = try store.freeBytes()
        var left = before
        while left > 0 {
            try store.reclaim(maximumPages: 512)
            let now = try store.freeBytes()
            if now >= left { break }
            left = now
        }
        return before - left
    }
}

extension Workbench {
    /// Removes what has expired a minute after the start, then every hour, and gives free pages back
    /// where they are more than a tenth of the file's and 64 MB.
    func keepHouse(after seconds: Double = 60) {
        DispatchQueue.global(qos: .utility).asyncAfter(deadline: .now() + seconds) { [weak self] in
            guard let self, !isStopping else { return }
            do throws(StoreError) {
                try cleanOnce()
            } catch {
                if case .closed = error { return }
                configuration.log("cleaning up failed: \(error)")
            }
            keepHouse(after: 3600)
        }
    }

    private func cleanOnce() throws(StoreError) {
        let expired = try configuration.retention.expired(store, clock).map(\.id)
        // Between a look at an existing job and its use by a new one nothing goes.
        let removed = try scheduling.withLock { _ throws(StoreError) in
            try store.removeExpired(expired)
        }
        if removed > 0 { configuration.log("removed jobs=\(removed) that had expired") }
        _ = try store.forgetRequestKeys(before: clock.instantForRemoving(before: 7 * 86_400))
        let counts = try store.counts()
        if counts.freeBytes > max(64 << 20, counts.usedBytes / 10) {
            let bytes = try Cleaner.reclaim(store)
            configuration.log("gave bytes=\(bytes) of the database back to the disk")
        }
    }

    /// Notes that a result was read, for retention by last use; a failure is not worth failing for.
    public func noteUse(of job: JobRecord) {
        guard configuration.retention.resultDays != nil else { return }
        let id = job.id
        DispatchQueue.global(qos: .utility).async { [store] in
            try? store.noteUse(of: id, atMostOnceIn: 86_400)
        }
    }
}
