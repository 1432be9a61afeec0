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
    private let start = Self.now()

    /// One turn; false when the time is over.
    mutating func turn() -> Bool {
        let waited = Self.now() &- start
        if waited > Self.whole { return false }
        if waited > Self.greedy { sched_yield() }
        return true
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}
