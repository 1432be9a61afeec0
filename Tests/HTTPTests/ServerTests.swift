import HTTP
import Testing

@Suite(.serialized) struct ServerTests {
    @Test func `requests on one connection are answered in order`() throws {
        let answer = try withServer { server in
            let client = RawClient(port: server.port)
            client.send(
                "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
                    + "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nxyz"
                    + "PUT /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
                    + "GET /d HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            return client.receiveAll()
        }
        let bodies = ["GET /a 0 ", "POST /b 3 xyz", "PUT /c 2 hi", "GET /d 0 "]
        var rest = Substring(answer)
        for body in bodies {
            let range = try #require(rest.firstRange(of: "\r\n\r\n" + body), "\(answer)")
            rest = rest[range.upperBound...]
        }
        #expect(answer.contains("Connection: close\r\n"))
        #expect(answer.contains("Date: "))
        #expect(answer.contains("X-Request-Id: req_"))
    }
}
