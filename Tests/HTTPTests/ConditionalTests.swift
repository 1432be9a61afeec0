import HTTP
import Testing

private let date = "Sun, 06 Nov 1994 08:49:37 GMT"
private let earlier = "Sun, 06 Nov 1994 08:49:36 GMT"
private let later = "Sun, 06 Nov 1994 08:49:38 GMT"

struct ConditionalCase: Sendable, CustomStringConvertible {
    var fields: [(String, String)]
    var status: Int
    var method = "GET"
    var body: String?
    var contentRange: String?
    var description: String { "\(method) \(fields) \(status)" }

    init(
        _ fields: [(String, String)], _ status: Int, method: String = "GET", body: String? = nil,
        range: String? = nil
    ) {
        (self.fields, self.status, self.method) = (fields, status, method)
        (self.body, contentRange) = (body, range)
    }
}

private func make(_ tag: String = "\"v1\"") -> HTTPResponse {
    HTTPResponse(
        status: 200,
        headers: HTTPHeaders([
            ("ETag", tag), ("Last-Modified", date), ("Content-Type", "text/plain"),
            ("Cache-Control", "no-cache"),
        ]), body: .bytes(Array("0123456789".utf8)))
}

private func apply(_ example: ConditionalCase, to response: HTTPResponse = make()) -> HTTPResponse {
    guard
        let request = HTTPRequest(
            method: example.method, target: "/", headers: HTTPHeaders(example.fields))
    else { preconditionFailure("a valid request") }
    return Conditional.apply(response, to: request)
}

private func text(_ response: HTTPResponse) -> String {
    guard case .bytes(let bytes) = response.body else { return "" }
    return String(decoding: bytes, as: UTF8.self)
}

