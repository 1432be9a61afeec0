/// The status line and fields of an answer as bytes, with the framing decided.
struct ResponseHead {
    var bytes: [UInt8]
    /// Where in `bytes` the fields begin that differ between answers to the same request.
    var changingFields: Int
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

        bytes = []
        bytes.reserveCapacity(640)
        Self.append("HTTP/1.1 \(response.status) ", to: &bytes)
        Self.append(StatusText.phrase(response.status), to: &bytes)
        Self.append("\r\n", to: &bytes)
        for (name, value) in response.headers.fields where !Self.isOurs(name) {
            Self.append(name, to: &bytes)
            Self.append(": ", to: &bytes)
            Self.appendClean(value, to: &bytes)
            Self.append("\r\n", to: &bytes)
        }
        Self.append("Server: seam\r\n", to: &bytes)
        if isChunked {
            Self.append("Transfer-Encoding: chunked\r\n", to: &bytes)
        } else if mayHaveBody, let length {
            Self.append("Content-Length: \(length)\r\n", to: &bytes)
        }
        if !self.keepsAlive {
            Self.append("Connection: close\r\n", to: &bytes)
        } else if exchange.minorVersion == 0 {
            Self.append("Connection: keep-alive\r\n", to: &bytes)
        }
        changingFields = bytes.count
        Self.appendChangingFields(id: exchange.id, to: &bytes)
    }

    /// Appends `Date`, `X-Request-Id` and the empty line.
    static func appendChangingFields(id: String, to bytes: inout [UInt8]) {
        append("Date: ", to: &bytes)
        append(HTTPDate.current, to: &bytes)
        append("\r\nX-Request-Id: ", to: &bytes)
        append(id, to: &bytes)
        append("\r\n\r\n", to: &bytes)
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: text.utf8)
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
    private static func appendClean(_ value: String, to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: value.utf8)
        for index in start..<bytes.count where !Characters.isFieldContent(bytes[index]) {
            bytes[index] = Characters.space
        }
    }
}
