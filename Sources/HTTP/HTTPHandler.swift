/// What answers requests; called on many threads at once.
public protocol HTTPHandler: Sendable {
    /// Answers a request. May block: it runs on a thread of a bounded pool, and never waits for a
    /// client there. A small body has arrived whole before; the handler of a large one has a thread
    /// of its own and reads the body as it comes.
    ///
    /// `HEAD` is answered as `GET` would be; the server leaves the body out.
    func respond(to request: HTTPRequest, body: RequestBody) -> HTTPResponse

    /// The answer to a `GET` or `HEAD` without a body that can be given from memory, or nil: then the
    /// request goes the usual way. Asked on the thread that all clients wait for: must be quick and must
    /// not block; `.later` and `.pieces` count as nil.
    func answerAtOnce(_ request: HTTPRequest) -> HTTPResponse?

    /// Says whether the body of a request is wanted, before it has come and before `100 Continue`
    /// (RFC 9110 10.1.1); not asked of requests that came whole. `declaredLength` is nil for a
    /// chunked body.
    func admit(_ request: HTTPRequest, declaredLength: Int?) -> Admission

    /// The answer for a failure the HTTP layer found itself: 400, 408, 413, 414, 417, 429, 431, 500,
    /// 501, 503 or 505. Must not block.
    func problem(status: Int, detail: String, requestID: String) -> HTTPResponse
}

extension HTTPHandler {
    /// Nothing is in memory.
    public func answerAtOnce(_ request: HTTPRequest) -> HTTPResponse? { nil }

    /// Every body is wanted, as far as the server's limit goes.
    public func admit(_ request: HTTPRequest, declaredLength: Int?) -> Admission {
        .body(limit: .max, evenTorn: false)
    }
}
