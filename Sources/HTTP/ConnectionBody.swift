import Glibc

/// The body of the request a connection is serving.
final class ConnectionBody: BodySource {
    private enum State {
        case length(Int)
        case chunked(ChunkedDecoder, dataLeft: Int)
        case finished
        case failed(BodyError)
    }

    private let connection: Connection
    private var state: State
    private var received = 0
    private var waited = 0.0
    /// Whether the client still waits for `100 Continue`.
    private(set) var owesContinue: Bool

    init(connection: Connection, head: RequestHead) {
        self.connection = connection
        switch head.framing {
        case .none, .length(0): state = .finished
        case .length(let length): state = .length(length)
        case .chunked: state = .chunked(ChunkedDecoder(), dataLeft: 0)
        }
        owesContinue = false
        if case .finished = state { return }
        owesContinue = head.expectsContinue
    }

    /// Whether every byte of the body has been read.
    var isFinished: Bool {
        if case .finished = state { return true }
        return false
    }

    /// Bytes known to be left; nil when that is not known or reading has failed.
    private var knownRest: Int? {
        switch state {
        case .finished: 0
        case .length(let left): left
        case .chunked, .failed: nil
        }
    }

    var clientHasGone: Bool { connection.channel.isBroken }
    var serverIsStopping: Bool { connection.core.isStopping }

    func read(atMost: Int) throws(BodyError) -> [UInt8] {
        do throws(BodyError) {
            try sendContinue()
            switch state {
            case .finished: return []
            case .failed(let error): throw error
            case .length(let left): return try readLength(left, atMost: atMost)
            case .chunked(let decoder, let dataLeft):
                return try readChunked(decoder, dataLeft: dataLeft, atMost: atMost)
            }
        } catch {
            state = .failed(error)
            throw error
        }
    }

    /// Reads and drops a small rest so that the connection lives on; false when it cannot.
    func drain(limit: Int, until deadline: Double) -> Bool {
        guard !owesContinue else { return isFinished }
        if let rest = knownRest, rest > limit { return false }
        var dropped = 0
        while !isFinished {
            if case .failed = state { return false }
            guard dropped <= limit, Monotonic.now < deadline else { return false }
            drainDeadline = deadline
            guard let piece = try? read(atMost: 1 << 14) else { return false }
            dropped += piece.count
        }
        return true
    }

    /// While draining: when to give up.
    private var drainDeadline: Double?

    private func sendContinue() throws(BodyError) {
        guard owesContinue else { return }
        owesContinue = false
        // RFC 9110 10.1.1: no need for it when the body is already coming.
        guard connection.buffer.isEmpty else { return }
        do throws(ChannelError) {
            let stall = connection.core.configuration.writeStallSeconds
            try connection.channel.write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), stall: stall)
        } catch {
            throw .disconnected
        }
    }

    private func readLength(_ left: Int, atMost: Int) throws(BodyError) -> [UInt8] {
        let wanted = min(left, atMost, 1 << 20)
        let bytes =
            connection.buffer.isEmpty
            ? try receive(atMost: wanted) : connection.buffer.take(wanted)
        received += bytes.count
        state = left == bytes.count ? .finished : .length(left - bytes.count)
        return bytes
    }

    /// Straight from the socket into a new array.
    private func receive(atMost count: Int) throws(BodyError) -> [UInt8] {
        var failure: BodyError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(BodyError) {
                let raw = UnsafeMutableRawBufferPointer(buffer)
                filled = try timed { deadline throws(ChannelError) in
                    try connection.channel.read(into: raw, until: deadline)
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    private func readChunked(
        _ start: ChunkedDecoder, dataLeft: Int, atMost: Int
    ) throws(BodyError) -> [UInt8] {
        var (decoder, dataLeft) = (start, dataLeft)
        while true {
            if connection.buffer.isEmpty && dataLeft > 0 {
                let bytes = try receive(atMost: min(dataLeft, atMost, 1 << 20))
                return try taken(bytes, decoder, dataLeft)
            }
            if connection.buffer.isEmpty {
                _ = try timed { deadline throws(ChannelError) in
                    try connection.buffer.fill(from: connection.channel, until: deadline)
                }
            }
            if dataLeft > 0 {
                let bytes = connection.buffer.take(min(dataLeft, atMost))
                return try taken(bytes, decoder, dataLeft)
            }
            switch connection.buffer.withBytes({ decoder.next($0) }) {
            case .needMore: connection.buffer.drop(connection.buffer.count)
            case .data(let skip, let count):
                connection.buffer.drop(skip)
                dataLeft = count
            case .end(let consumed):
                connection.buffer.drop(consumed)
                state = .finished
                return []
            case .malformed(let reason): throw .malformed(reason)
            }
        }
    }

    /// Counts bytes of a chunk against the limit of the body.
    private func taken(
        _ bytes: [UInt8], _ decoder: ChunkedDecoder, _ dataLeft: Int
    ) throws(BodyError) -> [UInt8] {
        received += bytes.count
        let limit = connection.core.configuration.maximumBody
        guard received <= limit else { throw .tooLarge(limit: limit) }
        state = .chunked(decoder, dataLeft: dataLeft - bytes.count)
        return bytes
    }

    /// Waits for bytes within the limits for a stall and for the mean rate; the end of the stream
    /// is a disconnection.
    private func timed(
        _ fill: (Double) throws(ChannelError) -> Int
    ) throws(BodyError) -> Int {
        let limits = connection.core.configuration
        let start = Monotonic.now
        let allowance = limits.bodyIdleSeconds + Double(received) / limits.minimumBodyRate - waited
        var deadline = start + min(limits.bodyIdleSeconds, allowance)
        if let drainDeadline { deadline = min(deadline, drainDeadline) }
        do throws(ChannelError) {
            let count = try fill(deadline)
            waited += Monotonic.now - start
            guard count > 0 else { throw ChannelError.disconnected }
            return count
        } catch {
            switch error {
            case .timeout: throw .timeout
            case .disconnected, .cancelled: throw .disconnected
            }
        }
    }
}
