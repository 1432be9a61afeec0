import Glibc
import HTTP
import Synchronization
import Testing

/// Many or slow clients, waiting answers and the end of the server.
@Suite(.serialized) struct ServerLoadTests {
    @Test(arguments: [("429", 2, 8192), ("503", 256, 2)])
    func `one connection too many, of an address or in all, is refused, and room comes back`(
        refusal: String, ofAddress: Int, inAll: Int
    ) throws {
        try withServer(configure: {
            $0.maximumConnectionsPerAddress = ofAddress
            $0.maximumConnections = inAll
        }) { server in
            var clients = (0..<2).map { _ in RawClient(port: server.port) }
            for client in clients {
                client.send("GET /a HTTP/1.1\r\n\(host)\r\n")
                #expect(status(client.receive(until: "/a 0 ")) == "200")
            }
            let answer = exchange("GET /a HTTP/1.1\r\n\(host)\r\n", port: server.port)
            #expect(status(answer) == refusal)
            #expect(answer.firstRange(of: "Retry-After: 1\r\n") != nil)
            clients.removeAll()
            let start = seconds()
            while server.openConnections > 0 && seconds() - start < 5 { usleep(10_000) }
            #expect(status(exchange("GET /a HTTP/1.1\r\n\(host)\r\n", port: server.port)) == "200")
        }
    }

    @Test func `clients behind a trusted proxy are counted by their requests`() throws {
        try withServer(configure: {
            $0.maximumConnectionsPerAddress = 1
            $0.trustedProxies = ["127.0.0.1"]
        }) { server in
            let ask = { (client: String) in
                "GET /slow HTTP/1.1\r\n\(host)X-Forwarded-For: \(client)\r\n\r\n"
            }
            let clients = (0..<3).map { _ in RawClient(port: server.port) }
            clients[0].send(ask("10.0.0.1"))
            usleep(50_000)
            clients[1].send(ask("10.0.0.1"))
            #expect(status(clients[1].receiveAll()) == "429")
            clients[2].send(ask("10.0.0.2"))
            #expect(status(clients[2].receive(until: "slept")) == "200")
            #expect(status(clients[0].receive(until: "slept")) == "200")
            clients[0].send(ask("10.0.0.1"))
            #expect(status(clients[0].receive(until: "slept")) == "200")
        }
    }

