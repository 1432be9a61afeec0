/// Conditional and range requests (RFC 9110 13 and 14), applied to a finished 200 answer.
public enum Conditional {
    /// Makes the body of a 412 or 416; the default is an empty one.
    public typealias Problem = (_ status: Int, _ detail: String) -> HTTPResponse

    /// What the client gets instead of a 200 with the current representation: 304, 412, 206, 416, or
    /// the answer itself.
    ///
    /// Preconditions are evaluated in the order of RFC 9110 13.2.2. Several ranges are a
    /// `multipart/byteranges` of bodies in memory; those that overlap or touch are joined. A
    /// list of more than 32, an unknown unit, a malformed range, and a range asked of anything but
    /// `GET` get the whole. Ranges are for bodies in memory or in a file that have a strong `ETag`
    /// and no `Content-Encoding`.
    public static func apply(
        _ response: HTTPResponse, to request: HTTPRequest,
        problem: Problem = { status, _ in HTTPResponse(status: status) }
    ) -> HTTPResponse {
        guard response.status == 200 else { return response }
        let isRead = request.method == "GET" || request.method == "HEAD"
        switch verdict(response.headers, request: request, isRead: isRead) {
        case .failed:
            return problem(412, "the resource is not in the state the request asks for")
        case .notModified: return notModified(response)
        case .proceed: break
        }
        guard isRead, let total = rangeableLength(response) else { return response }
        var response = response
        response.headers.set("Accept-Ranges", "bytes")
        guard request.method == "GET", let range = request.headers["Range"],
            ifRangeAllows(request, response.headers)
        else { return response }
        return apply(range: range, total: total, to: response, problem: problem)
    }

    /// Whether `If-Match` lets the request change a resource that exists with this tag; without the
    /// field it does (RFC 9110 13.1.1, strong comparison). The tag of a gzip-coded body stands for the
    /// same state.
    public static func ifMatchAllows(_ request: HTTPRequest, etag: String) -> Bool {
        guard let value = request.headers["If-Match"] else { return true }
        return isAny(value)
            || EntityTag.list(value).contains {
                EntityTag.stronglyEqual(EntityTag.uncoded($0), EntityTag.uncoded(etag))
            }
    }

    private enum Verdict {
        case proceed
        case notModified
        case failed
    }

    /// RFC 9110 13.2.2, steps 1 to 4.
    private static func verdict(
        _ headers: HTTPHeaders, request: HTTPRequest, isRead: Bool
    ) -> Verdict {
        let etag = headers["ETag"]
        let modified = headers["Last-Modified"].flatMap(HTTPDate.parse)
        if let value = request.headers["If-Match"] {
            let matches = EntityTag.list(value)
                .contains { tag in etag.map { EntityTag.stronglyEqual(tag, $0) } ?? false }
            if !matches && !isAny(value) { return .failed }
        } else if let since = date(request, "If-Unmodified-Since"), let modified,
            modified > since
        {
            return .failed
        }
        if let value = request.headers["If-None-Match"] {
            let matches = EntityTag.list(value)
                .contains { tag in etag.map { EntityTag.weaklyEqual(tag, $0) } ?? false }
            if matches || isAny(value) { return isRead ? .notModified : .failed }
        } else if isRead, let since = date(request, "If-Modified-Since"), let modified,
            modified <= since
        {
            return .notModified
        }
        return .proceed
    }

    private static func isAny(_ value: String) -> Bool { value == "*" }

    /// A field's date; a field that comes twice or is no date is ignored (RFC 9110 13.1.3).
    private static func date(_ request: HTTPRequest, _ name: String) -> Int? {
        let values = request.headers.values(name)
        return values.count == 1 ? HTTPDate.parse(values[0]) : nil
    }

    /// A 304 with the fields RFC 9110 15.4.5 asks for.
    private static func notModified(_ response: HTTPResponse) -> HTTPResponse {
        let dropped = ["content-type", "content-encoding", "content-range", "content-language"]
        var kept = HTTPHeaders()
        for (name, value) in response.headers.fields where !dropped.contains(name.lowercased()) {
            kept.add(name, value)
        }
        return HTTPResponse(status: 304, headers: kept)
    }

    /// The body's length where ranges of it can be served.
    private static func rangeableLength(_ response: HTTPResponse) -> Int? {
        guard let etag = response.headers["ETag"], !etag.hasPrefix("W/"),
            response.headers["Content-Encoding"] == nil
        else { return nil }
        switch response.body {
        case .bytes, .file, .open: return response.bodyLength
        case .none, .pieces, .later: return nil
        }
    }

    /// RFC 9110 13.1.5: the tag must match strongly, a date exactly.
    private static func ifRangeAllows(_ request: HTTPRequest, _ headers: HTTPHeaders) -> Bool {
        guard let value = request.headers["If-Range"] else { return true }
        if value.hasPrefix("\"") || value.hasPrefix("W/") {
            return headers["ETag"].map { EntityTag.stronglyEqual(value, $0) } ?? false
        }
        guard let date = HTTPDate.parse(value), let modified = headers["Last-Modified"] else {
            return false
        }
        return HTTPDate.parse(modified) == date
    }

    private static func apply(
        range: String, total: Int, to response: HTTPResponse, problem: Problem
    ) -> HTTPResponse {
        switch ByteRange.parse(range, total: total) {
        case .whole: return response
        case .unsatisfiable:
            var refused = problem(416, "the range lies outside the \(total) bytes there are")
            refused.headers.set("Content-Range", "bytes */\(total)")
            return refused
        case .parts(let parts) where parts.count == 1:
            let part = parts[0]
            var partial = response
            partial.status = 206
            partial.headers.set("Content-Range", contentRange(part, total))
            switch response.body {
            case .bytes(let bytes): partial.body = .bytes(Array(bytes[part]))
            case .file(let path, let offset, _):
                partial.body = .file(
                    path: path, offset: offset + part.lowerBound, length: part.count)
            case .open(let file, let offset, _):
                partial.body = .open(file, offset: offset + part.lowerBound, length: part.count)
            case .none, .pieces, .later: preconditionFailure("ranges are of bytes and files")
            }
            return partial
        case .parts(let parts):
            guard case .bytes(let bytes) = response.body else { return response }
            return multipart(parts, of: bytes, in: response)
        }
    }

    private static func contentRange(_ part: Range<Int>, _ total: Int) -> String {
        "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(total)"
    }

    /// `multipart/byteranges` (RFC 9110 14.6).
    private static func multipart(
        _ parts: [Range<Int>], of bytes: [UInt8], in response: HTTPResponse
    ) -> HTTPResponse {
        var generator = SystemRandomNumberGenerator()
        let boundary =
            "seam-" + String(UInt64.random(in: .min ... .max, using: &generator), radix: 36)
        var body: [UInt8] = []
        for part in parts {
            var head = "\r\n--\(boundary)\r\n"
            if let type = response.headers["Content-Type"] { head += "Content-Type: \(type)\r\n" }
            body += Array((head + "Content-Range: \(contentRange(part, bytes.count))\r\n\r\n").utf8)
            body += bytes[part]
        }
        body += Array("\r\n--\(boundary)--\r\n".utf8)
        var partial = response
        partial.status = 206
        partial.headers.set("Content-Type", "multipart/byteranges; boundary=\(boundary)")
        partial.body = .bytes(body)
        return partial
    }
}
