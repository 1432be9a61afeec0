/// What the fields of a head say about its body and its connection (RFC 9112 6 and 9).
enum FramingRules {
    /// How the body is delimited; whatever could be read in two ways is refused.
    static func framing(
        _ headers: HTTPHeaders, minorVersion: Int
    ) throws(Refusal) -> RequestHead.Framing {
        try refuseLookalikes(headers)
        let codings = headers.values("Transfer-Encoding")
        let lengths = headers.values("Content-Length")
        guard codings.isEmpty else {
            // RFC 9112 6.1 and 6.3: both are a sign of smuggling; HTTP/1.0 knows no codings.
            guard lengths.isEmpty else {
                throw Refusal(400, "both Content-Length and Transfer-Encoding were sent")
            }
            guard minorVersion >= 1 else {
                throw Refusal(400, "HTTP/1.0 has no Transfer-Encoding")
            }
            try requireChunked(codings)
            return .chunked
        }
        guard let length = lengths.first else { return .none }
        guard lengths.count == 1 else {
            throw Refusal(400, "Content-Length was sent \(lengths.count) times")
        }
        return .length(try contentLength(length))
    }

    private static func requireChunked(_ values: [String]) throws(Refusal) {
        // Empty elements, which RFC 9110 5.6.1 lets pass in other lists, are how parsers are made to
        // disagree on the framing.
        let codings = values.flatMap { Characters.split($0, at: UInt8(ascii: ",")) }
        guard let last = codings.last, !codings.contains("") else {
            throw Refusal(400, "Transfer-Encoding holds an empty element")
        }
        for coding in codings {
            let name = coding.prefix { $0 != ";" && $0 != " " && $0 != "\t" }
            guard Characters.isToken(name.utf8) else {
                throw Refusal(400, "Transfer-Encoding is not a list of codings")
            }
        }
        let chunked = codings.filter { Characters.equalIgnoringCase($0, "chunked") }
        if codings.count == 1 && chunked.count == 1 { return }
        // RFC 9112 6.3: without a final chunked the length cannot be known; that comes before the
        // 501 for a coding that is not understood (6.1).
        guard chunked.count == 1, isChunked(last) else {
            throw Refusal(400, "chunked must be the last transfer coding and come once")
        }
        throw Refusal(501, "the only transfer coding known here is chunked")
    }

    /// Names that some gateways take for those that frame a message.
    private static func refuseLookalikes(_ headers: HTTPHeaders) throws(Refusal) {
        for field in headers.fields
        where field.name.utf8.count == 14 || field.name.utf8.count == 17 {
            for name in ["content_length", "transfer_encoding"]
            where Characters.equalIgnoringCase(field.name, name) {
                throw Refusal(400, "the field \(name) could be taken for another one")
            }
        }
    }

    private static func isChunked(_ coding: String) -> Bool {
        Characters.equalIgnoringCase(coding, "chunked")
    }

    private static func contentLength(_ text: String) throws(Refusal) -> Int {
        guard !text.isEmpty, text.utf8.allSatisfy(Characters.isDigit) else {
            throw Refusal(400, "Content-Length must be one whole number of decimal digits")
        }
        guard let value = Int(text) else {
            throw Refusal(413, "Content-Length is beyond any limit")
        }
        return value
    }

    /// Exactly one valid `Host` in HTTP/1.1, at most one before it (RFC 9112 3.2).
    static func checkHost(_ headers: HTTPHeaders, minorVersion: Int) throws(Refusal) {
        let hosts = headers.values("Host")
        guard hosts.count <= 1 else { throw Refusal(400, "more than one Host field") }
        guard let host = hosts.first else {
            guard minorVersion == 0 else { throw Refusal(400, "HTTP/1.1 needs a Host field") }
            return
        }
        guard Authority.isValid(ArraySlice(host.utf8)) else {
            throw Refusal(400, "the Host field is not a host with an optional port")
        }
    }

    /// Whether `100 Continue` is waited for; HTTP/1.0 clients cannot (RFC 9110 10.1.1).
    static func expectsContinue(
        _ headers: HTTPHeaders, minorVersion: Int
    ) throws(Refusal) -> Bool {
        guard minorVersion >= 1 else { return false }
        var expects = false
        for value in headers.values("Expect").flatMap(Characters.list) {
            guard Characters.equalIgnoringCase(value, "100-continue") else {
                throw Refusal(417, "the only expectation known here is 100-continue")
            }
            expects = true
        }
        return expects
    }

    /// Whether the connection may carry another request (RFC 9112 9.3).
    static func keepsAlive(_ headers: HTTPHeaders, minorVersion: Int) -> Bool {
        if headers.list("Connection", contains: "close") { return false }
        return minorVersion >= 1 || headers.list("Connection", contains: "keep-alive")
    }
}
