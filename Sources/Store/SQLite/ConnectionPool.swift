import Dispatch
import Synchronization

/// One connection that writes and a few that read, each used by one thread at a time.
///
/// Readers see the state of the last commit and never wait for the writer (write-ahead log).
final class ConnectionPool: Sendable {
    private let writer: Mutex<Connection?>
    private let readers: Mutex<[Connection]?>
    private let freeReaders: DispatchSemaphore

    /// A pool; without a writer every change throws `.closed`.
    init(writer: Connection?, readers: [Connection]) {
        self.writer = Mutex(writer)
        self.readers = Mutex(readers)
        freeReaders = DispatchSemaphore(value: 0)
        for _ in readers { freeReaders.signal() }
    }

    /// Runs `body` in a transaction of the writing connection; durable when this returns.
    func write<T: Sendable>(
        _ body: (Connection) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        try maintain { connection throws(StoreError) in
            try connection.transaction { () throws(StoreError) in try body(connection) }
        }
    }

    /// Runs `body` with the writing connection, outside a transaction.
    func maintain<T: Sendable>(
        _ body: (Connection) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        try writer.withLock { writer throws(StoreError) in
            guard let writer else { throw .closed }
            return try body(writer)
        }
    }

    /// Runs `body` on one unchanging state of the database.
    func read<T: Sendable>(
        _ body: (Connection) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        freeReaders.wait()
        defer { freeReaders.signal() }
        guard let reader = readers.withLock({ $0?.popLast() }) else { throw .closed }
        defer { readers.withLock { $0?.append(reader) } }
        return try reader.snapshot { () throws(StoreError) in try body(reader) }
    }

    /// Closes every connection once its present user has finished; later use throws `.closed`.
    func close() {
        readers.withLock { $0 = nil }
        writer.withLock { $0 = nil }
    }
}
