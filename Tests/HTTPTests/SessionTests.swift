import HTTP
import Testing

/// What a session asks for, in a form that can be compared.
private func words(_ action: Session.Action) -> String {
    switch action {
    case .wait: "wait"
    case .ask(let head): "ask \(head.path)"
    case .sayContinue: "continue"
    case .handle(let head, let body): "handle \(head.path) \(String(decoding: body, as: UTF8.self))"
    case .stream(let head, let begun, let decoder, let input):
        "stream \(head.path) \(begun.count) left=\(decoder.rest ?? -1) input=\(input.count)"
    case .torn(let head, let begun, let error): "torn \(head.path) \(begun.count) \(error.status)"
    case .refuse(let refusal, _): "refuse \(refusal.status)"
    case .close: "close"
    }
}

/// Feeds pieces; answers each request at once and admits each body; all that was asked for.
func sessionWords(
    _ pieces: [[UInt8]], limits: Session.Limits = .init(), admits limit: Int = 1 << 20,
    ends: Bool = false
) -> [String] {
    var session = Session(limits: limits, now: 0)
    var all: [String] = []
    for (index, piece) in pieces.enumerated() {
        session.receive(piece)
        if ends && index == pieces.count - 1 { session.end() }
        var action = session.next(now: 0)
        loop: while true {
            switch action {
            case .wait: break loop
            case .ask: action = session.admit(limit: limit, now: 0)
            case .handle:
                all.append(words(action))
                session.answered(now: 0)
                action = session.next(now: 0)
            case .sayContinue:
                all.append("continue")
                action = session.next(now: 0)
            default:
                all.append(words(action))
                return all
            }
        }
    }
    return all
}

private let requests =
    "GET /a HTTP/1.1\r\n\(host)\r\n\r\nPOST /b HTTP/1.1\r\n\(host)Content-Length: 3\r\n\r\nxyz"
    + "PUT /c HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nA: b\r\n\r\n"
    + "GET /d HTTP/1.1\r\n\(host)\r\n"

