import HTTP
import Synchronization
import Testing

/// Counts how often it is asked; its answers may be repeated while `holds`.
private final class CountingHandler: HTTPHandler {
    let asked = Atomic<Int>(0)
    let holds = Atomic<Bool>(true)
    /// The identifiers of the requests that got an answer once more.
    let repeated = Mutex<[String]>([])
    /// What is answered at once, where anything is.
    let atOnce = Mutex<HTTPResponse?>(nil)
    let size: Int

    init(size: Int = 100) { self.size = size }

    func respond(to request: HTTPRequest, body: RequestBody) -> HTTPResponse {
        let number = asked.add(1, ordering: .relaxed).newValue
        let text = "\(number) \(request.target) "
        var response = HTTPResponse(
            status: 200, headers: HTTPHeaders([("Content-Type", "text/plain")]),
            body: .bytes(Array(text.utf8) + [UInt8](repeating: 46, count: size)))
        response.mayRepeat = { [self] in holds.load(ordering: .relaxed) }
        response.onRepeat = { [self] id in repeated.withLock { $0.append(id) } }
        return response
    }

    func answerAtOnce(_ request: HTTPRequest) -> HTTPResponse? { atOnce.withLock { $0 } }

    func problem(status: Int, detail: String, requestID: String) -> HTTPResponse {
        HTTPResponse(status: status)
    }
}

/// The value of a field in an answer.
private func field(_ name: String, _ answer: String) -> String? {
    answer.split(separator: "\r\n").first { $0.hasPrefix(name + ": ") }
        .map { String($0.dropFirst(name.count + 2)) }
}

@Suite(.serialized) struct ReplayTests {
    private static let get = "GET /a?x=1 HTTP/1.1\r\n\(host)\r\n"

