/// A body that is made piece by piece while it is sent.
///
/// The next piece is asked for when the one before has been taken by the client, on a thread of the
/// handlers' pool; while a piece has to be waited for, no thread is held.
public struct Pieces: Sendable {
    /// One step of a body.
    public enum Piece: Sendable {
        /// Send these bytes, then ask again.
        case bytes([UInt8])
        /// Nothing to send at present: ask again after this.
        case wait(Wait)
        /// The body is whole.
        case end
    }

    /// Gives the next piece; `isStopping` says that the server goes down, and that this is the last
    /// chance for some bytes. When it throws, the connection is cut, so that the client sees that
    /// the body is not whole.
    public let next: @Sendable (_ isStopping: Bool) throws -> Piece

    /// A body made by `next`; it is never called on two threads at once.
    public init(next: @escaping @Sendable (_ isStopping: Bool) throws -> Piece) {
        self.next = next
    }
}

/// Something to wait for without a thread.
public struct Wait: Sendable {
    /// Most seconds to wait.
    public let seconds: Double
    /// Whether the wait is over; asked about twenty times a second, so it must be cheap and must not
    /// block.
    public let hasChanged: @Sendable () -> Bool

    /// A wait for `seconds`, or until `hasChanged`.
    public init(seconds: Double, hasChanged: @escaping @Sendable () -> Bool = { false }) {
        self.seconds = seconds > 0 ? min(seconds, 86_400) : 0
        self.hasChanged = hasChanged
    }
}
