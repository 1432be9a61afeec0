import Glibc

/// Sending answers.
extension Connection {
    /// Sends an answer and logs it.
    ///
    /// Returns whether the connection may carry another request, nil where sending failed.
    func send(_ response: HTTPResponse, exchange: Exchange, keepsAlive: Bool) -> Bool? {
        var response = response
        var file: OpenFile?
        if case .file(let path, let offset, let length) = response.body {
            file = OpenFile(path: path, offset: offset, length: length)
            if file == nil {
                core.log("error id=\(exchange.id) a response's file is missing or too short")
                response = core.handler.problem(
                    status: 500, detail: "the stored result could not be read",
                    requestID: exchange.id)
            }
        }
        let head = ResponseHead(response: response, exchange: exchange, keepsAlive: keepsAlive)
        var sent = 0
        let isWhole = transmit(response, head: head, file: file, sent: &sent)
        logLine(response.status, exchange: exchange, sent: sent, isWhole: isWhole)
        return isWhole ? head.keepsAlive : nil
    }

    private func transmit(
        _ response: HTTPResponse, head: ResponseHead, file: OpenFile?, sent: inout Int
    ) -> Bool {
        let stall = core.configuration.writeStallSeconds
        do throws(ChannelError) {
            guard head.sendsBody else {
                try channel.write(head.bytes, stall: stall)
                return true
            }
            switch response.body {
            case .none: try channel.write(head.bytes, stall: stall)
            case .bytes(let bytes) where bytes.count <= 1 << 16:
                try channel.write(head.bytes + bytes, stall: stall)
                sent = bytes.count
            case .bytes(let bytes):
                try channel.write(head.bytes, stall: stall)
                try channel.write(bytes, stall: stall)
                sent = bytes.count
            case .file(_, let offset, let length):
                try channel.write(head.bytes, stall: stall)
                guard let file else { return false }
                try channel.write(
                    file: file.descriptor, offset: offset, length: length, stall: stall)
                sent = length
            case .stream(let produce):
                try channel.write(head.bytes, stall: stall)
                return stream(produce, isChunked: head.isChunked, sent: &sent)
            }
            return true
        } catch {
            return false
        }
    }

    /// Runs a streaming body; false where it broke off.
    private func stream(
        _ produce: @Sendable (ResponseStream) throws -> Void, isChunked: Bool, sent: inout Int
    ) -> Bool {
        let stall = core.configuration.writeStallSeconds
        let counter = Counter()
        let stream = ResponseStream(
            send: { [channel] bytes in
                counter.value += bytes.count
                let framed =
                    isChunked
                    ? Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + [13, 10]
                    : bytes
                return (try? channel.write(framed, stall: stall)) != nil
            },
            closed: { [channel, core] in channel.isBroken || core.isStopping })
        defer { sent = counter.value }
        guard (try? produce(stream)) != nil, !stream.hasFailed else { return false }
        guard isChunked else { return true }
        return (try? channel.write(Array("0\r\n\r\n".utf8), stall: stall)) != nil
    }

    private func logLine(_ status: Int, exchange: Exchange, sent: Int, isWhole: Bool) {
        let milliseconds = Int((Monotonic.now - exchange.start) * 1000)
        core.log(
            "request id=\(exchange.id) peer=\(peer.address) method=\(exchange.method) "
                + "path=\(exchange.target) status=\(status) sent=\(sent) "
                + "ms=\(milliseconds)\(isWhole ? "" : " cut=true")")
    }
}

private final class Counter {
    var value = 0
}

/// A file opened for sending, closed when let go.
final class OpenFile {
    let descriptor: Int32

    /// Nil where the file is missing, not a regular one, or shorter than what is to be sent.
    init?(path: String, offset: Int, length: Int) {
        guard offset >= 0, length >= 0 else { return nil }
        let opened = open(path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { return nil }
        var status = stat()
        guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            Int(status.st_size) - length >= offset
        else {
            close(opened)
            return nil
        }
        descriptor = opened
    }

    deinit { close(descriptor) }
}
