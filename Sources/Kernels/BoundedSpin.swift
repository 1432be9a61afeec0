#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Waiting for what comes within microseconds: some turns at full speed, then turns that let other threads
/// of this core run, then an end, so that whoever waits goes to sleep.
struct BoundedSpin {
    /// Nanoseconds without letting others run, and in all.
    private static let (greedy, whole): (UInt64, UInt64) = (20_000, 300_000)
    private let start = Monotonic.nanoseconds

    /// One turn; false when the time is over.
    mutating func turn() -> Bool {
        let waited = Monotonic.nanoseconds &- start
        if waited > Self.whole { return false }
        if waited > Self.greedy { sched_yield() }
        return true
    }
}