struct SessionTests {
    @Test func `requests are handled in order, wherever the bytes are cut`() {
        let bytes = Array(requests.utf8)
        let expected = ["handle /a ", "handle /b xyz", "handle /c hi", "handle /d "]
        #expect(sessionWords([bytes]) == expected)
        #expect(sessionWords(bytes.map { [$0] }) == expected)
        for cut in 0...bytes.count {
            #expect(
                sessionWords([Array(bytes[..<cut]), Array(bytes[cut...])]) == expected,
                "cut at \(cut)")
        }
    }

    @Test func `while a request is answered nothing is asked for, and what came waits`() {
        var session = Session(limits: .init(), now: 0)
        session.receive(Array(requests.utf8))
        #expect(words(session.next(now: 0)) == "handle /a ")
        #expect(session.wantsBytes == false)
        #expect(words(session.next(now: 0)) == "wait")
        #expect(session.deadline == .infinity)
        session.answered(now: 5)
        #expect(words(session.next(now: 5)) == "handle /b xyz")
        #expect(session.served == 2)
    }

    @Test func `100 Continue comes after the handler's word and before the body`() {
        let head = "PUT /a HTTP/1.1\r\n\(host)Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        #expect(
            sessionWords([Array(head.utf8), Array("hi".utf8)]) == ["continue", "handle /a hi"])
        #expect(sessionWords([Array((head + "hi").utf8)]) == ["handle /a hi"])
        #expect(sessionWords([Array(head.utf8)], admits: 1) == ["refuse 413"])
    }

    @Test func `a body above its limit is refused, at it taken`() {
        let sized = { (count: Int) in
            Array("PUT /a HTTP/1.1\r\n\(host)Content-Length: \(count)\r\n\r\n".utf8)
        }
        let chunked = Array("PUT /a HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n".utf8)
        let ten = [UInt8](repeating: 97, count: 10)
        #expect(sessionWords([sized(10), ten], admits: 10) == ["handle /a aaaaaaaaaa"])
        #expect(sessionWords([sized(10), ten], admits: 9) == ["refuse 413"])
        let body = Array("a\r\naaaaaaaaaa\r\n0\r\n\r\n".utf8)
        #expect(sessionWords([chunked, body], admits: 10) == ["handle /a aaaaaaaaaa"])
        #expect(sessionWords([chunked, body], admits: 9) == ["refuse 413"])
        var limits = Session.Limits()
        limits.maximumBody = 9
        #expect(sessionWords([sized(10)], limits: limits) == ["refuse 413"])
        #expect(sessionWords([chunked + body], limits: limits) == ["refuse 413"])
    }

    @Test func `a large body is collected up to the bound and then left to its handler`() {
        var limits = Session.Limits()
        limits.bufferedBody = 8
        let head = Array("PUT /a HTTP/1.1\r\n\(host)Content-Length: 20\r\n\r\n".utf8)
        let piece = [UInt8](repeating: 97, count: 11)
        #expect(
            sessionWords([head, piece, piece], limits: limits) == ["stream /a 8 left=12 input=3"])
    }

    @Test func `a client that ends too soon is told, one that ends between requests is not`() {
        let cut = ["GET / HTTP/1.1\r\nHos", "PUT / HTTP/1.1\r\n\(host)Content-Length: 3\r\n\r\na"]
        for text in cut { #expect(sessionWords([Array(text.utf8)], ends: true) == ["refuse 400"]) }
        #expect(sessionWords([Array(requests.utf8)], ends: true).last == "close")
        #expect(sessionWords([[]], ends: true) == ["close"])
        #expect(sessionWords([[13, 10]], ends: true) == ["close"])
    }

    @Test func `each wait has its time, and its end its word`() {
        var limits = Session.Limits()
        limits.firstByteSeconds = 1
        limits.headerSeconds = 2
        limits.idleSeconds = 3
        limits.bodyStallSeconds = 4
        limits.minimumBodyRate = 10
        var session = Session(limits: limits, now: 0)
        #expect(session.deadline == 1)
        var silent = session
        #expect(words(silent.expire()) == "close")
        session.receive(Array("GET / HT".utf8))
        #expect(words(session.next(now: 0.5)) == "wait")
        #expect(session.deadline == 2.5)
        session.receive(Array("TP/".utf8))
        #expect(words(session.next(now: 2)) == "wait")
        #expect(session.deadline == 2.5, "a head that drips has no more time")
        var dripping = session
        #expect(words(dripping.expire()) == "refuse 408")
        session.receive(Array("1.1\r\n\(host)\r\n".utf8))
        #expect(words(session.next(now: 2.2)) == "handle / ")
        session.answered(now: 10)
        #expect(session.deadline == 13)
        var idle = session
        #expect(words(idle.expire()) == "close")
        session.receive(Array("PUT / HTTP/1.1\r\n\(host)Content-Length: 99\r\n\r\n".utf8))
        #expect(words(session.next(now: 12)) == "ask /")
        #expect(session.deadline == .infinity)
        #expect(words(session.admit(limit: 100, now: 20)) == "wait")
        #expect(session.deadline == 24)
        session.receive([97])
        #expect(words(session.next(now: 23)) == "wait")
        #expect(abs(session.deadline - 24.1) < 1e-9, "one byte buys a tenth of a second")
        #expect(words(session.expire()) == "refuse 408")
    }

    @Test func `stopping ends what idles, lets a begun request go on, and cuts it at last`() {
        var session = Session(limits: .init(), now: 0)
        #expect(words(session.stop(isLast: false)) == "close")
        session = Session(limits: .init(), now: 0)
        session.receive(Array("GET /".utf8))
        _ = session.next(now: 0)
        #expect(words(session.stop(isLast: false)) == "wait")
        session.hurry(seconds: 2, now: 1)
        #expect(session.deadline == 3)
        #expect(words(session.stop(isLast: true)) == "refuse 503")
    }

    @Test func `a little of a body nobody wants is drained, much of it is not`() {
        var session = Session(limits: .init(), now: 0)
        session.receive(
            Array("PUT /a HTTP/1.1\r\n\(host)Content-Length: 4\r\n\r\nab".utf8))
        #expect(words(session.next(now: 0)) == "ask /a")
        #expect(session.canDrain)
        session.answered(now: 0)
        session.receive(Array("cdGET /b HTTP/1.1\r\n\(host)\r\n".utf8))
        #expect(words(session.next(now: 0)) == "handle /b ")
        for field in ["Content-Length: 99999", "Transfer-Encoding: chunked"] {
            session = Session(limits: .init(), now: 0)
            session.receive(Array("PUT /a HTTP/1.1\r\n\(host)\(field)\r\n\r\n".utf8))
            _ = session.next(now: 0)
            #expect(session.canDrain == false)
        }
    }
}

struct TornBodyTests {
    private static let head = Array("PATCH /a HTTP/1.1\r\n\(host)Content-Length: 10\r\n\r\n".utf8)

    private static func session(evenTorn: Bool, _ body: String) -> Session {
        var session = Session(limits: .init(), now: 0)
        session.receive(head)
        #expect(words(session.next(now: 0)) == "ask /a")
        #expect(words(session.admit(limit: 100, evenTorn: evenTorn, now: 0)) == "wait")
        session.receive(Array(body.utf8))
        #expect(words(session.next(now: 0)) == "wait")
        return session
    }

    @Test func `what came of a body that breaks off goes to the handler that wants it`() {
        for (evenTorn, body, end, timeout, stop) in [
            (true, "hel", "torn /a 3 400", "torn /a 3 408", "torn /a 3 503"),
            (true, "", "refuse 400", "refuse 408", "refuse 503"),
            (false, "hel", "refuse 400", "refuse 408", "refuse 503"),
        ] {
            let session = Self.session(evenTorn: evenTorn, body)
            #expect(session.hasTornBody == (evenTorn && !body.isEmpty))
            var ended = session
            ended.end()
            #expect(words(ended.next(now: 0)) == end)
            var expired = session
            #expect(words(expired.expire()) == timeout)
            var stopped = session
            #expect(words(stopped.stop(isLast: true)) == stop)
        }
    }
}
