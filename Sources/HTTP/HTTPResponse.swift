/// An answer: status, fields and body.
///
/// The server itself writes `Content-Length`, `Transfer-Encoding`, `Connection`, `Date`, `Server`
/// and `X-Request-Id`; fields of these names given here are left out.
public struct HTTPResponse: Sendable {
    /// Where the body's bytes come from.
    public enum Body: Sendable {
        /// No body; `Content-Length: 0` where the status may have one.
        case none
        /// Bytes in memory.
        case bytes([UInt8])
        /// `length` bytes of a file from `offset`; the file must not change before it is sent.
        case file(path: String, offset: Int, length: Int)
        /// `length` bytes of an open file from `offset`; for one without a name.
        case open(OpenFile, offset: Int, length: Int)
        /// Bytes that come to be while they are sent, by the chunked coding; for server-sent events.
        case pieces(Pieces)
        /// No answer yet: the connection waits, at the cost of no thread, and then asks again.
        case later(Wait, @Sendable () -> HTTPResponse)
    }

    /// The status code, 200...599.
    public var status: Int
    /// Fields in order.
    public var headers: HTTPHeaders
    /// The body.
    public var body: Body
    /// Where there is one: whether the same request of the same client may be given this answer once
    /// more without asking the handler, but for date and identifier. Asked for every such request, on
    /// the thread that all clients wait for: must be quick and must not block.
    ///
    /// Counts for `GET` and `HEAD` and for bodies in memory.
    public var mayRepeat: (@Sendable () -> Bool)?
    /// Told of each time that it is given once more, with the identifier of that request; as quick as
    /// `mayRepeat`.
    public var onRepeat: (@Sendable (_ requestID: String) -> Void)?

    /// An answer.
    public init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: Body = .none) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    /// The body's length in bytes where it is known before it is sent.
    public var bodyLength: Int? {
        switch body {
        case .none: 0
        case .bytes(let bytes): bytes.count
        case .file(_, _, let length), .open(_, _, let length): length
        case .pieces, .later: nil
        }
    }
}
