import Glibc
import HTTP

/// A socket to the server under test that sends and shows raw bytes.
final class RawClient {
    private let descriptor: Int32

    init(port: Int, receiveBuffer: Int32? = nil) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        precondition(code == 0, "the server under test listens")
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            done += count
        }
    }

    /// Ends the sending side only.
    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Makes closing send a reset, as the end of a killed client's machine would.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Some bytes; none at the end or after ten seconds.
    func receive(_ count: Int = 65536) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = recv(descriptor, &bytes, count, 0)
        return Array(bytes.prefix(max(got, 0)))
    }

    /// Everything up to the end of the connection.
    func receiveAll() -> String {
        var all: [UInt8] = []
        while true {
            let piece = receive()
            if piece.isEmpty { return String(decoding: all, as: UTF8.self) }
            all += piece
        }
    }

    /// Everything until `mark` has come.
    func receive(until mark: String) -> String {
        var all = ""
        while !all.contains(mark) {
            let piece = receive()
            if piece.isEmpty { break }
            all += String(decoding: piece, as: UTF8.self)
        }
        return all
    }
}

/// Runs `body` with a server on a free port and stops it afterwards.
func withServer<Result>(
    handler: any HTTPHandler = EchoHandler(),
    configure: (inout HTTPServer.Configuration) -> Void = { _ in },
    _ body: (HTTPServer) throws -> Result
) throws -> Result {
    var configuration = HTTPServer.Configuration(host: "127.0.0.1", port: 0)
    configuration.lingerIdleSeconds = 0.3
    configure(&configuration)
    let server = HTTPServer(configuration: configuration, handler: handler, log: { _ in })
    try server.start()
    defer { server.stop(grace: 0) }
    return try body(server)
}

/// One request on a connection of its own; all that comes back.
func exchange(_ request: String, port: Int) -> String {
    let client = RawClient(port: port)
    client.send(request)
    client.endSending()
    return client.receiveAll()
}
