#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How far this thread gives way to others. Linux has a niceness for each thread (sched(7)), where POSIX has one
/// for the process; elsewhere nothing is done.
enum Niceness {
    /// That of this thread.
    static var current: Int32 {
        #if canImport(Glibc)
            getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
        #elseif canImport(Musl)
            getpriority(PRIO_PROCESS, 0)
        #else
            0
        #endif
    }

    /// Lets a thread that helps give way as the one it helps does; where the system does not let it become
    /// less nice again, it stays as it is.
    static func adopt(_ wanted: Int32) {
        guard current != wanted else { return }
        #if canImport(Glibc)
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, wanted)
        #elseif canImport(Musl)
            setpriority(PRIO_PROCESS, 0, wanted)
        #endif
    }
}
