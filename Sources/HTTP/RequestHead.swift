/// A request's head as parsed and checked, before it is given a peer and an identifier.
package struct RequestHead: Sendable {
    /// How the body is delimited (RFC 9112 6.3).
    package enum Framing: Equatable, Sendable {
        case none
        case length(Int)
        case chunked
    }

    package var method: String
    package var target: String
    package var headers: HTTPHeaders
    package var minorVersion: Int
    package var framing: Framing
    /// Whether the client waits for `100 Continue` (RFC 9110 10.1.1).
    package var expectsContinue: Bool
    /// Whether the client lets the connection live on (RFC 9112 9.3).
    package var keepsAlive: Bool
    var parts: RequestTarget
    /// The head byte for byte, where it came in one piece, is short and has no body; else empty.
    var bytes: [UInt8] = []

    /// The path as sent, dot segments resolved.
    package var path: String { parts.path }
    /// The decoded pieces of the path.
    package var segments: [String] { parts.segments }
    /// The decoded query.
    package var query: [(name: String, value: String)] { parts.query }
    /// The authority of an absolute target.
    package var authority: String? { parts.authority }
}

/// Why a message is refused, and with which status.
package struct Refusal: Error, Equatable, Sendable {
    package var status: Int
    package var detail: String
    /// The method of the request, where so much of it could be read: the answer to `HEAD` has no body.
    package var method: String?

    init(_ status: Int, _ detail: String) {
        (self.status, self.detail) = (status, detail)
    }
}
