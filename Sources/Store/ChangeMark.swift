import CSQLite
import Synchronization

extension Store {
    /// What the database holds, as something to compare: equal states hold the same.
    public struct State: Equatable, Sendable {
        fileprivate let words: SIMD8<UInt64>
    }

    /// The state now, without a call of the system; nil where it cannot be told.
    ///
    /// It changes when a transaction is committed, by this process or by another one.
    public var state: State? { changes.state }
}

/// Reads the state of the database from the memory that SQLite's connections share.
///
/// The header of the write-ahead log's index counts transactions and holds the checksum of the last
/// frame (sqlite.org/walformat.html, 2.1). SQLite gives the memory by `xShmMap` of its interface for
/// file systems, so that no second descriptor of the file exists, whose closing would drop SQLite's
/// locks (fcntl).
final class ChangeMark: Sendable {
    private struct Header: @unchecked Sendable {
        /// Keeps the memory mapped.
        let connection: Connection
        let bytes: UnsafeRawPointer
    }

    private let header: Mutex<Header?>
    private static let regionBytes: Int32 = 32_768

    /// The mark of a connection of its own, which nobody else uses; without one no state can be told.
    init(_ connection: Connection?) {
        header = Mutex(
            connection.flatMap { connection in
                Self.bytes(of: connection).map { Header(connection: connection, bytes: $0) }
            })
    }

    var state: Store.State? {
        header.withLock { header in
            guard let bytes = header?.bytes else { return nil }
            let words = bytes.assumingMemoryBound(to: UInt64.self)
            return Store.State(
                words: SIMD8(words[0], words[1], words[2], words[3], words[4], words[5], 0, 0))
        }
    }

    /// Lets go of the memory; there is no state any more.
    func close() { header.withLock { $0 = nil } }

    private static func bytes(of connection: Connection) -> UnsafeRawPointer? {
        // The first read maps the index.
        guard (try? connection.first("SELECT count(*) FROM tokens", [], { $0.int(0) })) != nil
        else {
            return nil
        }
        var file: UnsafeMutablePointer<sqlite3_file>?
        let code = sqlite3_file_control(
            connection.handle, "main", SQLITE_FCNTL_FILE_POINTER, &file)
        guard code == SQLITE_OK, let file, let methods = file.pointee.pMethods,
            methods.pointee.iVersion >= 2, let map = methods.pointee.xShmMap
        else { return nil }
        var region: UnsafeMutableRawPointer?
        guard map(file, 0, regionBytes, 0, &region) == SQLITE_OK, let region else { return nil }
        return UnsafeRawPointer(region)
    }
}
