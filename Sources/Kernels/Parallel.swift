/// Parallel loops over independent pieces of work.
///
/// The result of a loop must not depend on the number of threads: each index writes to its own
/// place and draws from its own random stream.
public enum Parallel {
    /// What holds for loops started from here: the limit set, and the outermost loop around.
    struct Scope: Sendable {
        var limit: Int?
        var root: ParallelLoop?

        /// How many threads a loop may use.
        var threads: Int { limit ?? Parallel.configured }
    }

    @TaskLocal static var scope = Scope()
    static let configured = configuredThreads()

    /// How many threads a loop may use: `withThreads`, else `SEAM_THREADS`, else the machine's cores.
    public static var threads: Int { scope.threads }

    /// Runs `body` with loops started from this thread using up to `count` threads.
    ///
    /// - Precondition: `count` is at least 1.
    public static func withThreads<R>(_ count: Int, _ body: () throws -> R) rethrows -> R {
        precondition(count >= 1, "at least one thread")
        return try $scope.withValue(Scope(limit: count, root: scope.root), operation: body)
    }

    /// Calls `body` once for every index in 0..<`count`, on up to `threads` threads.
    ///
    /// A loop inside a loop uses the threads that the outer one has left: together they keep to `threads`.
    public static func forEach(_ count: Int, _ body: @Sendable (Int) -> Void) {
        let scope = scope
        let workers = min(count, scope.threads)
        guard workers > 1 else {
            for index in 0..<max(count, 0) { body(index) }
            return
        }
        withoutActuallyEscaping(body) {
            HelperPool.shared.run(count, workers: workers, scope: scope, $0)
        }
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
