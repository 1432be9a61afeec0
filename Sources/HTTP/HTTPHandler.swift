/// What answers requests; called on many threads at once.
public protocol HTTPHandler: Sendable {
    /// Answers a request. May block: every connection has a thread of its own.
    ///
    /// `HEAD` is answered as `GET` would be; the server leaves the body out.
    func respond(to request: HTTPRequest, body: RequestBody) -> HTTPResponse

    /// The answer for a failure the HTTP layer found itself: 400, 408, 413, 414, 417, 431, 500, 501,
    /// 503 or 505.
    func problem(status: Int, detail: String, requestID: String) -> HTTPResponse
}
