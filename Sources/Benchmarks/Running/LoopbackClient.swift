#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A client of one connection that asks and reads the whole answer.
final class LoopbackClient {
    private let socketNumber: Int32
    private let port: Int
    private var buffer: [UInt8] = []

    init(port: Int) throws(BenchmarkError) {
        self.port = port
        #if canImport(Glibc)
            socketNumber = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            socketNumber = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        guard socketNumber >= 0, let number = in_port_t(exactly: port) else {
            throw BenchmarkError("there is no socket to be had")
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = number.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socketNumber, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw BenchmarkError("port \(port) does not take connections") }
        var yes: Int32 = 1
        setsockopt(
            socketNumber, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size)
        )
    }

    func close() {
        #if canImport(Glibc)
            _ = Glibc.close(socketNumber)
        #elseif canImport(Musl)
            _ = Musl.close(socketNumber)
        #endif
    }

    /// Asks for a target; its answer's length.
    ///
    /// - Throws: `BenchmarkError` unless the answer is 200 with a `Content-Length`.
    @discardableResult
    func get(_ target: String) throws(BenchmarkError) -> Int {
        let request = Array("GET \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n".utf8)
        guard
            send(socketNumber, request, request.count, Int32(MSG_NOSIGNAL))
                == request.count
        else { throw BenchmarkError("\(target): the request was not taken") }
        buffer.removeAll(keepingCapacity: true)
        var end: Int?
        while end == nil {
            try receive(target)
            end = headEnd()
        }
        let head = String(decoding: buffer[..<(end ?? 0)], as: UTF8.self)
        guard head.hasPrefix("HTTP/1.1 200 "), let length = Self.contentLength(head) else {
            throw BenchmarkError("\(target): expected 200 and a length, found \(head)")
        }
        while buffer.count < (end ?? 0) + length { try receive(target) }
        return length
    }

    private func receive(_ target: String) throws(BenchmarkError) {
        let room = 65_536
        let old = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: room))
        let count = buffer.withUnsafeMutableBytes {
            recv(socketNumber, $0.baseAddress! + old, room, 0)
        }
        guard count > 0 else { throw BenchmarkError("\(target): the connection was closed") }
        buffer.removeLast(room - count)
    }

    /// Where the body starts.
    private func headEnd() -> Int? {
        guard buffer.count >= 4 else { return nil }
        for index in 3..<buffer.count
        where buffer[index] == 10 && buffer[index - 1] == 13 && buffer[index - 2] == 10 {
            return index + 1
        }
        return nil
    }

    private static func contentLength(_ head: String) -> Int? {
        for line in head.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == "content-length" {
                return Int(parts[1].drop { $0 == " " })
            }
        }
        return nil
    }
}
