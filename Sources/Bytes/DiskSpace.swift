import Glibc

/// The file system that a path is on.
public struct DiskSpace: Sendable {
    /// Free bytes, for those who are not root.
    public let free: Int
    /// Bytes in all.
    public let total: Int

    /// The space now, or nil where it cannot be told (statvfs(3)).
    public init?(of path: String) {
        var information = statvfs()
        guard statvfs(path, &information) == 0 else { return nil }
        func bytes(_ blocks: UInt) -> Int {
            let (bytes, overflow) = UInt64(blocks)
                .multipliedReportingOverflow(by: UInt64(information.f_frsize))
            return overflow ? .max : Int(clamping: bytes)
        }
        free = bytes(information.f_bavail)
        total = bytes(information.f_blocks)
    }
}
