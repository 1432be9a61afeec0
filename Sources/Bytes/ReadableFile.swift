#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file open for reading at any position, by several threads at once (`pread`).
///
/// It closes with its last reference.
public final class ReadableFile: Sendable {
    /// The path it was opened by.
    public let path: String
    /// Its size in bytes when it was opened.
    public let size: Int
    private let descriptor: Int32

    /// Opens a regular file.
    ///
    /// - Throws: `FileError`, also for what is not a regular file (EINVAL; EISDIR for a folder).
    public init(path: String) throws(FileError) {
        // O_NONBLOCK: opening a named pipe must not wait for a writer.
        let opened = try system("open", path) { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        var status = stat()
        do throws(FileError) {
            _ = try system("stat", path) { fstat(opened, &status) }
            let kind = status.st_mode & S_IFMT
            guard kind == S_IFREG else {
                let number = kind == S_IFDIR ? EISDIR : EINVAL
                throw FileError(operation: "open", path: path, reason: .system(number))
            }
        } catch {
            close(opened)
            throw error
        }
        self.path = path
        self.size = Int(status.st_size)
        self.descriptor = opened
    }

    /// A file that is open already and is closed by this one.
    init(path: String, size: Int, descriptor: Int32) {
        self.path = path
        self.size = size
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// A further descriptor of the file, which the caller closes.
    public func duplicate() throws(FileError) -> Int32 {
        try system("duplicate", path) { fcntl(descriptor, F_DUPFD_CLOEXEC, 0) }
    }

    /// Fills `buffer` from `offset` as far as the file goes; returns the number of bytes read.
    public func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: Int
    ) throws(FileError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let count = try system("read", path) {
                pread(descriptor, rest.baseAddress, rest.count, off_t(offset + filled))
            }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    /// Exactly `count` bytes from `offset`.
    ///
    /// - Throws: `FileError`; `.endOfFile` where the file ends before, without allocating.
    public func read(_ count: Int, at offset: Int) throws(FileError) -> [UInt8] {
        guard offset >= 0, count >= 0, offset <= size, count <= size - offset else {
            throw FileError(operation: "read", path: path, reason: .endOfFile)
        }
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(FileError) {
                filled = try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        guard bytes.count == count else {
            throw FileError(operation: "read", path: path, reason: .endOfFile)
        }
        return bytes
    }

    /// A whole file.
    ///
    /// - Throws: `FileError`; `.tooLarge` before anything is read if it has more than `limit` bytes.
    public static func contents(of path: String, limit: Int) throws(FileError) -> [UInt8] {
        let file = try ReadableFile(path: path)
        guard file.size <= limit else {
            throw FileError(operation: "read", path: path, reason: .tooLarge(limit: limit))
        }
        return try file.read(file.size, at: 0)
    }
}