struct ConditionalTests {
    @Test(arguments: [
        ConditionalCase([], 200, body: "0123456789"),
        ConditionalCase([("If-None-Match", "\"v1\"")], 304),
        ConditionalCase([("If-None-Match", "W/\"v1\"")], 304),
        ConditionalCase([("If-None-Match", "\"a,b\", \"v1\"")], 304),
        ConditionalCase([("If-None-Match", "*")], 304),
        ConditionalCase([("If-None-Match", "\"v1\"")], 304, method: "HEAD"),
        ConditionalCase([("If-None-Match", "\"v1\"")], 412, method: "PUT"),
        ConditionalCase([("If-None-Match", "\"v2\"")], 200),
        ConditionalCase([("If-None-Match", "v1")], 200),
        ConditionalCase([("If-None-Match", "\"v2\""), ("If-Modified-Since", later)], 200),
        ConditionalCase([("If-Modified-Since", date)], 304),
        ConditionalCase([("If-Modified-Since", later)], 304),
        ConditionalCase([("If-Modified-Since", earlier)], 200),
        ConditionalCase([("If-Modified-Since", "nonsense")], 200),
        ConditionalCase([("If-Modified-Since", date)], 200, method: "POST"),
        ConditionalCase([("If-Match", "\"v1\"")], 200),
        ConditionalCase([("If-Match", "*")], 200),
        ConditionalCase([("If-Match", "\"v2\"")], 412),
        ConditionalCase([("If-Match", "W/\"v1\"")], 412),
        ConditionalCase([("If-Match", "\"v1\""), ("If-None-Match", "\"v1\"")], 304),
        ConditionalCase([("If-Match", "\"v1\""), ("If-Unmodified-Since", earlier)], 200),
        ConditionalCase([("If-Unmodified-Since", earlier)], 412),
        ConditionalCase([("If-Unmodified-Since", date)], 200),
        ConditionalCase([("If-Unmodified-Since", "nonsense")], 200),
    ])
    func `preconditions`(_ example: ConditionalCase) {
        let answer = apply(example)
        #expect(answer.status == example.status)
        if let body = example.body { #expect(text(answer) == body) }
        if answer.status == 304 {
            #expect(answer.headers["ETag"] == "\"v1\"")
            #expect(answer.headers["Cache-Control"] == "no-cache")
            #expect(answer.headers["Content-Type"] == nil)
        }
    }

    @Test(arguments: [
        ConditionalCase([("Range", "bytes=0-0")], 206, body: "0", range: "bytes 0-0/10"),
        ConditionalCase([("Range", "bytes=2-4")], 206, body: "234", range: "bytes 2-4/10"),
        ConditionalCase([("Range", "Bytes=7-")], 206, body: "789", range: "bytes 7-9/10"),
        ConditionalCase([("Range", "bytes=-3")], 206, body: "789", range: "bytes 7-9/10"),
        ConditionalCase(
            [("Range", "bytes=-99")], 206, body: "0123456789", range: "bytes 0-9/10"),
        ConditionalCase([("Range", "bytes=5-99")], 206, body: "56789", range: "bytes 5-9/10"),
        ConditionalCase(
            [("Range", "bytes=8-99999999999999999999")], 206, body: "89", range: "bytes 8-9/10"),
        ConditionalCase([("Range", "bytes=10-")], 416, range: "bytes */10"),
        ConditionalCase([("Range", "bytes=99999999999999999999-")], 416, range: "bytes */10"),
        ConditionalCase([("Range", "bytes=-0")], 416, range: "bytes */10"),
        ConditionalCase([("Range", "bytes=4-2")], 200),
        ConditionalCase([("Range", "bytes=0-1,2-4")], 206, body: "01234", range: "bytes 0-4/10"),
        ConditionalCase([("Range", "bytes=5-,0-6")], 206, body: "0123456789"),
        ConditionalCase([("Range", "bytes=0-1,4-5")], 206),
        ConditionalCase([("Range", "bytes=20-30,3-4")], 206, body: "34", range: "bytes 3-4/10"),
        ConditionalCase([("Range", "bytes=20-30,40-")], 416, range: "bytes */10"),
        ConditionalCase([("Range", "bytes=0-1,x")], 200),
        ConditionalCase([("Range", "bytes= , 3-4 ,")], 206, body: "34"),
        ConditionalCase(
            [("Range", "bytes=" + Array(repeating: "0-0", count: 32).joined(separator: ","))], 206,
            body: "0"),
        ConditionalCase(
            [("Range", "bytes=" + Array(repeating: "0-0", count: 33).joined(separator: ","))], 200),
        ConditionalCase([("Range", "lines=0-1")], 200),
        ConditionalCase([("Range", "bytes=a-b")], 200),
        ConditionalCase([("Range", "bytes=-")], 200),
        ConditionalCase([("Range", "bytes")], 200),
        ConditionalCase([("Range", "bytes=0-1")], 200, method: "HEAD"),
        ConditionalCase([("Range", "bytes=0-1")], 200, method: "POST"),
        ConditionalCase([("Range", "bytes=0-1"), ("If-Range", "\"v1\"")], 206, body: "01"),
        ConditionalCase([("Range", "bytes=0-1"), ("If-Range", "\"v2\"")], 200),
        ConditionalCase([("Range", "bytes=0-1"), ("If-Range", "W/\"v1\"")], 200),
        ConditionalCase([("Range", "bytes=0-1"), ("If-Range", date)], 206, body: "01"),
        ConditionalCase([("Range", "bytes=0-1"), ("If-Range", later)], 200),
        ConditionalCase([("Range", "bytes=0-1"), ("If-None-Match", "\"v1\"")], 304),
        ConditionalCase([("Range", "bytes=0-1"), ("If-Match", "\"v2\"")], 412),
    ])
    func `ranges`(_ example: ConditionalCase) {
        let answer = apply(example)
        #expect(answer.status == example.status)
        if let body = example.body { #expect(text(answer) == body) }
        if let range = example.contentRange { #expect(answer.headers["Content-Range"] == range) }
        if answer.status == 200 && example.method != "POST" {
            #expect(answer.headers["Accept-Ranges"] == "bytes")
            #expect(text(answer) == "0123456789")
        }
    }

    @Test func `a range of a file moves its offset`() {
        var response = make()
        response.body = .file(path: "x", offset: 100, length: 10)
        let answer = apply(ConditionalCase([("Range", "bytes=2-4")], 206), to: response)
        guard case .file("x", 102, 3) = answer.body else {
            Issue.record("\(answer.body)")
            return
        }
    }

    @Test func `no ranges with a weak tag or a content coding, nor of an empty body`() {
        let ask = ConditionalCase([("Range", "bytes=0-1")], 200)
        #expect(apply(ask, to: make("W/\"v1\"")).status == 200)
        var coded = make()
        coded.headers.set("Content-Encoding", "gzip")
        #expect(apply(ask, to: coded).status == 200)
        var empty = make()
        empty.body = .bytes([])
        #expect(apply(ask, to: empty).status == 416)
    }

    @Test func `other statuses pass unchanged`() {
        var response = make()
        response.status = 404
        #expect(apply(ConditionalCase([("If-None-Match", "*")], 404), to: response).status == 404)
    }

    @Test func `If-Match guards a change`() throws {
        func allows(_ value: String?) throws -> Bool {
            let fields = value.map { [("If-Match", $0)] } ?? []
            let request = try #require(
                HTTPRequest(method: "PATCH", target: "/", headers: HTTPHeaders(fields)))
            return Conditional.ifMatchAllows(request, etag: "\"v1\"")
        }
        #expect(try allows(nil))
        #expect(try allows("*"))
        #expect(try allows("\"v0\", \"v1\""))
        #expect(try !allows("\"v0\""))
        #expect(try !allows("W/\"v1\""))
        #expect(try !allows(""))
    }

    @Test func `ranges far apart are parts of one body, in the order asked for`() throws {
        let bytes = (0..<400).map { UInt8($0 % 256) }
        let response = HTTPResponse(
            status: 200,
            headers: HTTPHeaders([("ETag", "\"v1\""), ("Content-Type", "text/x")]),
            body: .bytes(bytes))
        let answer = apply(
            ConditionalCase([("Range", "bytes=300-301,0-1,301-302")], 206), to: response)
        #expect(answer.status == 206)
        #expect(answer.headers["Content-Range"] == nil)
        let type = try #require(answer.headers["Content-Type"])
        let boundary = try #require(type.split(separator: "=").last)
        #expect(type.hasPrefix("multipart/byteranges; boundary="))
        var expected: [UInt8] = []
        for (range, part) in [("300-302", 300..<303), ("0-1", 0..<2)] {
            expected += Array(
                "\r\n--\(boundary)\r\nContent-Type: text/x\r\nContent-Range: bytes \(range)/400\r\n\r\n"
                    .utf8)
            expected += bytes[part]
        }
        expected += Array("\r\n--\(boundary)--\r\n".utf8)
        guard case .bytes(let body) = answer.body else {
            Issue.record("no body")
            return
        }
        #expect(body == expected)
    }

    @Test(
        arguments: [
            (nil, false), ("", false), ("gzip", true), ("GZIP", true), ("x-gzip", true),
            ("*", true),
            ("gzip;q=0", false), ("*;q=0", false), ("gzip;q=0, *", false), ("identity", false),
            ("deflate, gzip;q=0.5", true), ("gzip;q=0.5, identity", false), ("br", false),
            ("gzip;q=0.5, identity;q=0.5", true), ("gzip;q=2", false),
        ] as [(String?, Bool)])
    func `gzip is for those who like it as well`(_ accept: String?, _ isCoded: Bool) throws {
        let fields = accept.map { [("Accept-Encoding", $0)] } ?? []
        let request = try #require(
            HTTPRequest(method: "GET", target: "/", headers: HTTPHeaders(fields)))
        let answer = { (type: String, count: Int) in
            ContentCoding.marked(
                HTTPResponse(
                    status: 200,
                    headers: HTTPHeaders([
                        ("Content-Type", type), ("ETag", "\"v1\""), ("Vary", "Accept"),
                    ]),
                    body: .bytes([UInt8](repeating: 65, count: count))), for: request)
        }
        let table = answer("text/csv; charset=utf-8", 5000)
        #expect((table.headers["Content-Encoding"] == "gzip") == isCoded)
        #expect(table.headers["ETag"] == (isCoded ? "\"v1-gzip\"" : "\"v1\""))
        #expect(table.headers["Vary"] == "Accept, Accept-Encoding")
        for plain in [answer("image/png", 5000), answer("text/csv", 100)] {
            #expect(plain.headers["Content-Encoding"] == nil)
            #expect(plain.headers["Vary"] == "Accept")
        }
    }
}