    @Test func `the same bytes get the same answer without asking, with an identifier of its own`()
        throws
    {
        let handler = CountingHandler()
        try withServer(handler: handler) { server in
            let client = RawClient(port: server.port)
            var identifiers: Set<String> = []
            for _ in 0..<5 {
                client.send(Self.get)
                let answer = client.receive(until: "...")
                #expect(answer.firstRange(of: "\r\n\r\n1 /a?x=1 ") != nil)
                #expect(field("Content-Length", answer) == "109")
                #expect(field("Date", answer)?.hasSuffix("GMT") == true)
                identifiers.insert(try #require(field("X-Request-Id", answer)))
            }
            #expect(identifiers.count == 5)
            #expect(handler.asked.load(ordering: .relaxed) == 1)
            // Another connection of the same client.
            let other = RawClient(port: server.port)
            other.send(Self.get)
            #expect(other.receive(until: "...").firstRange(of: "\r\n\r\n1 ") != nil)
        }
    }

    @Test func `an answer that holds no longer is asked for again`() throws {
        let handler = CountingHandler()
        try withServer(handler: handler) { server in
            let client = RawClient(port: server.port)
            for (holds, number) in [(true, 1), (true, 1), (false, 2), (false, 3), (true, 3)] {
                handler.holds.store(holds, ordering: .relaxed)
                client.send(Self.get)
                let answer = client.receive(until: "...")
                #expect(answer.firstRange(of: "\r\n\r\n\(number) ") != nil, "\(answer)")
            }
        }
    }

    @Test func `any other byte in the head is another request`() throws {
        let handler = CountingHandler()
        try withServer(handler: handler) { server in
            let client = RawClient(port: server.port)
            let heads = [
                Self.get, "GET /a?x=2 HTTP/1.1\r\n\(host)\r\n",
                "HEAD /a?x=1 HTTP/1.1\r\n\(host)\r\n",
                "GET /a?x=1 HTTP/1.1\r\n\(host)A: b\r\n\r\n",
                "GET /a?x=1 HTTP/1.1\r\nHost: b\r\n\r\n",
                "POST /a?x=1 HTTP/1.1\r\n\(host)Content-Length: 0\r\n\r\n",
                "GET /a?x=1 HTTP/1.1\r\n\(host)Content-Length: 3\r\n\r\nxyz",
                "GET /a?x=1 HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            ]
            for _ in 0..<2 {
                for head in heads {
                    client.send(head)
                    let end = head.hasPrefix("HEAD") ? "\r\n\r\n" : "..."
                    #expect(status(client.receive(until: end)) == "200")
                }
            }
            #expect(handler.asked.load(ordering: .relaxed) == 11, "with a body twice")
        }
    }

    @Test func `requests sent at once are answered one by one, whatever stands between them`()
        throws
    {
        let handler = CountingHandler()
        try withServer(handler: handler) { server in
            let client = RawClient(port: server.port)
            let put = "PUT /b HTTP/1.1\r\n\(host)Content-Length: 3\r\n\r\nxyz"
            client.send(Self.get)
            _ = client.receive(until: "...")
            client.send(
                String(repeating: Self.get, count: 500) + put
                    + String(repeating: Self.get, count: 100)
                    + "GET /end HTTP/1.1\r\n\(host)Connection: close\r\n\r\n")
            let all = client.receiveAll()
            #expect(all.ranges(of: "HTTP/1.1 200 OK").count == 602)
            #expect(all.ranges(of: "\r\n\r\n1 /a?x=1 ").count == 600)
            #expect(all.firstRange(of: "\r\n\r\n2 /b ") != nil)
            #expect(all.firstRange(of: "\r\n\r\n3 /end ") != nil)
        }
    }

    @Test func `a reader that is slow gets a repeated answer whole`() throws {
        let handler = CountingHandler(size: 1_000_000)
        try withServer(handler: handler) { server in
            let first = RawClient(port: server.port)
            // The second one tells that the first one has been kept.
            for _ in 0..<2 {
                first.send(Self.get)
                var count = 0
                while count < 1_000_001 { count += first.receive().count(where: { $0 == 46 }) }
            }
            let slow = RawClient(port: server.port, receiveBuffer: 4096)
            slow.send(
                String(repeating: Self.get, count: 8)
                    + "GET /a HTTP/1.1\r\n\(host)Connection: close\r\n\r\n")
            let all = slow.receiveAll()
            #expect(all.utf8.count(where: { $0 == 46 }) == 9_000_009, "one in each version")
            #expect(handler.asked.load(ordering: .relaxed) == 2)
        }
    }

    @Test func `each answer that is given once more is told of, with its identifier`() throws {
        let handler = CountingHandler()
        try withServer(handler: handler) { server in
            let client = RawClient(port: server.port)
            var identifiers: [String] = []
            for _ in 0..<4 {
                client.send(Self.get)
                identifiers.append(
                    try #require(field("X-Request-Id", client.receive(until: "..."))))
            }
            #expect(handler.repeated.withLock { $0 } == Array(identifiers.dropFirst()))
        }
    }

    @Test func `an answer that its client may not have is not told of`() throws {
        let handler = CountingHandler()
        let proxied = "GET /a HTTP/1.1\r\n\(host)X-Forwarded-For: 10.0.0.1\r\n\r\n"
        let waiting =
            "POST /a HTTP/1.1\r\n\(host)X-Forwarded-For: 10.0.0.1\r\n"
            + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n"
        try withServer(
            handler: handler,
            configure: {
                $0.maximumConnectionsPerAddress = 1
                $0.trustedProxies = ["127.0.0.1"]
            }
        ) { server in
            let client = RawClient(port: server.port)
            client.send(proxied)
            _ = client.receive(until: "...")
            // Another request of the same client is under way: this one would be its second.
            let other = RawClient(port: server.port)
            other.send(waiting)
            #expect(other.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100 "))
            client.send(proxied)
            #expect(client.receive(until: "\r\n\r\n").hasPrefix("HTTP/1.1 429 "))
            #expect(handler.repeated.withLock { $0 }.isEmpty)
        }
    }

    @Test func `an answer from memory needs no other thread, and no body is lost by it`() throws {
        let handler = CountingHandler()
        handler.atOnce.withLock {
            $0 = HTTPResponse(status: 203, body: .bytes(Array("at once...".utf8)))
        }
        try withServer(handler: handler) { server in
            let client = RawClient(port: server.port)
            for number in 0..<3 {
                client.send("GET /\(number) HTTP/1.1\r\n\(host)\r\n")
                #expect(client.receive(until: "at once...").hasPrefix("HTTP/1.1 203 "))
            }
            #expect(handler.asked.load(ordering: .relaxed) == 0)
            client.send("POST /a HTTP/1.1\r\n\(host)Content-Length: 0\r\n\r\n")
            #expect(client.receive(until: "...").hasPrefix("HTTP/1.1 200 "))
            client.send("GET /a HTTP/1.1\r\n\(host)Content-Length: 3\r\n\r\nxyz")
            #expect(client.receive(until: "...").hasPrefix("HTTP/1.1 200 "))
            client.send("HEAD /a HTTP/1.1\r\n\(host)\r\n")
            #expect(client.receive(until: "\r\n\r\n").firstRange(of: "at once") == nil)
            handler.atOnce.withLock { $0 = nil }
            client.send("GET /b HTTP/1.1\r\n\(host)\r\n")
            #expect(client.receive(until: "...").firstRange(of: " /b ") != nil)
        }
    }

    @Test func `a connection ends after so many requests, repeated or not`() throws {
        let handler = CountingHandler()
        try withServer(handler: handler, configure: { $0.maximumRequestsPerConnection = 5 }) {
            server in
            let client = RawClient(port: server.port)
            for _ in 0..<5 {
                client.send(Self.get)
                _ = client.receive(until: "...")
            }
            #expect(client.receiveAll().isEmpty)
            #expect(handler.asked.load(ordering: .relaxed) == 2, "the first, and the last one")
        }
    }
}
