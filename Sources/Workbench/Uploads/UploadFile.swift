import Glibc

/// The file of an unfinished upload, open for writing.
final class UploadFile {
    private let path: String
    private let descriptor: Int32

    /// Opens the file, or makes it; it is for the service's own user only.
    init(path: String, creating: Bool) throws(WorkbenchError) {
        self.path = path
        let flags = O_WRONLY | O_CLOEXEC | O_NOFOLLOW | (creating ? O_CREAT | O_EXCL : 0)
        descriptor = open(path, flags, 0o600)
        guard descriptor >= 0 else { throw Self.failure("opening an upload") }
    }

    deinit { close(descriptor) }

    /// Cuts away what lies behind a length.
    func truncate(to length: Int) throws(WorkbenchError) {
        guard ftruncate(descriptor, length) == 0 else { throw Self.failure("cutting an upload") }
    }

    /// Writes bytes at a place.
    func write(_ bytes: [UInt8], at offset: Int) throws(WorkbenchError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                pwrite(descriptor, buffer.baseAddress! + done, bytes.count - done, offset + done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("writing an upload") }
            done += count
        }
    }

    /// Waits until everything written is on disk.
    func sync() throws(WorkbenchError) {
        guard fdatasync(descriptor) == 0 else { throw Self.failure("syncing an upload") }
    }

    /// Removes the file.
    func remove() { unlink(path) }

    /// Length of a file, or nil where there is none.
    static func size(_ path: String) -> Int? {
        var information = stat()
        return lstat(path, &information) == 0 ? Int(information.st_size) : nil
    }

    private static func failure(_ doing: String) -> WorkbenchError {
        let number = errno
        if number == ENOSPC || number == EDQUOT || number == EFBIG {
            return .storageFull("the disk is full; what had arrived of the upload is kept")
        }
        return .failed("\(doing): \(String(cString: strerror(number)))")
    }
}
