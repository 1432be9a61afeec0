#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that appears under its name whole and on disk, or not at all.
///
/// Bytes go to a temporary file beside it; `commit` syncs that, renames it over the name and syncs
/// the folder. Dropped without `commit`, it leaves nothing behind.
public enum DurableFile {
    /// Writes a whole file durably, replacing one that is there.
    public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        let writer = try Writer(path: path)
        try writer.write(bytes)
        try writer.commit()
    }

    /// The file while it is written, by one thread.
    public final class Writer {
        /// The name it will have.
        public let path: String
        /// Bytes written so far.
        public private(set) var size = 0
        private let temporary: String
        private var descriptor: Int32

        /// Starts a file beside `path`.
        public init(path: String) throws(FileError) {
            let suffix = String(UInt64.random(in: 0...UInt64.max), radix: 36)
            let beside = "\(path).\(suffix).tmp"
            self.path = path
            temporary = beside
            descriptor = try system("create", beside) {
                open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            }
        }

        deinit {
            guard descriptor >= 0 else { return }
            close(descriptor)
            unlink(temporary)
        }

        /// Appends bytes.
        public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
            precondition(descriptor >= 0, "no write after commit")
            var written = 0
            while written < bytes.count {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
                written += try system("write", temporary) {
                    #if canImport(Glibc)
                        Glibc.write(descriptor, rest.baseAddress, rest.count)
                    #elseif canImport(Musl)
                        Musl.write(descriptor, rest.baseAddress, rest.count)
                    #else
                        Darwin.write(descriptor, rest.baseAddress, rest.count)
                    #endif
                }
            }
            size += bytes.count
        }

        /// Appends bytes.
        public func write(_ bytes: [UInt8]) throws(FileError) {
            var failure: FileError?
            bytes.withUnsafeBytes { buffer in
                do throws(FileError) { try write(buffer) } catch { failure = error }
            }
            if let failure { throw failure }
        }

        /// Makes the file durable under its name.
        public func commit() throws(FileError) {
            precondition(descriptor >= 0, "one commit")
            _ = try system("sync", temporary) { fsync(descriptor) }
            _ = try system("rename", path) { rename(temporary, path) }
            close(descriptor)
            descriptor = -1
            try Self.syncFolder(of: path)
        }

        private static func syncFolder(of path: String) throws(FileError) {
            let end = path.lastIndex(of: "/")
            let folder = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
            let opened = try system("open", folder) { open(folder, O_RDONLY | O_CLOEXEC) }
            defer { close(opened) }
            _ = try system("sync", folder) { fsync(opened) }
        }
    }
}
