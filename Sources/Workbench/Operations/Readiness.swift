import Bytes
import Glibc
import Jobs
import Store
import Synchronization

/// What the last look at the service's readiness found.
struct Readiness: Sendable {
    /// When it was, by the monotonic clock.
    var at: ContinuousClock.Instant
    /// Why it is not ready, or nil.
    var reason: String?
}

extension Workbench {
    /// Whether the service can take work: it is not going down, the store can be read and written, the
    /// disk has room, and a worker is left that is not held by a job which does not end.
    ///
    /// The store is asked by a durable write, at most once a second whoever asks.
    public func checkReady() throws(WorkbenchError) {
        if isStopping { throw .stopping }
        let reason = readiness.withLock { known -> String? in
            if let known, ContinuousClock.now - known.at < .seconds(1) { return known.reason }
            let found = Readiness(at: .now, reason: whyNotReady())
            known = found
            return found.reason
        }
        if let reason { throw .notReady(reason) }
    }

    private func whyNotReady() -> String? {
        do {
            try store.checkWritable()
        } catch {
            return "the store cannot be written: \(WorkbenchError(error).cause)"
        }
        if let disk = DiskSpace(of: store.directory),
            disk.free < configuration.readyFreeBytes
        {
            return
                "the disk has \(disk.free) free bytes; it should have \(configuration.readyFreeBytes)"
        }
        let load = pool.load
        if load.abandoned >= load.workers {
            return "\(load.abandoned) jobs do not end; the service should be restarted"
        }
        return nil
    }
}
