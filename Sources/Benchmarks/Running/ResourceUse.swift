import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What this process has used of the machine.
enum ResourceUse {
    /// Seconds of a clock that only goes forward.
    static var clock: Double {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
    }

    /// Seconds of processor time of all threads, user and system.
    static var processorSeconds: Double {
        var use = rusage()
        getrusage(RUSAGE_SELF.rawValue, &use)
        return seconds(use.ru_utime) + seconds(use.ru_stime)
    }

    /// The largest resident memory so far in bytes.
    ///
    /// `VmHWM` of `/proc/self/status`: `ru_maxrss` would include what the parent had when it started
    /// this process (Linux carries it over an exec), and is used where there is no such file.
    static var peakBytes: Int {
        if let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kibibytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst()
                .first.flatMap({ Int($0) })
        {
            return kibibytes << 10
        }
        var use = rusage()
        getrusage(RUSAGE_SELF.rawValue, &use)
        return Int(use.ru_maxrss) << 10
    }

    /// Forgets the peak so far, so that it does not tell of what reading the input took (Linux 4.0:
    /// `clear_refs`, proc(5)); without effect elsewhere.
    static func forgetPeak() {
        try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) * 1e-6
    }
}
