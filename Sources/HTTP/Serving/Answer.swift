import Synchronization

/// An answer on its way: what has been written of it, and what is left.
struct Answer: Sendable {
    /// What follows the bytes in the output.
    enum Rest: Sendable {
        case none
        case pieces(Pieces, isChunked: Bool)
        case later(Wait, @Sendable () -> HTTPResponse)
    }

    var status: Int
    var output = Output()
    var progress = Output.Progress.done
    /// Bytes in memory that are counted as held for a slow reader.
    var heldBytes = 0
    var keepsAlive = false
    var rest = Rest.none
    /// What it takes to give it again, where that may be.
    var replay: Replay?

    /// Frames a response and writes what the client takes at once.
    init(
        _ response: HTTPResponse, exchange: Exchange, keepsAlive: Bool, core: ServerCore,
        socket: Socket
    ) {
        if case .later(let wait, let again) = response.body {
            (status, self.keepsAlive, rest) = (0, keepsAlive, .later(wait, again))
            return
        }
        var response = response
        var file: OpenFile?
        if case .file(let path, let offset, let length) = response.body {
            file = OpenFile(path: path, offset: offset, length: length)
            if file == nil {
                core.lines.add("error id=\(exchange.id) a response's file is missing or too short")
                response = core.handler.problem(
                    status: 500, detail: "the stored result could not be read",
                    requestID: exchange.id)
            }
        }
        status = response.status
        let head = ResponseHead(response: response, exchange: exchange, keepsAlive: keepsAlive)
        self.keepsAlive = head.keepsAlive
        replay = Replay(response, head: head, exchange: exchange)
        append(response, head: head, file: file)
        progress = output.flush(to: socket, budget: .max)
        if progress == .blocked { heldBytes = core.hold(&output) }
    }

    private mutating func append(_ response: HTTPResponse, head: ResponseHead, file: OpenFile?) {
        switch response.body {
        case .bytes(let bytes) where head.sendsBody && bytes.count <= 1 << 15:
            var all = head.bytes
            all.append(contentsOf: bytes)
            output.append(all)
        case .bytes(let bytes) where head.sendsBody:
            output.append(head.bytes)
            output.append(bytes)
        case .file(_, let offset, let length) where head.sendsBody:
            output.append(head.bytes)
            if let file { output.append(file, offset: offset, length: length) }
        case .open(let file, let offset, let length) where head.sendsBody:
            output.append(head.bytes)
            output.append(file, offset: offset, length: length)
        case .pieces(let pieces) where head.sendsBody:
            output.append(head.bytes)
            rest = .pieces(pieces, isChunked: head.isChunked)
        default: output.append(head.bytes)
        }
    }
}
