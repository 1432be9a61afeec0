import HTTP

/// Guards a server without tokens: it answers this machine's own users only.
///
/// A web page or a proxy must not be able to borrow a user's place on the loopback interface, so
/// the name asked for, the page that asks and the way the request came are all looked at.
enum OpenMode {
    /// Why a request is refused, or nil.
    static func refusal(_ request: HTTPRequest) -> Problem? {
        if !request.peerIsLoopback {
            return forbidden("without tokens the service answers this machine only")
        }
        for header in request.headers.fields {
            let name = header.name.lowercased()
            if name == "forwarded" || name == "via" || name.hasPrefix("x-forwarded-") {
                return forbidden(
                    "the request came through a proxy (\(name)); make a token first")
            }
        }
        if let host = request.headers["Host"], !isLoopback(host) {
            return Problem(
                status: 421, slug: "misdirected", title: "Misdirected request",
                detail: "Host must be localhost, 127.0.0.1 or [::1] while there are no tokens")
        }
        if let site = request.headers["Sec-Fetch-Site"]?.lowercased(), site == "cross-site" {
            return forbidden("the request comes from another site's page")
        }
        if let origin = request.headers["Origin"], !isSame(origin, host: request.headers["Host"]) {
            return forbidden("the request comes from a page of another origin")
        }
        return nil
    }

    private static func forbidden(_ detail: String) -> Problem {
        Problem(status: 403, slug: "forbidden", title: "Not allowed", detail: detail)
    }

    /// Whether an authority (`name[:port]`) is this machine by name.
    static func isLoopback(_ authority: String) -> Bool {
        let name = authority.lowercased()
        for known in ["localhost", "127.0.0.1", "[::1]"] {
            if name == known { return true }
            if name.hasPrefix(known + ":"), name.dropFirst(known.count + 1).allSatisfy(\.isNumber) {
                return true
            }
        }
        return false
    }

    private static func isSame(_ origin: String, host: String?) -> Bool {
        guard let host else { return false }
        return ["http://", "https://"].contains { origin.lowercased() == $0 + host.lowercased() }
    }
}
