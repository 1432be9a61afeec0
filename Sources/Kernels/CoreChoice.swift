#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The processor core on which a helper runs, kept apart from that of the thread it helps.
///
/// A system wakes a thread on the core that calls it or on the one it ran on last, and mends a bad choice
/// after milliseconds only: for so long both share a core while another is idle. A helper that finds itself
/// there asks once for any other core of those it was started with. Where the C
/// library cannot place threads (sched_setaffinity(2) is Linux's), the system's choice stands.
struct CoreChoice {
    /// Nanoseconds after a move in which there is no other: with more owners than idle cores nothing
    /// would be gained.
    private static let rest: UInt64 = 1_000_000
    /// A bit for each core.
    private typealias Cores = [UInt64]

    private var started: Cores
    private var moved: UInt64 = 0

    init() {
        var cores = Cores(repeating: 0, count: 16)
        let size = cores.count * 8
        if let affinity = Self.getAffinity, affinity(0, size, &cores) < 0 { cores = [] }
        started = cores.reduce(0) { $0 + $1.nonzeroBitCount } > 1 ? cores : []
    }

    /// The core of this thread, or a negative number.
    static var current: Int32 { getCore?() ?? -1 }

    /// Goes to another core if this thread runs on `core`.
    mutating func leave(_ core: Int32) {
        guard core >= 0, Int(core) < 64 * started.count, Self.current == core else { return }
        let now = Monotonic.nanoseconds
        guard now &- moved > Self.rest else { return }
        moved = now
        var others = started
        others[Int(core) / 64] &= ~(1 << UInt64(core % 64))
        // Refused (say, a core was taken away meanwhile), it stays where it is.
        if let affinity = Self.setAffinity, affinity(0, others.count * 8, others) == 0 {
            // There now; where it wakes next time is the system's choice again.
            _ = affinity(0, started.count * 8, started)
        }
    }

    // The C library declares these for C sources that ask for GNU extensions only.
    private static let getCore = function("sched_getcpu", as: (@convention(c) () -> Int32).self)
    private static let getAffinity = function(
        "sched_getaffinity",
        as: (@convention(c) (Int32, Int, UnsafeMutablePointer<UInt64>) -> Int32).self)
    private static let setAffinity = function(
        "sched_setaffinity",
        as: (@convention(c) (Int32, Int, UnsafePointer<UInt64>) -> Int32).self)

    private static func function<F>(_ name: String, as type: F.Type) -> F? {
        #if os(Linux)
            dlsym(nil, name).map { unsafeBitCast($0, to: type) }
        #else
            nil
        #endif
    }
}