    @Test func `an answer that waits comes when its time is over or something has changed`() throws
    {
        try withServer(configure: { $0.handlerThreads = 1 }) { server in
            let waiting = (0..<20).map { _ in RawClient(port: server.port) }
            for client in waiting { client.send("GET /later-change HTTP/1.1\r\n\(host)\r\n") }
            // They hold none of the threads, of which there is one.
            for _ in 0..<3 {
                #expect(
                    exchange("GET /later HTTP/1.1\r\n\(host)\r\n", port: server.port)
                        .hasSuffix("waited"))
            }
            EchoHandler.change.add(1, ordering: .relaxed)
            for client in waiting {
                #expect(client.receive(until: "changed").hasSuffix("changed"))
                client.send("GET /b HTTP/1.1\r\n\(host)\r\n")
                #expect(client.receive(until: "/b 0 ").hasSuffix("GET /b 0 "))
            }
        }
    }

    @Test func `a waiting answer ends when the server stops`() throws {
        EchoHandler.change.store(0, ordering: .relaxed)
        try withServer { server in
            let client = RawClient(port: server.port)
            client.send("GET /later-change HTTP/1.1\r\n\(host)\r\n")
            usleep(100_000)
            let start = seconds()
            server.stop(grace: 10)
            #expect(seconds() - start < 5)
            #expect(client.receiveAll().hasSuffix("changed"))
        }
    }

    @Test func `slow clients hold no thread`() throws {
        try withServer(configure: {
            $0.handlerThreads = 1
            $0.maximumConnectionsPerAddress = 1000
        }) { server in
            let starts = [
                "", "GET / HTTP/1.1\r\nHos", "PUT / HTTP/1.1\r\n\(host)Content-Length: 9\r\n\r\na",
                "PUT / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n5\r\na",
                "PUT / HTTP/1.1\r\n\(host)Expect: 100-continue\r\nContent-Length: 9\r\n\r\n",
                "GET /large HTTP/1.1\r\n\(host)\r\n",
            ]
            var clients: [RawClient] = []
            for number in 0..<240 {
                let start = starts[number % (number < 60 ? 6 : 5)]
                let client = RawClient(
                    port: server.port, receiveBuffer: start.contains("large") ? 4096 : nil)
                client.send(start)
                clients.append(client)
            }
            let start = seconds()
            for _ in 0..<20 {
                #expect(
                    status(exchange("GET /a HTTP/1.1\r\n\(host)\r\n", port: server.port)) == "200")
            }
            #expect(seconds() - start < 10)
            #expect(server.openConnections >= 230)
        }
    }

    @Test func `a slow but honest upload lives, whatever its size`() throws {
        try withServer(configure: {
            $0.bodyIdleSeconds = 0.3
            $0.minimumBodyRate = 1000
            $0.bufferedBodyBytes = 4096
        }) { server in
            for total in [2000, 8000] {
                let client = RawClient(port: server.port)
                client.send("PUT /a HTTP/1.1\r\n\(host)Content-Length: \(total)\r\n\r\n")
                for _ in 0..<20 {
                    client.send([UInt8](repeating: 97, count: total / 20))
                    usleep(40_000)
                }
                #expect(client.receive(until: "aaa").firstRange(of: "PUT /a \(total) a") != nil)
            }
        }
    }

    @Test func `large bodies wait for their turn when too many come at once`() throws {
        try withServer(configure: {
            $0.maximumUploads = 1
            $0.bufferedBodyBytes = 1000
        }) { server in
            let clients = (0..<4).map { _ in RawClient(port: server.port) }
            for client in clients {
                client.send("PUT /a HTTP/1.1\r\n\(host)Content-Length: 200000\r\n\r\n")
                client.send([UInt8](repeating: 97, count: 100_000))
            }
            for client in clients { client.send([UInt8](repeating: 97, count: 100_000)) }
            for client in clients {
                #expect(client.receive(until: "aaa").firstRange(of: "PUT /a 200000 a") != nil)
            }
        }
    }

    @Test func `a slow reader of a large answer holds a file, not memory, and gets it whole`()
        throws
    {
        try withServer(configure: { $0.answerBytes = 0 }) { server in
            let client = RawClient(port: server.port, receiveBuffer: 4096)
            client.send("GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            usleep(200_000)
            let answer = client.receiveAll()
            #expect(answer.utf8.count { $0 == 120 } >= 8 << 20)
        }
    }

    @Test func `a stalled body does not hold up the end, and is told why`() throws {
        for size in [10, 1 << 20] {
            try withServer(configure: { $0.stoppingStallSeconds = 0.3 }) { server in
                let client = RawClient(port: server.port)
                client.send("PUT /a HTTP/1.1\r\n\(host)Content-Length: \(size)\r\n\r\n")
                client.send([UInt8](repeating: 97, count: min(size / 2, 200_000)))
                usleep(200_000)
                let start = seconds()
                server.stop(grace: 30)
                #expect(seconds() - start < 10)
                let answer = client.receiveAll()
                #expect(status(answer) == "503", "\(size) bytes")
                #expect(answer.firstRange(of: "Connection: close\r\n") != nil)
            }
        }
    }

    @Test func `a body that still flows is cut at the end of the grace with an answer`() throws {
        try withServer(configure: { $0.stoppingStallSeconds = 5 }) { server in
            let client = RawClient(port: server.port)
            client.send("PUT /a HTTP/1.1\r\n\(host)Content-Length: 1000\r\n\r\nabc")
            usleep(100_000)
            server.stop(grace: 0.3)
            #expect(status(client.receiveAll()) == "503")
        }
    }
}
