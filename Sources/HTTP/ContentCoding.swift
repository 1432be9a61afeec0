/// Offering a gzip-coded form of an answer (RFC 9110 8.4 and 12.5.3); compressing is the caller's.
public enum ContentCoding {
    /// Media types that are worth compressing.
    private static let types = [
        "application/json", "application/problem+json", "application/geo+json",
        "application/yaml", "text/csv", "text/tab-separated-values", "text/html", "text/plain",
        "text/css", "text/javascript",
        "image/svg+xml",
    ]

    /// Marks an answer that is to be sent gzip-coded: `Vary`, and, where the client prefers gzip,
    /// `Content-Encoding` and a tag of its own. A body shorter than `minimum`, one that streams, and
    /// a part of a representation stay as they are.
    ///
    /// Mark before `Conditional.apply`, so that tags are compared with the right one, and compress
    /// after it, where there still is a body to compress.
    public static func marked(
        _ response: HTTPResponse, for request: HTTPRequest, minimum: Int = 1024
    ) -> HTTPResponse {
        guard case .bytes(let bytes) = response.body, bytes.count >= minimum,
            response.status != 206, let type = response.headers["Content-Type"],
            types.contains(String(type.prefix { $0 != ";" }).lowercased()),
            response.headers["Content-Encoding"] == nil
        else { return response }
        var marked = response
        let vary = response.headers["Vary"].map { $0 + ", Accept-Encoding" } ?? "Accept-Encoding"
        marked.headers.set("Vary", vary)
        guard request.headers["Range"] == nil,
            Negotiation.prefersGzip(request.headers["Accept-Encoding"])
        else { return marked }
        marked.headers.set("Content-Encoding", "gzip")
        if let tag = response.headers["ETag"], tag.hasSuffix("\"") {
            marked.headers.set("ETag", tag.dropLast() + EntityTag.codedEnd)
        }
        return marked
    }
}
