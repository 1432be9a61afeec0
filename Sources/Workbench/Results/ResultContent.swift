public import Bytes

/// What an answer of the service holds: bytes, or, for what may be large, a file without a name.
public enum ResultContent: Sendable {
    /// Bytes in memory.
    case bytes([UInt8])
    /// A file that goes with its last reference.
    case file(ReadableFile)

    /// Its size in bytes.
    public var size: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .file(let file): file.size
        }
    }

    /// Its SHA-256.
    public func sha256() throws(WorkbenchError) -> SHA256 {
        var hash = SHA256()
        try eachPiece { hash.update($0) }
        return hash
    }

    /// Calls `body` with its bytes, a piece after another.
    public func eachPiece(
        _ body: ([UInt8]) throws(WorkbenchError) -> Void
    ) throws(WorkbenchError) {
        switch self {
        case .bytes(let bytes): try body(bytes)
        case .file(let file):
            for start in stride(from: 0, to: file.size, by: 1 << 20) {
                let count = min(1 << 20, file.size - start)
                try body(
                    try WorkbenchError.filing { () throws(FileError) in
                        try file.read(count, at: start)
                    })
            }
        }
    }
}

extension WorkbenchError {
    /// Runs an operation on an open file; its failure is the service's own.
    public static func opening<Value>(
        _ body: () throws(FileError) -> Value
    ) throws(WorkbenchError) -> Value {
        try filing(body)
    }

    /// Runs an operation on files and says its errors in the words of the use cases.
    static func filing<Value>(
        _ body: () throws(FileError) -> Value
    ) throws(WorkbenchError) -> Value {
        do {
            return try body()
        } catch {
            guard error.isNoSpace else { throw .failed(error.description) }
            throw .storageFull("the disk has no room for the file that was asked for")
        }
    }
}
