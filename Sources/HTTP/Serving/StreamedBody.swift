import Glibc

/// A large body, read from the connection by its handler's own thread.
final class StreamedBody: BodySource {
    private let connection: Connection
    private let core: ServerCore
    private var begun: InputBuffer
    private(set) var decoder: BodyDecoder
    private(set) var input: InputBuffer
    private var failure: BodyError?
    /// Seconds spent waiting for the client; the handler's own time does not count.
    private var waited = 0.0
    private let received: Int

    init(
        begun: [UInt8], decoder: BodyDecoder, input: InputBuffer, connection: Connection,
        core: ServerCore
    ) {
        self.begun = InputBuffer()
        self.begun.append(begun)
        (self.decoder, self.input) = (decoder, input)
        (self.connection, self.core) = (connection, core)
        received = decoder.received
    }

    /// Whether the connection can carry another request.
    var canGoOn: Bool {
        guard failure == nil else { return false }
        return decoder.rest.map { $0 <= core.configuration.drainBytes } ?? false
    }

    var clientHasGone: Bool { connection.socket.isBroken }
    var serverIsStopping: Bool { core.isStopping }

    func read(atMost: Int) throws(BodyError) -> [UInt8] {
        if !begun.isEmpty { return begun.take(atMost) }
        if let failure { throw failure }
        do throws(BodyError) {
            while !decoder.isFinished {
                let bytes = try decoder.decode(&input, atMost: atMost)
                if !bytes.isEmpty { return bytes }
                if decoder.isFinished { break }
                let direct = try receive(atMost: min(atMost, 1 << 20))
                if !direct.isEmpty { return direct }
            }
            return []
        } catch {
            failure = error
            throw error
        }
    }

    /// Receives straight into a new array where nothing but data can come next, else into `input`.
    private func receive(atMost: Int) throws(BodyError) -> [UInt8] {
        let plain = decoder.plainBytes
        var outcome = Transfer.blocked
        let room = plain > 0 ? min(plain, atMost) : 1 << 14
        if core.isAborting { throw .stopping }
        try waitForInput()
        let bytes = [UInt8](unsafeUninitializedCapacity: room) { buffer, filled in
            outcome = connection.socket.receive(into: UnsafeMutableRawBufferPointer(buffer))
            if case .moved(let count) = outcome { filled = count }
        }
        switch outcome {
        case .moved(0), .broken: throw .disconnected
        case .blocked: return []
        case .moved:
            guard plain > 0 else {
                input.append(bytes)
                return []
            }
            try decoder.took(bytes.count)
            return bytes
        }
    }

    /// Waits for bytes within the limits for a stall and for the mean rate.
    private func waitForInput() throws(BodyError) {
        if connection.socket.waitForInput(seconds: 0) { return }
        let limits = core.configuration
        let start = Monotonic.now
        defer { waited += Monotonic.now - start }
        // The pace of the time that was spent waiting.
        var pace = Pace(
            stall: limits.bodyIdleSeconds, rate: limits.minimumBodyRate, now: start - waited)
        pace.reach(decoder.received - received, now: start)
        while true {
            let now = Monotonic.now
            var deadline = pace.deadline
            // While the server stops there is little time left for those who stall.
            if core.isStopping { deadline = min(deadline, start + limits.stoppingStallSeconds) }
            if core.isAborting { throw .stopping }
            guard now < deadline else {
                if core.isStopping { throw .stopping }
                throw .timeout
            }
            if connection.socket.waitForInput(seconds: min(deadline - now, 0.25)) { return }
        }
    }
}
