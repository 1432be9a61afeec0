import Glibc
import HTTP
import Synchronization
import Testing

/// Waits in its answer until the client has gone, and counts that.
private final class WaitingHandler: HTTPHandler {
    let gone = Atomic<Int>(0)

    func respond(to request: HTTPRequest, body: RequestBody) -> HTTPResponse {
        for _ in 0..<1000 where !body.clientHasGone { usleep(5000) }
        if body.clientHasGone { gone.add(1, ordering: .relaxed) }
        return HTTPResponse(status: 200)
    }

    func problem(status: Int, detail: String, requestID: String) -> HTTPResponse {
        HTTPResponse(status: status)
    }
}

@Suite(.serialized) struct ServerTimeTests {
    @Test func `a head that does not end in time is 408`() throws {
        try withServer(configure: { $0.headerSeconds = 0.2 }) { server in
            let client = RawClient(port: server.port)
            let start = seconds()
            client.send("GET / HTTP/1.1\r\nHos")
            let answer = client.receiveAll()
            #expect(status(answer) == "408")
            #expect(seconds() - start < 5)
        }
    }

    @Test func `a head that drips does not get more time`() throws {
        try withServer(configure: { $0.headerSeconds = 0.3 }) { server in
            let client = RawClient(port: server.port)
            let start = seconds()
            for byte in "GET / HTTP/1.1\r\nA: aaaaaaaaaaaaaaaaaaaaaaaaaaaa".utf8 {
                client.send([byte])
                usleep(20_000)
            }
            #expect(status(client.receiveAll()) == "408")
            #expect(seconds() - start < 5)
        }
    }

    @Test func `an idle connection is closed without a word`() throws {
        try withServer(configure: {
            $0.keepAliveSeconds = 0.2
            $0.firstByteSeconds = 0.2
        }) { server in
            let silent = RawClient(port: server.port)
            #expect(silent.receiveAll() == "")
            let client = RawClient(port: server.port)
            client.send("GET /a HTTP/1.1\r\n\(host)\r\n")
            #expect(client.receiveAll().hasSuffix("GET /a 0 "))
        }
    }

    @Test func `a body that stalls is 408`() throws {
        try withServer(configure: { $0.bodyIdleSeconds = 0.2 }) { server in
            let client = RawClient(port: server.port)
            client.send("PUT /a HTTP/1.1\r\n\(host)Content-Length: 10\r\n\r\nabc")
            #expect(status(client.receiveAll()) == "408")
        }
    }

    @Test func `a body that drips is 408 though it never stalls`() throws {
        try withServer(configure: {
            $0.bodyIdleSeconds = 0.3
            $0.minimumBodyRate = 1000
        }) { server in
            let client = RawClient(port: server.port)
            client.send("PUT /a HTTP/1.1\r\n\(host)Content-Length: 100\r\n\r\n")
            for _ in 0..<40 {
                client.send("a")
                usleep(20_000)
            }
            #expect(status(client.receiveAll()) == "408")
        }
    }

    @Test func `a client that does not read is cut off`() throws {
        try withServer(configure: { $0.writeStallSeconds = 0.2 }) { server in
            let client = RawClient(port: server.port, receiveBuffer: 4096)
            client.send("GET /large HTTP/1.1\r\n\(host)\r\n")
            let start = seconds()
            while server.openConnections > 0 && seconds() - start < 5 { usleep(10_000) }
            #expect(server.openConnections == 0)
        }
    }

