import Glibc
import HTTP
import Synchronization

/// A handler whose answers show what it was asked.
struct EchoHandler: HTTPHandler {
    func respond(to request: HTTPRequest, body: RequestBody) -> HTTPResponse {
        switch request.segments.first {
        case "ignore": return text(401, "who are you?")
        case "slow":
            usleep(300_000)
            return text(200, "slept")
        case "stream":
            return pieces(["one\n", "two\n", "three\n"])
        case "breaks": return pieces(["half"], thenFails: true)
        case "until-stop":
            let state = Mutex(0)
            return HTTPResponse(
                status: 200,
                body: .pieces(
                    Pieces { isStopping in
                        let step = state.withLock { step in
                            step += 1
                            return step
                        }
                        if step == 1 { return .bytes(Array("begun\n".utf8)) }
                        if isStopping, step < 1000 {
                            state.withLock { $0 = 1000 }
                            return .bytes(Array("bye\n".utf8))
                        }
                        return step > 1000 ? .end : .wait(Wait(seconds: 60))
                    }))
        case "later":
            return HTTPResponse(
                status: 200, body: .later(Wait(seconds: 0.2)) { self.text(200, "waited") })
        case "later-change":
            return HTTPResponse(
                status: 200,
                body: .later(Wait(seconds: 60) { Self.change.load(ordering: .relaxed) > 0 }) {
                    self.text(200, "changed")
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

    func admit(_ request: HTTPRequest, declaredLength: Int?) -> Admission {
        request.segments.first == "ignore"
            ? .refused(text(401, "who are you?")) : .body(limit: 1 << 20)
    }

    func problem(status: Int, detail: String, requestID: String) -> HTTPResponse {
        text(status, "problem: \(detail)")
    }

    /// What "later-change" waits for.
    static let change = Atomic<Int>(0)

    private func pieces(_ lines: [String], thenFails: Bool = false) -> HTTPResponse {
        let left = Mutex(ArraySlice(lines))
        return HTTPResponse(
            status: 200,
            body: .pieces(
                Pieces { _ in
                    if let line = left.withLock({ $0.popFirst() }) {
                        return .bytes(Array(line.utf8))
                    }
                    if thenFails { throw BodyError.disconnected }
                    return .end
                }))
    }

    private func text(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: HTTPHeaders([("Content-Type", "text/plain")]),
            body: .bytes(Array(text.utf8)))
    }
}
