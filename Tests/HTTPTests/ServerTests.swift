import Glibc
import HTTP
import Testing

private let close = "Host: a\r\nConnection: close\r\n"

@Suite(.serialized) struct ServerTests {
    @Test func `requests on one connection are answered in order`() throws {
        let answer = try withServer { server in
            let client = RawClient(port: server.port)
            client.send(
                "GET /a HTTP/1.1\r\n\(host)\r\n"
                    + "POST /b HTTP/1.1\r\n\(host)Content-Length: 3\r\n\r\nxyz"
                    + "PUT /c HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
                    + "\r\nGET /d HTTP/1.1\r\n\(close)\r\n")
            return client.receiveAll()
        }
        var rest = Substring(answer)
        for body in ["GET /a 0 ", "POST /b 3 xyz", "PUT /c 2 hi", "GET /d 0 "] {
            let range = try #require(rest.firstRange(of: "\r\n\r\n" + body), "\(answer)")
            rest = rest[range.upperBound...]
        }
        #expect(rest.isEmpty)
        #expect(answer.firstRange(of: "Connection: close\r\n") != nil)
        #expect(answer.firstRange(of: "Date: ") != nil)
        #expect(answer.firstRange(of: "X-Request-Id: req_") != nil)
    }

    @Test func `a request that comes byte by byte is answered`() throws {
        try withServer { server in
            let client = RawClient(port: server.port)
            for byte
                in "PUT /c HTTP/1.1\r\n\(close)Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
                .utf8
            {
                client.send([byte])
                usleep(200)
            }
            #expect(client.receiveAll().hasSuffix("PUT /c 2 hi"))
        }
    }

    @Test func `refused requests get their status on the wire, then the end`() throws {
        try withServer { server in
            for example in refusedRequests {
                let answer = exchange(example.request, port: server.port)
                #expect(status(answer) == "\(example.status)", "\(example.reason)")
                #expect(answer.firstRange(of: "Connection: close\r\n") != nil)
                #expect(answer.firstRange(of: "problem: ") != nil)
                #expect(answer.ranges(of: "X-Request-Id: ").count == 1)
            }
        }
    }

    @Test func `an unknown method is 501 and the connection lives on`() throws {
        try withServer { server in
            let answer = exchange(
                "BREW / HTTP/1.1\r\n\(host)\r\nGET /b HTTP/1.1\r\n\(close)\r\n", port: server.port)
            #expect(status(answer) == "501")
            #expect(answer.hasSuffix("GET /b 0 "))
        }
    }

    @Test func `HEAD has the fields of GET and no body`() throws {
        try withServer { server in
            let answer = exchange(
                "HEAD /abc HTTP/1.1\r\n\(host)\r\nGET /b HTTP/1.1\r\n\(close)\r\n",
                port: server.port)
            #expect(answer.firstRange(of: "Content-Length: 12\r\n") != nil)
            #expect(answer.firstRange(of: "HEAD /abc") == nil)
            #expect(answer.hasSuffix("GET /b 0 "))
        }
    }

    @Test func `204 and 304 have neither body nor length`() throws {
        try withServer { server in
            for (path, expected) in [("/nothing", "204"), ("/unchanged", "304")] {
                let answer = exchange("GET \(path) HTTP/1.1\r\n\(close)\r\n", port: server.port)
                #expect(status(answer) == expected)
                #expect(answer.firstRange(of: "Content-Length") == nil)
                #expect(answer.hasSuffix("\r\n\r\n"))
            }
        }
    }

    @Test func `HTTP 1.0 closes unless it asks to keep the connection`() throws {
        try withServer { server in
            #expect(
                exchange("GET /a HTTP/1.0\r\n\r\n", port: server.port)
                    .firstRange(of: "Connection: close\r\n") != nil)
            let two = "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
            let answer = exchange(two + two, port: server.port)
            #expect(answer.ranges(of: "Connection: keep-alive\r\n").count == 2)
        }
    }

    @Test func `streams are chunked, and end by closing in HTTP 1.0`() throws {
        try withServer { server in
            let new = exchange("GET /stream HTTP/1.1\r\n\(close)\r\n", port: server.port)
            #expect(
                new.hasSuffix("\r\n\r\n4\r\none\n\r\n4\r\ntwo\n\r\n6\r\nthree\n\r\n0\r\n\r\n"))
            #expect(new.firstRange(of: "Transfer-Encoding: chunked\r\n") != nil)
            let old = exchange(
                "GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", port: server.port)
            #expect(old.hasSuffix("\r\n\r\none\ntwo\nthree\n"))
            #expect(old.firstRange(of: "Connection: close\r\n") != nil)
            let head = exchange("HEAD /stream HTTP/1.1\r\n\(close)\r\n", port: server.port)
            #expect(head.hasSuffix("\r\n\r\n"))
        }
    }

    @Test func `a stream that fails is cut without its last chunk`() throws {
        try withServer { server in
            let answer = exchange("GET /breaks HTTP/1.1\r\n\(host)\r\n", port: server.port)
            #expect(answer.hasSuffix("4\r\nhalf\r\n"))
        }
    }

    @Test func `a handler's field cannot end its line or bring another`() throws {
        try withServer { server in
            let answer = exchange("GET /inject HTTP/1.1\r\n\(close)\r\n", port: server.port)
            #expect(answer.firstRange(of: "X-Note: a  X-Evil: 1\r\n") != nil)
            #expect(answer.firstRange(of: "X Bad") == nil)
        }
    }

    @Test func `a part of a file is sent, a missing one is 500`() throws {
        let path = "/tmp/seam-http-\(getpid()).txt"
        let file = try #require(fopen(path, "w"))
        fputs("0123456789", file)
        fclose(file)
        defer { unlink(path) }
        try withServer { server in
            let ask = { (path: String) in
                exchange("GET /file?p=\(path) HTTP/1.1\r\n\(close)\r\n", port: server.port)
            }
            let answer = ask(path)
            #expect(
                answer.contains("\r\nContent-Length: 5\r\n") && answer.hasSuffix("\r\n\r\n23456"))
            #expect(status(ask(path + ".missing")) == "500")
            #expect(status(ask("/dev/zero")) == "500")
        }
    }

    @Test func `a large answer arrives whole`() throws {
        try withServer { server in
            let answer = exchange("GET /large HTTP/1.1\r\n\(close)\r\n", port: server.port)
            #expect(answer.utf8.count { $0 == 120 } >= 8 << 20)
        }
    }
}
