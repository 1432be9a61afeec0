import Bytes
import HTTP
import Workbench

/// Who one is, and sessions of browsers.
enum SessionRoutes {
    static let all: [Route] = [
        Route("GET", "v1/session", formats: [.json], read),
        Route("POST", "v1/session", access: .role(.reader), begin),
        Route("DELETE", "v1/session", access: .role(.reader), end),
    ]

    private static let read: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        _ = try exchange.query()
        let identity = exchange.identity
        return Reply.document([
            "owner": .string(identity.caller.owner), "role": .string(identity.caller.role.name),
            "proof": .string(identity.proof.rawValue), "token": .optional(identity.token),
            "expires_at": .optional(identity.expiresAt),
        ])
    }

    private static let begin: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        _ = try exchange.query()
        guard exchange.identity.proof != .session else {
            throw .problem(.unauthorized(.missing))
        }
        let secret = try using { () throws(WorkbenchError) in
            try exchange.access.beginSession(exchange.identity)
        }
        var response = Reply.noContent
        response.headers.add("Set-Cookie", SessionCookie.field(secret, exchange.policy))
        response.headers.add("Cache-Control", "no-store")
        return response
    }

    private static let end: @Sendable (Exchange) throws(APIError) -> HTTPResponse = {
        exchange throws(APIError) in
        _ = try exchange.query()
        if let secret = SessionCookie.value(in: exchange.request, exchange.policy) {
            try using { () throws(WorkbenchError) in try exchange.access.endSession(secret) }
        }
        var response = Reply.noContent
        response.headers.add("Set-Cookie", SessionCookie.removal(exchange.policy))
        response.headers.add("Clear-Site-Data", "\"cache\"")
        response.headers.add("Cache-Control", "no-store")
        return response
    }
}
