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
        /// Bytes written as they come to be, by the chunked coding; for server-sent events.
        ///
        /// Runs on the connection's thread after the head was sent; when it throws, the connection
        /// is cut so that the client sees the body is not whole.
        case stream(@Sendable (ResponseStream) throws -> Void)
    }

    /// The status code, 200...599.
    public var status: Int
    /// Fields in order.
    public var headers: HTTPHeaders
    /// The body.
    public var body: Body

    /// An answer.
    public init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: Body = .none) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    /// The body's length in bytes where it is known before it is sent.
    public var bodyLength: Int? {
        switch body {
        case .none: 0
        case .bytes(let bytes): bytes.count
        case .file(_, _, let length): length
        case .stream: nil
        }
    }
}

/// Where a streamed body is written; belongs to the connection's thread.
public final class ResponseStream {
    /// The client went away, or the server had to cut the connection.
    public struct Closed: Error, Sendable {
        /// The error a producer may throw to cut the answer.
        public init() {}
    }

    private let send: ([UInt8]) -> Bool
    private let closed: () -> Bool
    private var failed = false
    var hasFailed: Bool { failed }

    init(send: @escaping ([UInt8]) -> Bool, closed: @escaping () -> Bool) {
        (self.send, self.closed) = (send, closed)
    }

    /// Sends bytes at once; waits while the client does not read.
    ///
    /// - Throws: `Closed` where they cannot be sent.
    public func write(_ bytes: [UInt8]) throws {
        guard !bytes.isEmpty else { return }
        guard !failed, send(bytes) else {
            failed = true
            throw Closed()
        }
    }

    /// Whether the client has gone or the server is stopping: then the writer should return.
    public var isClosed: Bool { failed || closed() }
}
