import Synchronization

/// What the loop and the handlers' threads share.
final class ServerCore: Sendable {
    let configuration: HTTPServer.Configuration
    let handler: any HTTPHandler
    let lines: LineWriter
    let openConnections = Atomic<Int>(0)
    /// Bytes of answers that slow readers have not taken and that are held in memory.
    let heldBytes = Atomic<Int>(0)
    private let stopping = Atomic<Bool>(false)
    private let aborting = Atomic<Bool>(false)

    init(
        configuration: HTTPServer.Configuration, handler: any HTTPHandler,
        log: @escaping @Sendable (String) -> Void,
        logAll: (@Sendable ([String]) -> Void)? = nil
    ) {
        (self.configuration, self.handler) = (configuration, handler)
        lines = LineWriter { all in
            if let logAll { return logAll(all) }
            for line in all { log(line) }
        }
    }

    /// Whether the server is to stop: idle connections end.
    var isStopping: Bool { stopping.load(ordering: .acquiring) }
    /// Whether the time for stopping is over: every connection ends.
    var isAborting: Bool { aborting.load(ordering: .acquiring) }

    func stop() { stopping.store(true, ordering: .releasing) }
    func abort() { aborting.store(true, ordering: .releasing) }

    /// Counts what a slow reader makes us hold, and moves it out of memory where that is too much; the
    /// bytes that stay in memory.
    func hold(_ output: inout Output) -> Int {
        let memory = output.memory
        let all = heldBytes.add(memory, ordering: .relaxed).newValue
        guard all > configuration.answerBytes else { return memory }
        output.spill(into: configuration.spillFolder)
        let left = output.memory
        heldBytes.subtract(memory - left, ordering: .relaxed)
        return left
    }

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

}
