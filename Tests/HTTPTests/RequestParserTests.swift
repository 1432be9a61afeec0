import HTTP
import Testing

struct RefusedCase: Sendable, CustomStringConvertible {
    var status: Int
    var request: String
    var reason: String
    var description: String { reason }

    init(_ status: Int, _ request: String, _ reason: String) {
        (self.status, self.request, self.reason) = (status, request, reason)
    }
}

/// Requests that must be refused, with the status and why.
let refusedRequests: [RefusedCase] = [
    // Request line
    .init(400, "GET  / HTTP/1.1\r\n\(host)\r\n", "two spaces"),
    .init(400, "GET / HTTP/1.1 \r\n\(host)\r\n", "a space at the end of the request line"),
    .init(400, "GET\t/\tHTTP/1.1\r\n\(host)\r\n", "tabs in the request line"),
    .init(400, " GET / HTTP/1.1\r\n\(host)\r\n", "a space before the method"),
    .init(400, "GET /\r\n\(host)\r\n", "no version"),
    .init(400, "GET HTTP/1.1\r\n\(host)\r\n", "no target"),
    .init(400, "G@T / HTTP/1.1\r\n\(host)\r\n", "a method that is no token"),
    .init(400, "GET / http/1.1\r\n\(host)\r\n", "a version in lower case"),
    .init(400, "GET / HTTP/1.10\r\n\(host)\r\n", "a version of three digits"),
    .init(400, "GET / HTTP/1\r\n\(host)\r\n", "a version without minor"),
    .init(400, "GET / HTTP/1,1\r\n\(host)\r\n", "a comma in the version"),
    .init(505, "GET / HTTP/2.0\r\n\(host)\r\n", "version 2.0"),
    .init(505, "GET / HTTP/0.9\r\n\(host)\r\n", "version 0.9"),
    .init(505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "the preface of HTTP/2"),
    .init(400, "\u{16}\u{03}\u{01}\u{02}", "a TLS client"),
    .init(400, "GET / HTTP/1.1\n\(host)\r\n", "a bare LF"),
    .init(400, "GET / HTTP/1.1\r\nHost: a\n\r\n", "a bare LF in a field"),
    .init(400, "GET / HTTP/1.1\r\rHost: a\r\n\r\n", "a bare CR"),
    .init(400, "GET /\u{0} HTTP/1.1\r\n\(host)\r\n", "NUL in the target"),
    .init(400, "GET /é HTTP/1.1\r\n\(host)\r\n", "raw UTF-8 in the target"),
    .init(501, "CONNECT a:443 HTTP/1.1\r\n\(host)\r\n", "CONNECT"),
    // Target
    .init(400, "GET a HTTP/1.1\r\n\(host)\r\n", "a relative target"),
    .init(400, "GET * HTTP/1.1\r\n\(host)\r\n", "asterisk without OPTIONS"),
    .init(400, "GET ftp://a/ HTTP/1.1\r\n\(host)\r\n", "another scheme"),
    .init(400, "GET http:/// HTTP/1.1\r\n\(host)\r\n", "an absolute target without host"),
    .init(400, "GET http://u@a/ HTTP/1.1\r\n\(host)\r\n", "userinfo in the target"),
    .init(400, "GET /a#b HTTP/1.1\r\n\(host)\r\n", "a fragment"),
    .init(400, "GET /?a#b HTTP/1.1\r\n\(host)\r\n", "a fragment after the query"),
    .init(400, "GET /%zz HTTP/1.1\r\n\(host)\r\n", "a broken escape"),
    .init(400, "GET /% HTTP/1.1\r\n\(host)\r\n", "a cut escape"),
    .init(400, "GET /%4 HTTP/1.1\r\n\(host)\r\n", "a half escape"),
    .init(400, "GET /?a=%g1 HTTP/1.1\r\n\(host)\r\n", "a broken escape in the query"),
    .init(400, "GET /%00 HTTP/1.1\r\n\(host)\r\n", "an encoded NUL"),
    .init(400, "GET /?a=%00 HTTP/1.1\r\n\(host)\r\n", "an encoded NUL in the query"),
    .init(400, "GET /%ff HTTP/1.1\r\n\(host)\r\n", "bytes that are not UTF-8"),
    .init(400, "GET /%c0%af HTTP/1.1\r\n\(host)\r\n", "an overlong encoding"),
    .init(400, "GET /../etc HTTP/1.1\r\n\(host)\r\n", "climbing"),
    .init(400, "GET /a/%2e%2e/%2e%2E/etc HTTP/1.1\r\n\(host)\r\n", "climbing, encoded"),
    .init(400, "GET /a\\b HTTP/1.1\r\n\(host)\r\n", "a backslash"),
    // Host
    .init(400, "GET / HTTP/1.1\r\n\r\n", "no Host"),
    .init(400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", "two Hosts"),
    .init(400, "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", "two Hosts in 1.0"),
    .init(400, "GET / HTTP/1.1\r\nHost:\r\n\r\n", "an empty Host"),
    .init(400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "a space in Host"),
    .init(400, "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n", "a list in Host"),
    .init(400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "a path in Host"),
    .init(400, "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", "userinfo in Host"),
    .init(400, "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", "a port of letters"),
    .init(400, "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n", "a port too large"),
    .init(400, "GET / HTTP/1.1\r\nHost: a:-1\r\n\r\n", "a negative port"),
    .init(400, "GET / HTTP/1.1\r\nHost: a:1:2\r\n\r\n", "two ports"),
    .init(400, "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", "an open bracket"),
    .init(400, "GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n", "text after a bracket"),
    .init(400, "GET / HTTP/1.1\r\nHost: [1:2]\r\n\r\n", "a short IPv6 address"),
    .init(400, "GET / HTTP/1.1\r\nHost: [::1::]\r\n\r\n", "two gaps in an IPv6 address"),
    .init(400, "GET / HTTP/1.1\r\nHost: [:::]\r\n\r\n", "three colons"),
    .init(400, "GET / HTTP/1.1\r\nHost: ::1\r\n\r\n", "IPv6 without brackets"),
    .init(400, "GET / HTTP/1.1\r\nHost: a\\b\r\n\r\n", "a backslash in Host"),
    .init(400, "GET / HTTP/1.1\r\nHost: :80\r\n\r\n", "a port without host"),
    .init(400, "GET / HTTP/1.1\r\nHost: %zz\r\n\r\n", "a broken escape in Host"),
    // Fields
    .init(400, "GET / HTTP/1.1\r\n\(host)A : b\r\n\r\n", "a space before the colon"),
    .init(400, "GET / HTTP/1.1\r\n\(host)A\t: b\r\n\r\n", "a tab before the colon"),
    .init(400, "GET / HTTP/1.1\r\n\(host)A: b\r\n c\r\n\r\n", "a folded line"),
    .init(400, "GET / HTTP/1.1\r\n\(host)A: b\r\n\tc\r\n\r\n", "a line folded by a tab"),
    .init(400, "GET / HTTP/1.1\r\n \(host)\r\n", "a first line that is folded"),
    .init(400, "GET / HTTP/1.1\r\n\(host)A\r\n\r\n", "no colon"),
    .init(400, "GET / HTTP/1.1\r\n\(host): b\r\n\r\n", "no name"),
    .init(400, "GET / HTTP/1.1\r\n\(host)A(b): c\r\n\r\n", "a name that is no token"),
    .init(400, "GET / HTTP/1.1\r\n\(host)A: b\u{0}c\r\n\r\n", "NUL in a value"),
    .init(400, "GET / HTTP/1.1\r\n\(host)A: b\rc\r\n\r\n", "CR in a value"),
    .init(400, "GET / HTTP/1.1\r\n\(host)A: b\u{7F}\r\n\r\n", "DEL in a value"),
    .init(400, "GET / HTTP/1.1\r\n\(host)A: b\u{1B}[0m\r\n\r\n", "an escape in a value"),
    // Framing
    .init(
        400, "POST / HTTP/1.1\r\n\(host)Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "both lengths"),
    .init(
        400, "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n",
        "both lengths, the other way"),
    .init(
        400, "POST / HTTP/1.1\r\n\(host)Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "two lengths"),
    .init(
        400, "POST / HTTP/1.1\r\n\(host)Content-Length: 1\r\ncontent-length: 1\r\n\r\n",
        "one length twice"),
    .init(400, "POST / HTTP/1.1\r\n\(host)Content-Length: 1, 2\r\n\r\n", "a list of lengths"),
    .init(400, "POST / HTTP/1.1\r\n\(host)Content-Length: 1, 1\r\n\r\n", "a list of one length"),
    .init(400, "POST / HTTP/1.1\r\n\(host)Content-Length: +1\r\n\r\n", "a sign"),
    .init(400, "POST / HTTP/1.1\r\n\(host)Content-Length: -1\r\n\r\n", "a negative length"),
    .init(400, "POST / HTTP/1.1\r\n\(host)Content-Length: 0x1\r\n\r\n", "a hexadecimal length"),
    .init(400, "POST / HTTP/1.1\r\n\(host)Content-Length: 1 2\r\n\r\n", "a length with a space"),
    .init(400, "POST / HTTP/1.1\r\n\(host)Content-Length:\r\n\r\n", "an empty length"),
    .init(
        413, "POST / HTTP/1.1\r\n\(host)Content-Length: 99999999999999999999\r\n\r\n",
        "a length beyond 64 bits"),
    .init(400, "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: gzip\r\n\r\n", "gzip"),
    .init(501, "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: gzip, chunked\r\n\r\n", "gzip first"),
    .init(400, "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked, gzip\r\n\r\n", "gzip last"),
    .init(
        400, "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked, chunked\r\n\r\n",
        "chunked twice"),
    .init(
        400,
        "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        "chunked in two fields"),
    .init(400, "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: identity\r\n\r\n", "identity"),
    .init(400, "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: xchunked\r\n\r\n", "xchunked"),
    .init(400, "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked;a=b\r\n\r\n", "parameters"),
    .init(400, "POST / HTTP/1.1\r\n\(host)Transfer-Encoding:\r\n\r\n", "an empty coding"),
    .init(400, "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: \"chunked\"\r\n\r\n", "quotes"),
    .init(400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "chunked in HTTP/1.0"),
    .init(400, "POST / HTTP/1.1\r\n\(host)Transfer_Encoding: a\r\n\r\n", "an underscore"),
    .init(417, "POST / HTTP/1.1\r\n\(host)Expect: 200-ok\r\n\r\n", "another expectation"),
    .init(417, "POST / HTTP/1.1\r\n\(host)Expect: 100-continue, x\r\n\r\n", "and another one"),
]

/// Requests that are fine, with what the parser must make of them.
private let validRequests: [(String, String)] = [
    (
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / [] ? 1.1 none continue=false keep=true [Host=a]"
    ),
    (
        "\r\n\r\nGET / HTTP/1.1\r\nHost: a:80\r\n\r\n",
        "GET / [] ? 1.1 none continue=false keep=true [Host=a:80]"
    ),
    (
        "get /a%2Fb/c%20d/?x=1&y=a+b%2B&z HTTP/1.1\r\nHost:[::1]:8080 \t\r\nA:\r\n\r\n",
        "get /a%2Fb/c%20d/ [\"a/b\", \"c d\", \"\"] ?x=1|y=a b+|z= 1.1 none continue=false keep=true "
            + "[Host=[::1]:8080|A=]"
    ),
    (
        "GET /a/./b/../c/. HTTP/1.0\r\n\r\n",
        "GET /a/c/ [\"a\", \"c\", \"\"] ? 1.0 none continue=false keep=false []"
    ),
    (
        "GET //a HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
        "GET //a [\"\", \"a\"] ? 1.0 none continue=false keep=true [Connection=Keep-Alive]"
    ),
    (
        "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n",
        "OPTIONS * [] ? 1.1 none continue=false keep=false [Host=a|Connection=x, Close]"
    ),
    (
        "GET HTTP://b.example:81/x?y HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /x [\"x\"] ?y= 1.1 none continue=false keep=true [Host=a]"
    ),
    (
        "GET http://b?y=1 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / [] ?y=1 1.1 none continue=false keep=true [Host=a]"
    ),
    (
        "POST /%C3%A9 HTTP/1.7\r\nHost: 1.2.3.4\r\nContent-Length: 007\r\nExpect: 100-Continue\r\n\r\n",
        "POST /%C3%A9 [\"é\"] ? 1.1 length(7) continue=true keep=true "
            + "[Host=1.2.3.4|Content-Length=007|Expect=100-Continue]"
    ),
    (
        "PUT /a HTTP/1.1\r\nHost: [::ffff:1.2.3.4]\r\nTransfer-Encoding: Chunked\r\n\r\n",
        "PUT /a [\"a\"] ? 1.1 chunked continue=false keep=true "
            + "[Host=[::ffff:1.2.3.4]|Transfer-Encoding=Chunked]"
    ),
    (
        "POST / HTTP/1.0\r\nExpect: x\r\nContent-Length: 0\r\n\r\n",
        "POST / [] ? 1.0 length(0) continue=false keep=false [Expect=x|Content-Length=0]"
    ),
]

struct RequestParserTests {
    @Test(arguments: refusedRequests) func `is refused`(_ example: RefusedCase) {
        #expect(Parsed(example.request) == .refused(example.status))
    }

    @Test func `valid requests are understood, and no byte behind them is taken`() {
        for (request, meaning) in validRequests {
            let expected = Parsed.head(meaning + " consumed=\(request.utf8.count)")
            #expect(Parsed(request + "5\r\nhello") == expected)
        }
    }

    @Test func `every split of every request means the same`() {
        for text in refusedRequests.map(\.request) + validRequests.map(\.0) {
            let bytes = Array(text.utf8)
            let whole = Parsed([bytes])
            #expect(Parsed(bytes.map { [$0] }) == whole, "byte by byte: \(text)")
            for cut in 0...bytes.count {
                let parts = [Array(bytes[..<cut]), Array(bytes[cut...])]
                #expect(Parsed(parts) == whole, "cut at \(cut): \(text)")
            }
        }
    }

    @Test func `every prefix of a valid head needs more`() {
        let bytes = Array("POST /a?b=c HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n".utf8)
        for count in 0..<bytes.count {
            #expect(Parsed([Array(bytes[..<count])]) == .needMore, "\(count) bytes")
        }
    }

    @Test func `an absolute target's authority is known`() {
        let head = parseHead("GET http://b:81/ HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(head?.authority == "b:81")
    }

    @Test func `each limit holds one above and not at it`() {
        let limits = RequestParser.Limits(requestLineBytes: 100, headerBytes: 60, headerCount: 3)
        func status(_ text: String) -> Parsed { Parsed([Array(text.utf8)], limits: limits) }
        func isHead(_ parsed: Parsed) -> Bool {
            if case .head = parsed { return true }
            return false
        }
        let target = { (count: Int) in
            "GET /" + String(repeating: "a", count: count) + " HTTP/1.1\r\nHost: a\r\n\r\n"
        }
        #expect(isHead(status(target(86))))
        #expect(status(target(87)) == .refused(414))
        #expect(status("GET /" + String(repeating: "a", count: 500)) == .refused(414))
        #expect(status(String(repeating: "A", count: 500)) == .refused(501))
        let field = { (count: Int) in
            "GET / HTTP/1.1\r\nHost: a\r\nB: " + String(repeating: "b", count: count) + "\r\n\r\n"
        }
        #expect(isHead(status(field(44))))
        #expect(status(field(45)) == .refused(431))
        let many = { (count: Int) in
            "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "B: b\r\n", count: count) + "\r\n"
        }
        #expect(isHead(status(many(2))))
        #expect(status(many(3)) == .refused(431))
    }
}
