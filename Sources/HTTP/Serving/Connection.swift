import Glibc

/// One client's connection: what the loop remembers of it.
///
/// Belongs to the loop. While its stage is `working` a handler's thread may use the socket, and the
/// loop does not; it gets the connection back with a letter.
final class Connection: @unchecked Sendable {
    /// Whose turn it is.
    enum Stage {
        /// The client's, to send.
        case reading
        /// A handler's.
        case working
        /// Nobody's: a large body that waits for a thread.
        case queued
        /// The client's, to read.
        case writing
        /// Nobody's: the handler waits for something to change.
        case parked
        /// The client's, to notice that the connection has ended.
        case lingering
        case over
    }

    let key: UInt64
    let socket: Socket
    let peer: Peer
    /// Whether it counts as one of the connections, or was turned away at once.
    let isCounted: Bool
    var session: Session
    var stage = Stage.reading
    var isReadable = true
    /// The client has closed its side, or both are.
    var hasHungUp = false

    /// The request that is being answered, and its answer.
    var exchange: Exchange?
    var status = 0
    var output = Output()
    var writing: Pace?
    var keepsAlive = false
    var heldBytes = 0
    /// What comes after the output.
    var rest = Answer.Rest.none
    /// How a waiting request goes on, and when at the latest.
    var isResumedAt = Double.infinity
    var waitsFor: @Sendable () -> Bool = { false }
    /// Whom the request is counted as where it came through a trusted proxy.
    var countedAs: String?

    var lingersUntil = Double.infinity
    var lingersIdleUntil = Double.infinity
    /// When the timer looks at it.
    var isLookedAt = Double.infinity

    init(
        key: UInt64, descriptor: Int32, peer: Peer, isCounted: Bool, session: Session
    ) {
        (self.key, self.peer, self.isCounted, self.session) = (key, peer, isCounted, session)
        socket = Socket(descriptor: descriptor)
    }

    deinit { close(socket.descriptor) }

    /// When the client must have moved.
    var deadline: Double {
        switch stage {
        case .reading: session.deadline
        case .writing: writing?.deadline ?? .infinity
        case .lingering: min(lingersUntil, lingersIdleUntil)
        case .working, .queued, .parked, .over: .infinity
        }
    }
}
