import Glibc

/// One client's connection: reads requests one after another and answers each, on its own thread.
final class Connection {
    let core: ServerCore
    let channel: Channel
    let peer: Peer
    var buffer = InputBuffer()
    private var served = 0

    init(core: ServerCore, descriptor: Int32, peer: Peer) {
        self.core = core
        self.peer = peer
        channel = Channel(descriptor: descriptor, abortSignal: core.abortSignal.descriptor)
    }

    private enum Input {
        case head(RequestHead)
        case refused(Refusal)
        case ended
    }

    /// What becomes of the connection after an answer.
    enum Ending {
        case keep
        case close
        case linger
    }

    /// Serves until the connection ends.
    func run() {
        while true {
            switch readHead() {
            case .ended: return
            case .refused(let refusal):
                refuse(refusal)
                return linger()
            case .head(let head):
                switch serve(head) {
                case .keep: continue
                case .close: return
                case .linger: return linger()
                }
            }
        }
    }

    private func linger() {
        // While the server stops there is little time left for those who are still sending.
        let limits = core.configuration
        channel.linger(
            idle: core.isStopping ? 0.2 : limits.lingerIdleSeconds,
            total: limits.lingerTotalSeconds,
            signal: core.abortSignal.descriptor)
    }

    /// Reads one head: idle until its first byte, then with `headerSeconds` for all of it.
    private func readHead() -> Input {
        var parser = RequestParser(limits: core.parserLimits)
        var deadline = Monotonic.now + core.configuration.keepAliveSeconds
        var hasBegun = false
        while true {
            do throws(ChannelError) {
                if buffer.isEmpty {
                    let signal = hasBegun ? core.abortSignal : core.stopSignal
                    let count = try buffer.fill(
                        from: channel, until: deadline, signal: signal.descriptor)
                    guard count > 0 else {
                        return hasBegun
                            ? .refused(Refusal(400, "the request ends in its head")) : .ended
                    }
                }
            } catch {
                guard hasBegun, case .timeout = error else { return .ended }
                return .refused(Refusal(408, "the request's head did not arrive in time"))
            }
            switch buffer.withBytes({ parser.feed($0) }) {
            case .done(let head, let consumed):
                buffer.drop(consumed)
                return .head(head)
            case .malformed(let refusal): return .refused(refusal)
            case .needMore: buffer.drop(buffer.count)
            }
            if !hasBegun {
                hasBegun = true
                deadline = Monotonic.now + core.configuration.headerSeconds
            }
        }
    }

    /// Answers what is no request and must end the connection.
    private func refuse(_ refusal: Refusal) {
        let id = ServerCore.makeRequestID()
        let response = core.handler.problem(
            status: refusal.status, detail: refusal.detail, requestID: id)
        let exchange = Exchange(
            method: "-", target: "-", id: id, minorVersion: 1, start: Monotonic.now)
        _ = send(response, exchange: exchange, keepsAlive: false)
    }

    private func serve(_ head: RequestHead) -> Ending {
        let start = Monotonic.now
        served += 1
        let request = HTTPRequest(
            method: head.method, target: head.target, parts: head.parts, headers: head.headers,
            minorVersion: head.minorVersion, peer: peer.address, peerIsLoopback: peer.isLoopback,
            id: ServerCore.makeRequestID())
        let source = ConnectionBody(connection: self, head: head)
        let response = answer(request, head: head, source: source)
        let drained =
            source.isFinished
            || source.drain(limit: core.configuration.drainBytes, until: Monotonic.now + 1)
        let keeps =
            drained && head.keepsAlive && !core.isStopping
            && served < core.configuration.maximumRequestsPerConnection
        let exchange = Exchange(
            method: head.method, target: request.path, id: request.id,
            minorVersion: head.minorVersion, start: start)
        guard let stays = send(response, exchange: exchange, keepsAlive: keeps) else {
            return .close
        }
        return stays ? .keep : .linger
    }

    /// The handler's answer, or ours where the request must not reach it.
    private func answer(
        _ request: HTTPRequest, head: RequestHead, source: ConnectionBody
    ) -> HTTPResponse {
        let limit = core.configuration.maximumBody
        guard Self.methods.contains(head.method) else {
            return core.handler.problem(
                status: 501, detail: "the method is not known here", requestID: request.id)
        }
        var declared: Int?
        switch head.framing {
        case .none: declared = 0
        case .length(let length): declared = length
        case .chunked: declared = nil
        }
        if let declared, declared > limit {
            return core.handler.problem(
                status: 413, detail: BodyError.tooLarge(limit: limit).detail,
                requestID: request.id)
        }
        let body = RequestBody(source: source, declaredLength: declared)
        return core.handler.respond(to: request, body: body)
    }

    /// The methods handlers may know (RFC 9110 9.3, RFC 5789); others are 501.
    private static let methods: Set<String> = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE",
    ]
}

/// Who is at the other end.
struct Peer: Sendable {
    var address: String
    var isLoopback: Bool
}

/// What an answer and its line in the log need to know of the request.
struct Exchange {
    var method: String
    var target: String
    var id: String
    var minorVersion: Int
    var start: Double

    var isHead: Bool { method == "HEAD" }
}
