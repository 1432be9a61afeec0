import Synchronization

/// What the loop and the handlers' threads share.
final class ServerCore: Sendable {
    let configuration: HTTPServer.Configuration
    let handler: any HTTPHandler
    let log: @Sendable (String) -> Void
    let openConnections = Atomic<Int>(0)
    /// Bytes of answers that slow readers have not taken and that are held in memory.
    let heldBytes = Atomic<Int>(0)
    private let stopping = Atomic<Bool>(false)
    private let aborting = Atomic<Bool>(false)

    init(
        configuration: HTTPServer.Configuration, handler: any HTTPHandler,
        log: @escaping @Sendable (String) -> Void
    ) {
        (self.configuration, self.handler, self.log) = (configuration, handler, log)
    }

    /// Whether the server is to stop: idle connections end.
    var isStopping: Bool { stopping.load(ordering: .acquiring) }
    /// Whether the time for stopping is over: every connection ends.
    var isAborting: Bool { aborting.load(ordering: .acquiring) }

    func stop() { stopping.store(true, ordering: .releasing) }
    func abort() { aborting.store(true, ordering: .releasing) }

    var sessionLimits: Session.Limits {
        var limits = Session.Limits()
        limits.head = RequestParser.Limits(
            requestLineBytes: configuration.requestLineBytes,
            headerBytes: configuration.headerBytes, headerCount: configuration.headerCount)
        limits.maximumBody = configuration.maximumBody
        limits.bufferedBody = configuration.bufferedBodyBytes
        limits.drain = configuration.drainBytes
        limits.firstByteSeconds = configuration.firstByteSeconds
        limits.headerSeconds = configuration.headerSeconds
        limits.idleSeconds = configuration.keepAliveSeconds
        limits.bodyStallSeconds = configuration.bodyIdleSeconds
        limits.minimumBodyRate = configuration.minimumBodyRate
        return limits
    }

    /// A new request identifier: unguessable, URL-safe.
    static func makeRequestID() -> String {
        var generator = SystemRandomNumberGenerator()
        let number = UInt64.random(in: .min ... .max, using: &generator)
        let digits = String(number, radix: 16)
        return "req_" + String(repeating: "0", count: 16 - digits.count) + digits
    }
}
