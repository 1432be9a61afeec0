import HTTP

/// Leave for pages of other sites, by an allow-list (WHATWG Fetch, CORS protocol).
///
/// Only tokens work from there: cookies are never allowed along.
struct CrossOrigin: Sendable {
    let policy: AccessPolicy

    /// The answer to a page's question whether it may ask, or nil where this is none.
    func preflight(_ request: HTTPRequest) -> HTTPResponse? {
        guard request.method == "OPTIONS", let origin = allowed(request),
            request.headers["Access-Control-Request-Method"] != nil
        else { return nil }
        return HTTPResponse(
            status: 204,
            headers: HTTPHeaders([
                ("Access-Control-Allow-Origin", origin),
                ("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE"),
                ("Access-Control-Allow-Headers", Self.requestFields),
                ("Access-Control-Max-Age", "600"),
                ("Vary", "Origin, Access-Control-Request-Method"),
            ]))
    }

    /// Lets an allowed page read the answer.
    func apply(_ response: inout HTTPResponse, to request: HTTPRequest) {
        guard !policy.allowedOrigins.isEmpty else { return }
        response.headers.add("Vary", "Origin")
        guard let origin = allowed(request) else { return }
        response.headers.set("Access-Control-Allow-Origin", origin)
        response.headers.set("Access-Control-Expose-Headers", Self.responseFields)
    }

    private func allowed(_ request: HTTPRequest) -> String? {
        guard let origin = request.headers["Origin"] else { return nil }
        return policy.allowedOrigins.first { $0.lowercased() == origin.lowercased() }
            .map { _ in origin }
    }

    private static let requestFields = [
        "Authorization", "Content-Type", "Content-Digest", "Repr-Digest", "Idempotency-Key",
        "If-Match", "If-None-Match", "If-Range", "Prefer", "Range", "Tus-Resumable",
        "Upload-Checksum", "Upload-Length", "Upload-Metadata", "Upload-Offset",
    ].joined(separator: ", ")

    private static let responseFields = [
        "Content-Range", "ETag", "Link", "Location", "Preference-Applied", "Repr-Digest",
        "Retry-After", "Tus-Resumable", "Tus-Version", "Upload-Expires", "Upload-Length",
        "Upload-Metadata", "Upload-Offset", "X-Request-Id", "X-Seam-Ion",
    ].joined(separator: ", ")
}
