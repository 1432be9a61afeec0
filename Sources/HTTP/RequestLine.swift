/// Method, target and version (RFC 9112 3).
struct RequestLine: Sendable {
    var method: String
    var target: ArraySlice<UInt8>
    var minorVersion: Int

    /// Parses a line that ends in LF: three parts, one space between them, nothing else.
    init(_ line: ArraySlice<UInt8>) throws(Refusal) {
        let content = try FieldLine.content(line)
        let parts = content.split(separator: Characters.space, omittingEmptySubsequences: false)
        guard parts.count == 3 else {
            throw Refusal(400, "a request line is a method, a target and a version")
        }
        guard Characters.isToken(parts[0]) else { throw Refusal(400, "the method is not a token") }
        guard !parts[1].isEmpty, parts[1].allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Refusal(400, "the target holds a character that must be percent-encoded")
        }
        minorVersion = try Self.minorVersion(parts[2])
        method = String(decoding: parts[0], as: UTF8.self)
        target = parts[1]
    }

    /// "HTTP/1.x": the minor version, later ones taken as 1 (RFC 9110 2.5).
    private static func minorVersion(_ bytes: ArraySlice<UInt8>) throws(Refusal) -> Int {
        let version = Array(bytes)
        guard version.count == 8, version.starts(with: Array("HTTP/".utf8)),
            Characters.isDigit(version[5]), version[6] == UInt8(ascii: "."),
            Characters.isDigit(version[7])
        else { throw Refusal(400, "the version must be HTTP/1.1 or HTTP/1.0") }
        guard version[5] == UInt8(ascii: "1") else {
            throw Refusal(505, "the versions spoken here are HTTP/1.1 and HTTP/1.0")
        }
        return version[7] == UInt8(ascii: "0") ? 0 : 1
    }

    /// The checked head made of this line and its fields.
    ///
    /// Framing is checked first: what is wrong with it must close the connection whatever else the
    /// request asks for.
    func head(with headers: HTTPHeaders) throws(Refusal) -> RequestHead {
        let framing = try FramingRules.framing(headers, minorVersion: minorVersion)
        try FramingRules.checkHost(headers, minorVersion: minorVersion)
        guard method != "CONNECT" else { throw Refusal(501, "this server is no proxy") }
        let parts = try parsedTarget()
        return RequestHead(
            method: method, target: String(decoding: target, as: UTF8.self), headers: headers,
            minorVersion: minorVersion, framing: framing,
            expectsContinue: try FramingRules.expectsContinue(headers, minorVersion: minorVersion),
            keepsAlive: FramingRules.keepsAlive(headers, minorVersion: minorVersion),
            parts: parts)
    }

    private func parsedTarget() throws(Refusal) -> RequestTarget {
        do throws(RequestTarget.Malformed) {
            return try RequestTarget(target, method: method)
        } catch {
            throw Refusal(400, error.reason)
        }
    }
}
