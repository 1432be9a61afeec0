#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file without a name for what does not fit in memory: written, then read at any place.
///
/// Its name is removed as soon as it is open, so that nothing is left behind however it ends.
public final class ScratchFile {
    /// Bytes written so far.
    public private(set) var size = 0
    private let path: String
    private var descriptor: Int32

    /// An empty file in a folder, or in the system's folder for temporary files where that one
    /// cannot be written.
    public init(folder: String) throws(FileError) {
        let suffix = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        var failure: FileError?
        for place in [folder, getenv("TMPDIR").map { String(cString: $0) } ?? "/var/tmp"] {
            let name = "\(place)/.scratch-\(suffix).tmp"
            do throws(FileError) {
                let opened = try system("create", name) {
                    open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
                }
                unlink(name)
                path = name
                descriptor = opened
                return
            } catch {
                failure = failure ?? error
            }
        }
        throw failure!
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Appends bytes.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        try write(bytes, at: size)
    }

    /// Writes bytes at a place from the beginning, also beyond the end; a gap is zeros.
    public func write(_ bytes: UnsafeRawBufferPointer, at place: Int) throws(FileError) {
        precondition(descriptor >= 0, "no write after the end")
        precondition(place >= 0, "places are not negative")
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            written += try system("write", path) {
                pwrite(descriptor, rest.baseAddress, rest.count, off_t(place + written))
            }
        }
        size = max(size, place + bytes.count)
    }

    /// Appends bytes.
    public func write(_ bytes: [UInt8]) throws(FileError) {
        try write(bytes, at: size)
    }

    /// Replaces bytes that are written already.
    ///
    /// - Precondition: they are.
    public func replace(_ bytes: [UInt8], at place: Int) throws(FileError) {
        precondition(place >= 0 && place <= size - bytes.count, "bytes that are there")
        try write(bytes, at: place)
    }

    private func write(_ bytes: [UInt8], at place: Int) throws(FileError) {
        var failure: FileError?
        bytes.withUnsafeBytes { buffer in
            do throws(FileError) { try write(buffer, at: place) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// The file for reading; nothing can be written any more.
    public func finish() -> ReadableFile {
        precondition(descriptor >= 0, "ended once")
        defer { descriptor = -1 }
        return ReadableFile(path: path, size: size, descriptor: descriptor)
    }
}
