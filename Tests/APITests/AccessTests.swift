import API
import Foundation
import HTTP
import Testing
import Workbench

/// The handler of a store with a token for each role.
private final class Closed {
    let folder = NSTemporaryDirectory() + "/seam-closed-" + UUID().uuidString
    let workbench: Workbench
    let handler: SEAMHandler
    let tokens: [String: String]

    init(_ change: (inout AccessPolicy) -> Void = { _ in }) throws {
        var policy = AccessPolicy()
        change(&policy)
        let desk = try TokenDesk(dataDirectory: folder)
        tokens = Dictionary(
            uniqueKeysWithValues: try Caller.Role.names.map {
                ($0, try desk.create(owner: "o-\($0)", role: $0).text)
            })
        desk.close()
        workbench = try Workbench(.init(dataDirectory: folder))
        handler = SEAMHandler(workbench: workbench, policy: policy, log: { _ in })
    }

    deinit {
        workbench.close(grace: 5)
        try? FileManager.default.removeItem(atPath: folder)
    }

    func ask(
        _ method: String, _ target: String, as role: String? = nil,
        _ fields: [(String, String)] = [], body: [UInt8] = [], peer: String = "127.0.0.1"
    ) throws -> HTTPResponse {
        var headers = HTTPHeaders([("Host", "localhost")] + fields)
        if let role, let token = tokens[role] { headers.add("Authorization", "Bearer \(token)") }
        let request = try #require(
            HTTPRequest(method: method, target: target, headers: headers, peer: peer))
        return handler.respond(to: request, body: RequestBody(bytes: body))
    }
}

@Suite struct ClosedHandlerTests {
    @Test(arguments: [
        ("GET", "/", 200, 200, 200, 200), ("GET", "/healthz", 200, 200, 200, 200),
        ("GET", "/v1", 401, 200, 200, 200), ("GET", "/v1/nothing", 401, 404, 404, 404),
        ("PUT", "/v1/jobs", 401, 405, 405, 405), ("GET", "/v1/audit", 401, 403, 403, 200),
        ("DELETE", "/v1/datasets/x", 401, 403, 404, 404), ("POST", "/v1/jobs", 401, 403, 400, 400),
        ("OPTIONS", "/v1/jobs", 204, 204, 204, 204), ("POST", "/v1/session", 401, 204, 204, 204),
    ])
    func `a role opens what it should`(
        method: String, target: String, nobody: Int, reader: Int, member: Int, admin: Int
    ) throws {
        let closed = try Closed()
        #expect(try closed.ask(method, target).status == nobody)
        #expect(try closed.ask(method, target, as: "reader").status == reader)
        #expect(try closed.ask(method, target, as: "member").status == member)
        #expect(try closed.ask(method, target, as: "admin").status == admin)
    }

    @Test func `two Authorization fields are no token`() throws {
        let closed = try Closed()
        let token = try #require(closed.tokens["admin"])
        let twice = [("Authorization", "Bearer \(token)"), ("Authorization", "Bearer \(token)")]
        #expect(try closed.ask("GET", "/v1", as: nil, twice).status == 401)
    }

    @Test(arguments: [
        "sha-256=:AAAA:", "sha-256=x", ":", "=", "sha-256", "sha-256=:AAAA", "sha-256=::",
        "1a=:AAAA:, sha-256=:A:", ",", "a=1",
    ])
    func `a digest that cannot be read is 400`(field: String) throws {
        let closed = try Closed()
        let response = try closed.ask(
            "POST", "/v1/jobs", as: "member", [("Content-Digest", field)], body: Array("{}".utf8))
        #expect(response.status == 400)
    }

    @Test(arguments: [
        ("Bearer", 401), ("bearer  x", 401), ("Bearer\u{e9}", 401), ("Negotiate abc", 401),
        (String(repeating: "Bearer ", count: 1000), 401),
    ])
    func `credentials of another form are 401`(field: String, status: Int) throws {
        let closed = try Closed()
        let response = try closed.ask("GET", "/v1", as: nil, [("Authorization", field)])
        #expect(response.status == status)
        #expect(response.headers["WWW-Authenticate"]?.hasPrefix("Bearer ") == true)
    }

    @Test func `an address that fails too often waits, and another does not`() throws {
        let closed = try Closed { $0.failedAttempts = 3 }
        let wrong = [("Authorization", "Bearer wrong")]
        let statuses = try (0..<5).map { _ in try closed.ask("GET", "/v1", as: nil, wrong).status }
        #expect(statuses == [401, 401, 401, 429, 429])
        #expect(try closed.ask("GET", "/v1", as: "reader").status == 429)
        #expect(try closed.ask("GET", "/healthz").status == 200)
        #expect(try closed.ask("GET", "/v1", as: "reader", peer: "192.0.2.1").status == 421)
    }

    @Test func `every answer has the headers that bind a browser`() throws {
        let closed = try Closed { $0.isBehindTLS = true }
        for target in ["/", "/v1", "/nowhere", "/openapi.yaml"] {
            let headers = try closed.ask("GET", target).headers
            #expect(headers["X-Content-Type-Options"] == "nosniff")
            #expect(headers["X-Frame-Options"] == "DENY")
            #expect(headers["Strict-Transport-Security"] != nil)
        }
        let problem = closed.handler.problem(status: 400, detail: "d", requestID: "r")
        #expect(problem.headers["X-Content-Type-Options"] == "nosniff")
    }
}
