import CSQLite
import Dispatch
import Synchronization

/// Brings what is in the write-ahead log to where it belongs, on a thread of its own.
///
/// SQLite would do it inside the commit that makes the log long enough: one request in a hundred would wait
/// for all that the others have left. A checkpoint that is passive (sqlite.org/wal.html, 2.1) keeps neither
/// readers nor writers waiting; the first change after one that has got everything begins the log anew.
final class LogKeeper: Sendable {
    private let connection: Mutex<Connection?>
    private let queue = DispatchQueue(label: "seam.log", qos: .userInitiated)
    private let isArmed = Atomic(false)

    /// Pages in the log that are worth the work.
    private static let worthwhile: Int32 = 256
    /// Looks at the log in a row, while others go on writing to it.
    private static let looks = 16

    /// A keeper with a connection that nobody else uses.
    init(_ connection: Connection) { self.connection = Mutex(connection) }

    /// Takes the work over from a connection's commits.
    func serve(_ writer: Connection) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_wal_hook(
            writer.handle,
            { context, _, _, pages in
                guard let context, pages >= LogKeeper.worthwhile else { return SQLITE_OK }
                Unmanaged<LogKeeper>.fromOpaque(context).takeUnretainedValue().arm()
                return SQLITE_OK
            }, context)
    }

    private func arm() {
        guard !isArmed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        queue.async { [weak self] in self?.work() }
    }

    private func work() {
        isArmed.store(false, ordering: .releasing)
        for _ in 0..<Self.looks {
            let left = empty()
            guard left >= Int(Self.worthwhile) else { return }
        }
    }

    /// Empties the log as far as nobody reads it; returns how many pages are left in it. One that fails
    /// is left to the next: nothing depends on it but room.
    @discardableResult
    func empty() -> Int {
        connection.withLock { connection in
            guard let frames = try? connection?.checkpoint() else { return 0 }
            return frames.all - frames.done
        }
    }

    /// Runs `body` while the keeper does nothing: of two checkpoints at once the later one gives up.
    func resting<T>(_ body: () throws(StoreError) -> T) throws(StoreError) -> T {
        try connection.withLock { _ throws(StoreError) in try body() }
    }

    /// Ends its work; what it is at is done first.
    func close() { connection.withLock { $0 = nil } }
}

extension Connection {
    /// Brings pages of the log to the database as far as nobody reads them: how many pages the log
    /// has, and how many of them are in the database.
    func checkpoint() throws(StoreError) -> (all: Int, done: Int) {
        var frames = (all: 0, done: 0)
        try each("PRAGMA wal_checkpoint(PASSIVE)") {
            frames = (max(0, $0.int(1)), max(0, $0.int(2)))
        }
        return frames
    }
}
