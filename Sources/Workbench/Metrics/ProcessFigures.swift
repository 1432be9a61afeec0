import Glibc

/// What the kernel says of this process (Linux: `/proc/self`).
public struct ProcessFigures: Sendable {
    /// Bytes of memory in use.
    public let residentBytes: Int
    /// Bytes of address space.
    public let virtualBytes: Int
    /// Seconds of processor time used.
    public let cpuSeconds: Double
    /// Threads.
    public let threads: Int
    /// Open descriptors.
    public let descriptors: Int
    /// Most open descriptors.
    public let descriptorLimit: Int
    /// When the process began, in seconds since 1970.
    public let startedAt: Double

    /// The figures of this moment; what cannot be read is 0.
    public static func now() -> ProcessFigures {
        let status = text("/proc/self/stat")
        // The name in parentheses may hold spaces.
        let fields = status.lastIndex(of: ")").map {
            status[status.index(after: $0)...].split(separator: " ")
        }
        func field(_ number: Int) -> Int {
            guard let fields, fields.indices.contains(number - 3) else { return 0 }
            return Int(fields[number - 3]) ?? 0
        }
        let ticks = Double(max(sysconf(Int32(_SC_CLK_TCK)), 1))
        let page = max(sysconf(Int32(_SC_PAGESIZE)), 1)
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return ProcessFigures(
            residentBytes: field(24) * page, virtualBytes: field(23),
            cpuSeconds: Double(field(14) + field(15)) / ticks, threads: field(20),
            descriptors: entries("/proc/self/fd"),
            descriptorLimit: Int(clamping: limit.rlim_cur),
            startedAt: bootTime() + Double(field(22)) / ticks)
    }

    /// Bytes of memory that the process may use: the machine's, or where that is less the control
    /// group's or the process's own limit (`ulimit -d`, `ulimit -v`).
    public static func memoryLimit() -> Int {
        min(groupLimit(), processLimit(RLIMIT_DATA), processLimit(RLIMIT_AS))
    }

    private static func processLimit(_ resource: __rlimit_resource) -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else { return .max }
        return Int(clamping: limit.rlim_cur)
    }

    private static func groupLimit() -> Int {
        let machine = max(sysconf(Int32(_SC_PHYS_PAGES)), 1) * max(sysconf(Int32(_SC_PAGESIZE)), 1)
        let group = text("/proc/self/cgroup").split(separator: "\n")
            .first { $0.hasPrefix("0::") }.map { String($0.dropFirst(3)) }
        guard let group else { return machine }
        var path = "/sys/fs/cgroup" + (group == "/" ? "" : group)
        var least = machine
        while path.hasPrefix("/sys/fs/cgroup") {
            let found = text(path + "/memory.max").filter { !$0.isWhitespace }
            if let bytes = Int(found), bytes > 0 { least = min(least, bytes) }
            guard let slash = path.lastIndex(of: "/") else { break }
            path = String(path[..<slash])
        }
        return least
    }

    private static func bootTime() -> Double {
        for line in text("/proc/stat").split(separator: "\n") where line.hasPrefix("btime ") {
            return Double(line.dropFirst(6)) ?? 0
        }
        return 0
    }

    private static func entries(_ path: String) -> Int {
        guard let folder = opendir(path) else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        return max(count - 3, 0)  // ".", ".." and the folder itself
    }

    private static func text(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        var length = 0
        while length < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                read(file, buffer.baseAddress?.advanced(by: length), buffer.count - length)
            }
            guard count > 0 else { break }
            length += count
        }
        return String(decoding: bytes[..<length], as: UTF8.self)
    }
}
