import Dispatch
import Glibc
import Synchronization

/// Parallel loops over independent pieces of work.
///
/// The result of a loop must not depend on the number of threads: each index writes to its own
/// place and draws from its own random stream.
public enum Parallel {
    @TaskLocal private static var limit: Int?
    private static let configured = configuredThreads()

    /// How many threads a loop may use: `withThreads`, else `SEAM_THREADS`, else the machine's cores.
    public static var threads: Int { limit ?? configured }

    /// Runs `body` with loops started from this thread using up to `count` threads.
    ///
    /// - Precondition: `count` is at least 1.
    public static func withThreads<R>(_ count: Int, _ body: () throws -> R) rethrows -> R {
        precondition(count >= 1, "at least one thread")
        return try $limit.withValue(count, operation: body)
    }

    /// Calls `body` once for every index in 0..<`count`, on up to `threads` threads.
    public static func forEach(_ count: Int, _ body: @Sendable (Int) -> Void) {
        let workers = min(count, threads)
        guard workers > 1 else {
            for index in 0..<max(count, 0) { body(index) }
            return
        }
        let taken = Atomic<Int>(0)
        let niceness = Self.niceness
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            Self.adopt(niceness)
            while true {
                let index = taken.wrappingAdd(1, ordering: .relaxed).oldValue
                if index >= count { return }
                body(index)
            }
        }
    }

    /// The niceness of this thread (Linux has one for each thread).
    private static var niceness: Int32 { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }

    /// Lets a thread that helps give way as the one it helps does; where the system does not let it
    /// become less nice again, it stays as it is.
    private static func adopt(_ wanted: Int32) {
        if niceness != wanted { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, wanted) }
    }

    /// Splits 0..<`count` into ranges of `grain` (the last may be short) and calls `body` for each.
    ///
    /// The ranges do not depend on the number of threads.
    public static func forEachRange(
        _ count: Int, grain: Int, _ body: @Sendable (Range<Int>) -> Void
    ) {
        precondition(grain > 0, "a grain of at least one")
        let pieces = (count + grain - 1) / grain
        forEach(pieces) { piece in
            body(piece * grain..<min(count, (piece + 1) * grain))
        }
    }
}
