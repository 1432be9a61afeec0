/// The head of a request, taken apart.
public struct HTTPRequest: Sendable {
    /// The method, in the case it was sent: methods are case-sensitive (RFC 9110 9.1).
    public var method: String
    /// The request target as sent.
    public var target: String
    /// The path split at "/", each piece percent-decoded once; "/" gives none, a trailing slash a
    /// last empty one. Dot segments are resolved and never climb above the root; an encoded slash
    /// stays inside its piece. `OPTIONS *` gives none.
    public var segments: [String]
    /// The path as sent without query, dot segments resolved; "*" for `OPTIONS *`.
    public var path: String
    /// Names and values of the query in order, decoded once, "+" as a space.
    public var query: [(name: String, value: String)]
    /// The fields as sent; for an absolute target `Host` is the target's (RFC 9112 3.2.2).
    public var headers: HTTPHeaders
    /// The minor version of HTTP/1: 0, or 1 for 1.1 and later.
    public var minorVersion: Int
    /// The client's address without port, such as "127.0.0.1" or "::1": the connection's peer, or
    /// who a trusted proxy says it is.
    public var peer: String
    /// Whether the connection comes from this machine, be it a client's or a proxy's.
    public var peerIsLoopback: Bool
    /// An identifier made by the server, sent back as `X-Request-Id`.
    public var id: String

    /// A request as a handler would see it, without a socket: for tests and for calls in process.
    ///
    /// Nil where the target is one the server would refuse.
    public init?(
        method: String, target: String, headers: HTTPHeaders = HTTPHeaders(),
        minorVersion: Int = 1, peer: String = "127.0.0.1", id: String = "req_local"
    ) {
        guard let parts = try? RequestTarget(ArraySlice(target.utf8), method: method) else {
            return nil
        }
        self.init(
            method: method, target: target, parts: parts, headers: headers,
            minorVersion: minorVersion, peer: peer,
            peerIsLoopback: peer == "::1" || peer.hasPrefix("127."), id: id)
    }

    init(
        method: String, target: String, parts: RequestTarget, headers: HTTPHeaders,
        minorVersion: Int, peer: String, peerIsLoopback: Bool, id: String
    ) {
        self.method = method
        self.target = target
        (segments, path, query) = (parts.segments, parts.path, parts.query)
        self.headers = headers
        if let authority = parts.authority { self.headers.set("Host", authority) }
        self.minorVersion = minorVersion
        (self.peer, self.peerIsLoopback, self.id) = (peer, peerIsLoopback, id)
    }
}
