import Dispatch

/// Parallel loops over independent pieces of work.
///
/// The result of a loop must not depend on the number of threads: each index writes to its own
/// place and draws from its own random stream.
public enum Parallel {
    /// How many threads a loop may use: `SEAM_THREADS`, else the machine's cores.
    public static let threads: Int = configuredThreads()

    /// Calls `body` once for every index in 0..<`count`, on up to `threads` threads.
    public static func forEach(_ count: Int, _ body: @Sendable (Int) -> Void) {
        guard count > 1, threads > 1 else {
            for index in 0..<count { body(index) }
            return
        }
        DispatchQueue.concurrentPerform(iterations: count, execute: body)
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
