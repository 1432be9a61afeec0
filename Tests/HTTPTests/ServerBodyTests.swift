import Glibc
import HTTP
import Testing

private let expecting = "Host: a\r\nExpect: 100-continue\r\n"

@Suite(.serialized) struct ServerBodyTests {
    @Test func `100 Continue is sent when the handler reads, before the body comes`() throws {
        try withServer { server in
            let client = RawClient(port: server.port)
            client.send("PUT /a HTTP/1.1\r\n\(expecting)Content-Length: 2\r\n\r\n")
            #expect(client.receive(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
            client.send("hi")
            #expect(client.receive(until: "hi").hasSuffix("PUT /a 2 hi"))
            client.send("PUT /b HTTP/1.1\r\n\(expecting)Content-Length: 2\r\n\r\nok")
            #expect(status(client.receive(until: "ok")) == "200")
        }
    }

    @Test func `an answer that needs no body comes without 100 and closes`() throws {
        try withServer { server in
            let client = RawClient(port: server.port)
            client.send("PUT /ignore HTTP/1.1\r\n\(expecting)Content-Length: 2\r\n\r\n")
            let answer = client.receiveAll()
            #expect(status(answer) == "401")
            #expect(answer.firstRange(of: "Connection: close\r\n") != nil)
            #expect(answer.firstRange(of: "100 Continue") == nil)
        }
    }

    @Test func `HTTP 1.0 gets no 100, and no body no 100 either`() throws {
        try withServer { server in
            let old = exchange(
                "PUT /a HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
                port: server.port)
            #expect(status(old) == "200")
            let empty = exchange("PUT /a HTTP/1.1\r\n\(expecting)\r\n", port: server.port)
            #expect(status(empty) == "200")
        }
    }

    @Test func `a small body nobody read is drained, a large one closes`() throws {
        try withServer { server in
            let next = "GET /b HTTP/1.1\r\n\(host)\r\n"
            let small = exchange(
                "PUT /ignore HTTP/1.1\r\n\(host)Content-Length: 3\r\n\r\nabc" + next,
                port: server.port)
            #expect(status(small) == "401")
            #expect(small.hasSuffix("GET /b 0 "))
            let client = RawClient(port: server.port)
            client.send("PUT /ignore HTTP/1.1\r\n\(host)Content-Length: 500000\r\n\r\n")
            client.send([UInt8](repeating: 97, count: 400_000))
            let large = client.receiveAll()
            #expect(status(large) == "401")
            #expect(large.firstRange(of: "Connection: close\r\n") != nil)
        }
    }

    @Test func `a body above the limit is 413 before it is read, exactly at it is taken`() throws {
        try withServer(configure: { $0.maximumBody = 10 }) { server in
            let put = { (count: Int) in
                exchange(
                    "PUT /a HTTP/1.1\r\n\(host)Content-Length: \(count)\r\n\r\n"
                        + String(repeating: "a", count: count), port: server.port)
            }
            #expect(status(put(10)) == "200")
            #expect(status(put(11)) == "413")
            let waiting = RawClient(port: server.port)
            waiting.send("PUT /a HTTP/1.1\r\n\(expecting)Content-Length: 11\r\n\r\n")
            #expect(status(waiting.receiveAll()) == "413")
            let chunked = { (size: String, data: String) in
                exchange(
                    "PUT /a HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n"
                        + "\(size)\r\n\(data)\r\n0\r\n\r\n", port: server.port)
            }
            #expect(status(chunked("a", "0123456789")) == "200")
            #expect(status(chunked("b", "0123456789a")) == "413")
        }
    }

    @Test func `a handler's own limit is 413`() throws {
        try withServer { server in
            let answer = exchange(
                "PUT /a HTTP/1.1\r\n\(host)Content-Length: 1048577\r\n\r\n", port: server.port)
            #expect(status(answer) == "413")
        }
    }

    @Test(arguments: ["zz\r\n", "5\r\nhelloXX", "ffffffffffffffff\r\n", "1\nx"])
    func `a broken chunk is 400 and closes`(_ body: String) throws {
        try withServer { server in
            let answer = exchange(
                "PUT /a HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n" + body
                    + "\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\(host)\r\n", port: server.port)
            #expect(status(answer) == "400")
            #expect(answer.ranges(of: "HTTP/1.1 ").count == 1)
        }
    }

    @Test func `a body cut off is 400, and a half-closed client gets every answer`() throws {
        try withServer { server in
            let cut = exchange(
                "PUT /a HTTP/1.1\r\n\(host)Content-Length: 5\r\n\r\nabc", port: server.port)
            #expect(status(cut) == "400")
            #expect(status(exchange("GET / HTTP/1.1\r\nHos", port: server.port)) == "400")
            #expect(
                exchange("GET /slow HTTP/1.1\r\n\(host)\r\n", port: server.port).hasSuffix("slept"))
            #expect(exchange("", port: server.port) == "")
        }
    }

    @Test func `a megabyte in many chunks is counted right`() throws {
        var request = "PUT /a HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n"
        var total = 0
        var size = 1
        while total + size <= 1 << 20 {
            request +=
                String(size, radix: 16) + "\r\n" + String(repeating: "a", count: size) + "\r\n"
            total += size
            size = size * 7 % 65521
        }
        try withServer { server in
            let answer = exchange(request + "0\r\n\r\n", port: server.port)
            #expect(answer.firstRange(of: "PUT /a \(total) a") != nil)
        }
    }
}
