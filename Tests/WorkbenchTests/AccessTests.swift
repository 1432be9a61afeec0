import Bytes
import Foundation
import Synchronization
import Testing
import Workbench

/// A clock that a test sets.
private final class Clock: Sendable {
    private let time = Mutex(0.0)
    var read: @Sendable () -> Double { { [self] in time.withLock { $0 } } }
    func advance(_ seconds: Double) { time.withLock { $0 += seconds } }
}

struct AttemptThrottleTests {
    @Test func `ten failures pass, then one in six seconds`() {
        let clock = Clock()
        let throttle = AttemptThrottle(now: clock.read)
        for _ in 0..<10 {
            #expect(throttle.retryAfter("192.0.2.1") == nil)
            throttle.fail("192.0.2.1")
        }
        #expect(throttle.retryAfter("192.0.2.1") == 6)
        #expect(throttle.retryAfter("192.0.2.2") == nil)
        clock.advance(5.9)
        #expect(throttle.retryAfter("192.0.2.1") == 1)
        clock.advance(0.2)
        #expect(throttle.retryAfter("192.0.2.1") == nil)
        throttle.fail("192.0.2.1")
        #expect(throttle.retryAfter("192.0.2.1") != nil)
        clock.advance(1e6)
        for _ in 0..<9 { throttle.fail("192.0.2.1") }
        #expect(throttle.retryAfter("192.0.2.1") == nil)
    }

    @Test(arguments: [
        ("2001:db8::1", "2001:db8:0:0:ffff::2", true), ("2001:db8::1", "2001:db8:0:1::1", false),
        ("::ffff:192.0.2.1", "192.0.2.1", true), ("::ffff:192.0.2.1", "192.0.2.2", false),
        ("::1", "::2", true), ("no address", "no address", true),
    ])
    func `addresses of one client count as one`(a: String, b: String, isSame: Bool) {
        let throttle = AttemptThrottle(failures: 1, now: { 0 })
        throttle.fail(a)
        #expect((throttle.retryAfter(b) != nil) == isSame)
    }

    @Test func `a token that was accepted from an address is known there only`() {
        let throttle = AttemptThrottle(now: { 0 })
        throttle.succeed("192.0.2.1", token: "tok_a")
        #expect(throttle.isKnown("192.0.2.1", token: "tok_a"))
        #expect(!throttle.isKnown("192.0.2.1", token: "tok_b"))
        #expect(!throttle.isKnown("192.0.2.2", token: "tok_a"))
    }

    @Test func `memory is bounded, and the latest are remembered`() {
        let clock = Clock()
        let throttle = AttemptThrottle(
            failures: 1, forgettingOneIn: 1e9, addresses: 100, now: clock.read)
        for number in 0..<1000 {
            clock.advance(1)
            throttle.fail("10.0.\(number / 256).\(number % 256)")
        }
        #expect(throttle.retryAfter("10.0.3.231") != nil)
        #expect(throttle.retryAfter("10.0.0.0") == nil)
    }
}

struct TokenTests {
    private final class Place {
        let folder = NSTemporaryDirectory() + "/seam-access-" + UUID().uuidString
        deinit { try? FileManager.default.removeItem(atPath: folder) }
    }

    @Test func `a token lets in whom it was made for, until it is revoked`() throws {
        let place = Place()
        let workbench = try Workbench(.init(dataDirectory: place.folder))
        defer { workbench.close(grace: 1) }
        let access = AccessControl(workbench: workbench)
        let desk = try TokenDesk(dataDirectory: place.folder)
        #expect(try access.isOpen())
        let (id, text) = try desk.create(owner: "ada", role: "member")
        #expect(try access.isOpen() == false)
        guard case .accepted(let identity) = try access.check(token: text) else {
            Issue.record("not accepted")
            return
        }
        #expect(identity.caller == Caller(owner: "ada", role: .member))
        #expect(identity.token == id)
        #expect(AccessControl.tokenID(in: text) == id)
        let cookie = try access.beginSession(identity)
        guard case .accepted(let guest) = try access.check(session: cookie) else {
            Issue.record("the session is not accepted")
            return
        }
        #expect(guest.proof == .session)
        #expect(guest.caller == identity.caller)
        #expect(access.isStillValid(guest))
        try desk.revoke(id)
        #expect(!access.isStillValid(guest))
        guard case .ended = try access.check(token: text),
            case .ended = try access.check(session: cookie)
        else {
            Issue.record("still accepted")
            return
        }
        access.flush()
        #expect(try desk.list().first?["last_used_at"]?.string != nil)
        #expect(try access.isOpen() == false)
        desk.close()
    }

    @Test func `what differs in one character is not known`() throws {
        let place = Place()
        let workbench = try Workbench(.init(dataDirectory: place.folder))
        defer { workbench.close(grace: 1) }
        let access = AccessControl(workbench: workbench)
        let desk = try TokenDesk(dataDirectory: place.folder)
        let text = try desk.create(owner: "ada", role: "admin").text
        let characters = Array(text)
        for index in characters.indices {
            var changed = characters
            changed[index] = changed[index] == "a" ? "b" : "a"
            guard case .unknown = try access.check(token: String(changed)) else {
                Issue.record("accepted with another character at \(index)")
                return
            }
        }
        for wrong in ["", text + "a", String(text.dropLast()), " " + text, text + "\u{0}"] {
            guard case .unknown = try access.check(token: wrong) else {
                Issue.record("accepted \(wrong.count) characters")
                return
            }
        }
        desk.close()
    }

    @Test func `tokens are random and of one form`() throws {
        let place = Place()
        let desk = try TokenDesk(dataDirectory: place.folder)
        let texts = try (0..<20).map { _ in try desk.create(owner: "a", role: "reader").text }
        #expect(Set(texts.map { $0.suffix(43) }).count == 20)
        #expect(texts.allSatisfy { $0.utf8.count == 75 && $0.hasPrefix("seam_") })
        desk.close()
    }

    @Test(arguments: ["", " ", "a b", "ä", "-a", "a/b", "a\n", String(repeating: "a", count: 101)])
    func `a name that cannot be an owner's is refused`(owner: String) throws {
        let place = Place()
        let desk = try TokenDesk(dataDirectory: place.folder)
        defer { desk.close() }
        #expect(throws: WorkbenchError.self) { try desk.create(owner: owner, role: "reader") }
        #expect(try desk.list().isEmpty)
    }

    @Test func `a token is hidden wherever it stands in a text`() throws {
        let place = Place()
        let desk = try TokenDesk(dataDirectory: place.folder)
        let text = try desk.create(owner: "a", role: "reader").text
        desk.close()
        for (before, after) in [("", ""), ("/v1/", ""), ("a ", " b"), ("seam_", "x"), ("é", "é")] {
            let hidden = AccessSecret.redacted(before + text + after)
            #expect(!hidden.contains(text.dropFirst(31).prefix(12)))
            #expect(hidden.contains("[hidden]"))
        }
        #expect(
            !AccessSecret.redacted(String(text.prefix(60))).contains(text.prefix(60).suffix(20)))
        for plain in ["", "seam_", "seam_session", "no token", "seam_seam_"] {
            #expect(AccessSecret.redacted(plain) == plain)
        }
    }
}
