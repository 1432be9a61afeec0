import CLinux
import Glibc
import Synchronization

/// The one thread that accepts, reads requests, waits for slow clients and writes to slow readers.
///
/// It never blocks but in `epoll_wait`: handlers run in a pool and leave word in a mailbox. Every
/// descriptor is watched for edges, so that a request costs no call to say what is waited for.
final class EventLoop: @unchecked Sendable {
    // Everything but `core`, `mailbox` and `pool` belongs to the loop's thread.
    let core: ServerCore
    let mailbox: Mailbox<Letter>
    let pool: HandlerPool
    let epoll: Int32
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 64)

    var listener: Int32
    /// When a listener that was let be, for want of descriptors, is taken up again.
    var acceptsAgainAt: Double?
    var connections: [UInt64: Connection] = [:]
    var nextKey: UInt64 = 2
    var addresses: Tally
    var turnedAway = 0
    var wheel: TimerWheel
    var now: Double
    /// Connections that could go on at once but have had their turn.
    var eager: [Connection] = []
    var parked: [UInt64: Connection] = [:]
    var uploads: UploadQueue
    var names = RequestNames()
    /// Answers that may be given again.
    var replays: ReplayTable
    /// Where the head of such an answer is put together.
    var answerHead: [UInt8] = []
    var hasBegunStopping = false
    var endsAt: Double?

    /// How long handlers' work may lie untouched before another thread joins.
    private static let nudgeSeconds = 0.005
    private var nudgesAt = 0.0

    private static let listenerKey: UInt64 = 0
    private static let mailboxKey: UInt64 = 1

    /// What handlers' threads tell the loop.
    enum Letter: Sendable {
        case admitted(Connection, Admission)
        case answered(Connection, Answer)
        /// The next piece of a body; nil where its maker has failed.
        case piece(Connection, Pieces.Piece?)
        /// The handler of a large body has ended: what is left of the body.
        case uploaded(Connection, BodyDecoder, InputBuffer)
    }

    /// Nil where the system gives no descriptors.
    init?(core: ServerCore, listener: Int32) {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0, let mailbox = Mailbox<Letter>() else { return nil }
        (self.core, self.listener, self.mailbox) = (core, listener, mailbox)
        let configuration = core.configuration
        pool = HandlerPool(limit: configuration.handlerThreads)
        now = Monotonic.now
        wheel = TimerWheel(now: now)
        addresses = Tally(limit: configuration.maximumConnectionsPerAddress)
        replays = ReplayTable(bytes: 16 << 20, count: 4096)
        uploads = UploadQueue(limit: configuration.maximumUploads)
        _ = linux_epoll_add_reading(epoll, listener, Self.listenerKey)
        _ = linux_epoll_add_reading(epoll, mailbox.descriptor, Self.mailboxKey)
    }

    deinit {
        close(epoll)
        scratch.deallocate()
    }

    /// Serves until the server has stopped.
    func run() {
        var events = [epoll_event](repeating: epoll_event(), count: 256)
        while true {
            let count = Int(epoll_wait(epoll, &events, Int32(events.count), timeout))
            now = Monotonic.now
            for index in 0..<max(count, 0) {
                let place = Int32(index)
                let readiness = linux_epoll_readiness(events, place)
                switch linux_epoll_key(events, place) {
                case Self.listenerKey: acceptAll()
                case Self.mailboxKey: readLetters()
                case let key: take(readiness, of: key)
                }
            }
            goOn()
            if core.isStopping { stop() }
            if hasBegunStopping && (connections.isEmpty || endsAt.map { now >= $0 } ?? false) {
                break
            }
        }
        for connection in Array(connections.values) { drop(connection) }
        pool.close()
        core.lines.close()
    }

    /// Milliseconds `epoll_wait` may take.
    private var timeout: Int32 {
        if !eager.isEmpty { return 0 }
        if pool.hasWork { return Int32(Self.nudgeSeconds * 1000) }
        if !parked.isEmpty || hasBegunStopping { return 50 }
        if acceptsAgainAt != nil { return 100 }
        return wheel.isEmpty ? -1 : 125
    }

    /// What does not hang on events: turns that were cut short, timers, what is waited for.
    private func goOn() {
        if now >= nudgesAt {
            pool.nudge()
            nudgesAt = now + Self.nudgeSeconds
        }
        let turns = eager
        eager.removeAll(keepingCapacity: true)
        for connection in turns { advance(connection) }
        for key in wheel.advance(to: now) {
            if let connection = connections[key] { lookAt(connection) }
        }
        lookAtParked()
        if let time = acceptsAgainAt, now >= time {
            acceptsAgainAt = nil
            if listener >= 0 { _ = linux_epoll_add_reading(epoll, listener, Self.listenerKey) }
        }
    }

    private func take(_ readiness: UInt32, of key: UInt64) {
        guard let connection = connections[key] else { return }
        let ended = EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue
        if readiness & ended != 0 { connection.hasHungUp = true }
        if readiness & (EPOLLIN.rawValue | ended) != 0 { connection.isReadable = true }
        let gone = EPOLLHUP.rawValue | EPOLLERR.rawValue
        if readiness & gone != 0, connection.stage == .parked || connection.stage == .queued {
            return drop(connection)
        }
        advance(connection)
    }

    /// Lets a connection go on as far as it can.
    func advance(_ connection: Connection) {
        switch connection.stage {
        case .reading: read(connection)
        case .writing: write(connection)
        case .lingering: linger(connection)
        case .working, .queued, .parked, .over: break
        }
    }

    private func readLetters() {
        for letter in mailbox.empty() {
            switch letter {
            case .admitted(let connection, let admission):
                if isOpen(connection) { admit(connection, admission) }
            case .answered(let connection, let answer):
                if isOpen(connection) { take(answer, for: connection) } else { release(answer) }
            case .piece(let connection, let piece):
                if isOpen(connection) { take(piece, for: connection) }
            case .uploaded(let connection, let decoder, let input):
                if isOpen(connection) { connection.session.giveBack(decoder, input: input) }
                startUploads(after: connection)
            }
        }
    }

    private func isOpen(_ connection: Connection) -> Bool {
        connections[connection.key] === connection
    }

    private func release(_ answer: Answer) {
        core.heldBytes.subtract(answer.heldBytes, ordering: .relaxed)
    }

    // MARK: Time

    /// Sees to it that the connection is looked at when its deadline has passed.
    func watch(_ connection: Connection) {
        let deadline = connection.deadline
        guard deadline < connection.isLookedAt else { return }
        connection.isLookedAt = wheel.add(connection.key, at: deadline)
    }

    private func lookAt(_ connection: Connection) {
        connection.isLookedAt = .infinity
        if connection.deadline <= now { expire(connection) }
        if connection.stage != .over { watch(connection) }
    }

    private func expire(_ connection: Connection) {
        switch connection.stage {
        case .reading:
            perform(
                core.isStopping
                    ? connection.session.stop(isLast: true)
                    : connection.session.expire(), connection)
        case .writing: checkReader(connection)
        case .lingering: drop(connection)
        case .working, .queued, .parked, .over: break
        }
    }

    /// Forgets a connection; it closes when no handler has it any more.
    func drop(_ connection: Connection) {
        guard connections.removeValue(forKey: connection.key) != nil else { return }
        if connection.stage == .queued { uploads.remove(connection) }
        parked[connection.key] = nil
        connection.stage = .over
        forgetRequest(connection)
        core.heldBytes.subtract(connection.heldBytes, ordering: .relaxed)
        connection.heldBytes = 0
        guard connection.isCounted else {
            turnedAway -= 1
            return
        }
        if !isTrusted(connection.peer) { addresses.remove(connection.peer.group) }
        core.openConnections.subtract(1, ordering: .releasing)
    }
}