    @Test func `a slow handler keeps nobody else waiting`() throws {
        try withServer { server in
            let slow = (0..<20).map { _ in RawClient(port: server.port) }
            for client in slow { client.send("GET /slow HTTP/1.1\r\n\(host)\r\n") }
            let start = seconds()
            #expect(status(exchange("GET /a HTTP/1.1\r\n\(host)\r\n", port: server.port)) == "200")
            // One after another they would take six seconds.
            #expect(seconds() - start < 2)
            for client in slow { #expect(client.receive(until: "slept").hasSuffix("slept")) }
            #expect(seconds() - start < 4)
        }
    }

    @Test func `stopping finishes what runs, ends what idles, and refuses what comes`() throws {
        try withServer { server in
            let idle = RawClient(port: server.port)
            idle.send("GET /a HTTP/1.1\r\n\(host)\r\n")
            _ = idle.receive(until: "/a 0 ")
            let busy = RawClient(port: server.port)
            busy.send("GET /slow HTTP/1.1\r\n\(host)\r\n")
            let streaming = RawClient(port: server.port)
            streaming.send("GET /until-stop HTTP/1.1\r\n\(host)\r\n")
            _ = streaming.receive(until: "begun")
            usleep(50_000)
            let start = seconds()
            server.stop(grace: 5)
            #expect(server.isStopping)
            #expect(seconds() - start < 3)
            let answer = busy.receiveAll()
            #expect(answer.hasSuffix("slept"))
            #expect(answer.firstRange(of: "Connection: close\r\n") != nil)
            #expect(streaming.receiveAll().hasSuffix("4\r\nbye\n\r\n0\r\n\r\n"))
            #expect(idle.receiveAll() == "")
            #expect(server.openConnections == 0)
        }
    }

    @Test func `a handler that waits can see that its client is gone`() throws {
        let handler = WaitingHandler()
        try withServer(handler: handler) { server in
            var client: RawClient? = RawClient(port: server.port)
            client?.send("GET / HTTP/1.1\r\n\(host)\r\n")
            usleep(50_000)
            client?.reset()
            client = nil
            let start = seconds()
            while handler.gone.load(ordering: .relaxed) == 0 && seconds() - start < 3 {
                usleep(5000)
            }
            #expect(handler.gone.load(ordering: .relaxed) == 1)
        }
    }

    @Test func `addresses are checked before listening`() throws {
        let bad: [(String, Int)] = [
            ("example.org", 0), ("", 0), ("1.2.3.4.5", 0), ("127.0.0.1", -1),
        ]
        for (host, port) in bad {
            let server = HTTPServer(
                configuration: .init(host: host, port: port), handler: EchoHandler(),
                log: { _ in })
            #expect(throws: HTTPServerError.self) { try server.start() }
        }
        try withServer { server in
            let second = HTTPServer(
                configuration: .init(host: "127.0.0.1", port: server.port),
                handler: EchoHandler(), log: { _ in })
            #expect(throws: HTTPServerError.self) { try second.start() }
            #expect(throws: HTTPServerError.alreadyStarted) { try server.start() }
        }
    }

    @Test func `the log has a line for each request and none of its query`() throws {
        let lines = Mutex<[String]>([])
        let server = HTTPServer(
            configuration: .init(host: "localhost", port: 0), handler: EchoHandler(),
            log: { line in lines.withLock { $0.append(line) } })
        try server.start()
        _ = exchange("GET /a?token=secret HTTP/1.1\r\n\(host)\r\n", port: server.port)
        server.stop(grace: 1)
        let all = lines.withLock { $0.joined(separator: "\n") }
        #expect(all.firstRange(of: "method=GET path=/a status=200") != nil)
        #expect(all.firstRange(of: "secret") == nil)
    }

    @Test func `a log that cannot be written keeps no request waiting, and is whole afterwards`()
        throws
    {
        let lines = Mutex<[String]>([])
        let isOpen = Mutex(false)
        let server = HTTPServer(
            configuration: .init(host: "localhost", port: 0), handler: EchoHandler(),
            log: { line in
                while !isOpen.withLock({ $0 }) { usleep(1000) }
                lines.withLock { $0.append(line) }
            })
        try server.start()
        for number in 0..<50 {
            let answer = exchange(
                "GET /a\(number) HTTP/1.1\r\n\(host)\r\n", port: server.port)
            #expect(status(answer) == "200")
        }
        #expect(lines.withLock { $0.isEmpty })
        isOpen.withLock { $0 = true }
        server.stop(grace: 1)
        #expect(lines.withLock { $0.count } == 50)
    }
}
