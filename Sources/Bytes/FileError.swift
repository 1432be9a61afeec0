#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What went wrong with a file: the operation, the path, and the system's reason.
public struct FileError: Error, Sendable, Equatable {
    /// Why it failed.
    public enum Reason: Sendable, Equatable {
        /// The system's `errno`.
        case system(Int32)
        /// The file is larger than the reader accepts, in bytes.
        case tooLarge(limit: Int)
        /// The file ended before the bytes that were asked for.
        case endOfFile
    }

    /// What was tried: `open`, `read`, `write`, `rename`, ...
    public let operation: String
    /// The file.
    public let path: String
    /// Why it failed.
    public let reason: Reason

    /// An error of one operation on one file.
    public init(operation: String, path: String, reason: Reason) {
        self.operation = operation
        self.path = path
        self.reason = reason
    }

    /// The system's `errno`, if it was the system that refused.
    public var errorNumber: Int32? {
        if case .system(let number) = reason { number } else { nil }
    }

    /// Whether the disk or the owner's quota is full (ENOSPC, EDQUOT).
    public var isNoSpace: Bool { errorNumber == ENOSPC || errorNumber == EDQUOT }
}

extension FileError: CustomStringConvertible {
    /// "open /data/a.zip: No such file or directory".
    public var description: String {
        switch reason {
        case .system(let number): "\(operation) \(path): \(String(cString: strerror(number)))"
        case .tooLarge(let limit): "\(operation) \(path): larger than \(limit) bytes"
        case .endOfFile: "\(operation) \(path): the file is shorter than expected"
        }
    }
}

/// Calls the system until it is not interrupted; a result of -1 becomes the error.
///
/// The one place that retries EINTR and reads `errno`.
func system<Number: SignedInteger>(
    _ operation: String, _ path: String, _ body: () -> Number
) throws(FileError) -> Number {
    while true {
        let result = body()
        if result != -1 { return result }
        let number = errno
        if number != EINTR {
            throw FileError(operation: operation, path: path, reason: .system(number))
        }
    }
}
