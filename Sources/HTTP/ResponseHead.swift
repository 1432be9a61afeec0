/// The status line and fields of an answer as bytes, with the framing decided.
struct ResponseHead {
    var bytes: [UInt8]
    /// Whether the body follows: not to `HEAD`, and not with 204 or 304.
    var sendsBody: Bool
    var isChunked: Bool
    /// Whether another request may follow on the connection.
    var keepsAlive: Bool

    init(response: HTTPResponse, exchange: Exchange, keepsAlive: Bool) {
        let mayHaveBody = response.status != 204 && response.status != 304
        let length = response.bodyLength
        sendsBody = mayHaveBody && !exchange.isHead
        isChunked = mayHaveBody && length == nil && exchange.minorVersion >= 1
        // Without a length HTTP/1.0 ends a body by closing.
        let endsByClosing = sendsBody && length == nil && !isChunked
        self.keepsAlive = keepsAlive && !endsByClosing

        var text = "HTTP/1.1 \(response.status) \(StatusText.phrase(response.status))\r\n"
        for (name, value) in response.headers.fields where !Self.isOurs(name) {
            text += "\(name): \(Self.clean(value))\r\n"
        }
        text += "Date: \(HTTPDate.current)\r\nServer: seam\r\n"
        text += "X-Request-Id: \(exchange.id)\r\n"
        if isChunked {
            text += "Transfer-Encoding: chunked\r\n"
        } else if mayHaveBody, let length {
            text += "Content-Length: \(length)\r\n"
        }
        if !self.keepsAlive {
            text += "Connection: close\r\n"
        } else if exchange.minorVersion == 0 {
            text += "Connection: keep-alive\r\n"
        }
        bytes = Array((text + "\r\n").utf8)
    }

    /// Fields the server writes, and names that are no token.
    private static func isOurs(_ name: String) -> Bool {
        guard Characters.isToken(name.utf8) else { return true }
        return ours.contains { Characters.equalIgnoringCase($0, name) }
    }

    private static let ours = [
        "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Date", "Server",
        "X-Request-Id",
    ]

    /// The value with a space for each control character, so that no value can end its line.
    private static func clean(_ value: String) -> String {
        guard !value.utf8.allSatisfy(Characters.isFieldContent) else { return value }
        let bytes = value.utf8.map { Characters.isFieldContent($0) ? $0 : Characters.space }
        return String(decoding: bytes, as: UTF8.self)
    }
}
