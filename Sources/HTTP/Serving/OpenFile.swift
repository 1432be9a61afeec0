import Glibc

/// A file opened for sending, closed when let go.
public final class OpenFile: Sendable {
    let descriptor: Int32

    /// Takes over the descriptor of a regular file, which must not change before it is sent.
    public init(descriptor: Int32) { self.descriptor = descriptor }

    /// Nil where the file is missing, not a regular one, or shorter than what is to be sent.
    init?(path: String, offset: Int, length: Int) {
        guard offset >= 0, length >= 0 else { return nil }
        let opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard opened >= 0 else { return nil }
        var status = stat()
        guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            Int(status.st_size) - length >= offset
        else {
            close(opened)
            return nil
        }
        descriptor = opened
    }

    /// A file without a name that holds the bytes; nil where the folder takes none.
    init?(holding bytes: ArraySlice<UInt8>, in folder: String) {
        var template = Array((folder + "/.answer-XXXXXX").utf8CString)
        let opened = mkstemp(&template)
        guard opened >= 0 else { return nil }
        _ = fcntl(opened, F_SETFD, FD_CLOEXEC)
        unlink(template)
        let isWhole = bytes.withUnsafeBytes { raw -> Bool in
            var done = 0
            while done < raw.count {
                let count = write(opened, raw.baseAddress.map { $0 + done }, raw.count - done)
                if count > 0 { done += count } else if count == 0 || errno != EINTR { return false }
            }
            return true
        }
        guard isWhole else {
            close(opened)
            return nil
        }
        descriptor = opened
    }

    deinit { close(descriptor) }
}
