import Glibc
import HTTP

/// A handler whose answers show what it was asked.
struct EchoHandler: HTTPHandler {
    func respond(to request: HTTPRequest, body: RequestBody) -> HTTPResponse {
        switch request.segments.first {
        case "ignore": return text(401, "who are you?")
        case "slow":
            usleep(300_000)
            return text(200, "slept")
        case "stream":
            return HTTPResponse(
                status: 200,
                body: .stream { stream in
                    for line in ["one\n", "two\n", "three\n"] { try stream.write(Array(line.utf8)) }
                })
        case "breaks":
            return HTTPResponse(
                status: 200,
                body: .stream { stream in
                    try stream.write(Array("half".utf8))
                    throw ResponseStream.Closed()
                })
        case "until-stop":
            return HTTPResponse(
                status: 200,
                body: .stream { stream in
                    try stream.write(Array("begun\n".utf8))
                    while !stream.isClosed { usleep(5000) }
                    try stream.write(Array("bye\n".utf8))
                })
        case "nothing": return HTTPResponse(status: 204)
        case "unchanged":
            return HTTPResponse(status: 304, headers: HTTPHeaders([("ETag", "\"a\"")]))
        case "large":
            return HTTPResponse(
                status: 200, body: .bytes([UInt8](repeating: 120, count: 8 << 20)))
        case "file":
            return HTTPResponse(
                status: 200,
                body: .file(path: request.query[0].value, offset: 2, length: 5))
        case "inject":
            return HTTPResponse(
                status: 200, headers: HTTPHeaders([("X-Note", "a\r\nX-Evil: 1"), ("X Bad", "b")]))
        default: break
        }
        do throws(BodyError) {
            let bytes = try body.readAll(limit: 1 << 20)
            return text(
                200,
                "\(request.method) \(request.path) \(bytes.count) "
                    + String(decoding: bytes.prefix(64), as: UTF8.self))
        } catch {
            return problem(status: error.status, detail: error.detail, requestID: request.id)
        }
    }

    func problem(status: Int, detail: String, requestID: String) -> HTTPResponse {
        text(status, "problem: \(detail)")
    }

    private func text(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: HTTPHeaders([("Content-Type", "text/plain")]),
            body: .bytes(Array(text.utf8)))
    }
}
