import HTTP
import Workbench

/// Decides who a request comes from, and whether it may come in at all.
struct Gate: Sendable {
    let access: AccessControl
    let policy: AccessPolicy
    let throttle: AttemptThrottle
    let log: @Sendable (String) -> Void

    /// Why a request is not even looked at, or nil: the name it asks for, the page that asks, and in
    /// open mode the way it came.
    func refusal(_ request: HTTPRequest) throws(APIError) -> Problem? {
        if try isOpen() { return OpenMode.refusal(request) }
        guard let host = request.headers["Host"] else { return nil }
        guard !policy.answers(to: host, isLoopback: request.peerIsLoopback) else { return nil }
        return Problem(
            status: 421, slug: "misdirected", title: "Misdirected request",
            detail: "this service is not called what Host says; its names are in server.hosts")
    }

    /// Who a request comes from.
    ///
    /// - Throws: 401 without credentials or with ones that do not hold, 429 for an address that has
    ///   failed too often, 403 for a session's request that another site may have made.
    func identify(_ request: HTTPRequest) throws(APIError) -> Identity {
        if try isOpen() { return .open }
        if let field = request.headers["Authorization"] {
            guard let token = BearerToken.text(in: field) else {
                throw .problem(.unauthorized(.malformed))
            }
            return try accept(
                request, name: AccessControl.tokenID(in: token) ?? "what has no token's form"
            ) { () throws(WorkbenchError) in try access.check(token: token) }
        }
        guard let cookie = SessionCookie.value(in: request, policy) else {
            throw .problem(.unauthorized(.missing))
        }
        let identity = try accept(
            request, name: "session " + AccessControl.fingerprint(cookie)
        ) { () throws(WorkbenchError) in try access.check(session: cookie) }
        if let reason = crossSite(request) {
            throw .problem(
                Problem(status: 403, slug: "forbidden", title: "Not allowed", detail: reason))
        }
        return identity
    }

    /// Whether a request whose token has been found valid comes in without a closer look: it asks for
    /// one of our names, and its address is not being slowed down.
    func letsIn(_ request: HTTPRequest) -> Bool {
        guard access.isKnownToBeClosed, throttle.retryAfter(request.peer) == nil,
            let host = request.headers["Host"]
        else { return false }
        return policy.answers(to: host, isLoopback: request.peerIsLoopback)
    }

    private func isOpen() throws(APIError) -> Bool {
        try using { () throws(WorkbenchError) in try access.isOpen() }
    }

    /// Runs a check unless the address has failed too often, and keeps count.
    private func accept(
        _ request: HTTPRequest, name: String,
        _ check: () throws(WorkbenchError) -> AccessControl.Verdict
    ) throws(APIError) -> Identity {
        let address = request.peer
        if let seconds = throttle.retryAfter(address), !throttle.isKnown(address, token: name) {
            throw .problem(.tooManyAttempts(seconds))
        }
        switch try using({ () throws(WorkbenchError) in try check() }) {
        case .accepted(let identity):
            throttle.succeed(address, token: name)
            return identity
        case .ended:
            log("access request=\(request.id) from=\(address) \(name) has ended")
            throw .problem(.unauthorized(.ended))
        case .unknown:
            throttle.fail(address)
            log("access request=\(request.id) from=\(address) \(name) is not known")
            throw .problem(.unauthorized(.unknown))
        }
    }

    /// Why a request with a cookie may be another site's doing, or nil.
    private func crossSite(_ request: HTTPRequest) -> String? {
        if request.headers["Sec-Fetch-Site"]?.lowercased() == "cross-site" {
            return "the request comes from another site's page"
        }
        let isRead = request.method == "GET" || request.method == "HEAD"
        guard let origin = request.headers["Origin"] else {
            return isRead ? nil : "a session's request that changes something needs an Origin"
        }
        return policy.isSame(origin, authority: request.headers["Host"])
            ? nil : "the request comes from a page of another origin"
    }
}

/// The token in an `Authorization` field (RFC 6750 2.1).
enum BearerToken {
    /// The token, or nil where the field is of another scheme or holds more than one word.
    static func text(in field: String) -> String? {
        let words = field.split(separator: " ", omittingEmptySubsequences: true)
        guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
        return String(words[1])
    }
}

extension Problem {
    /// What is wrong with a request's credentials.
    enum Credentials {
        case missing
        case malformed
        case ended
        case unknown
    }

    /// 401 with the challenge of RFC 6750.
    static func unauthorized(_ reason: Credentials) -> Problem {
        let (detail, parameter) =
            switch reason {
            case .missing: ("this needs a token: Authorization: Bearer TOKEN", "")
            case .malformed:
                (
                    "expected Authorization: Bearer TOKEN, another scheme or form was sent",
                    ", error=\"invalid_request\""
                )
            case .ended:
                ("the token or session has ended; get a new one", ", error=\"invalid_token\"")
            case .unknown: ("the token or session is not known", ", error=\"invalid_token\"")
            }
        return Problem(
            status: 401, slug: "unauthorized", title: "Not signed in", detail: detail,
            headers: [("WWW-Authenticate", "Bearer realm=\"seam\"" + parameter)])
    }

    /// 429 for an address that has failed too often.
    static func tooManyAttempts(_ seconds: Int) -> Problem {
        Problem(
            status: 429, slug: "too-many-attempts", title: "Too many attempts",
            detail: "too many wrong tokens came from this address; try again in \(seconds) s",
            headers: [("Retry-After", "\(seconds)")])
    }

    /// 403 for a role that may not do this.
    static func roleNeeded(_ role: Caller.Role, has: Caller.Role) -> Problem {
        Problem(
            status: 403, slug: "forbidden", title: "Not allowed",
            detail: "this needs the role \(role.name); the token has the role \(has.name)")
    }
}
