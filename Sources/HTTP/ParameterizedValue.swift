/// A value with parameters, such as `form-data; name="a"` (RFC 9110 5.6.6).
struct ParameterizedValue {
    /// The value before the first ";", in lower case.
    var value: String
    private var parameters: [(name: String, value: String)] = []

    init(_ text: String) {
        let pieces = Characters.split(text, at: UInt8(ascii: ";"))
        value = pieces[0].lowercased()
        for piece in pieces.dropFirst() {
            guard let equals = piece.firstIndex(of: "=") else { continue }
            let name = piece[..<equals].lowercased()
            parameters.append((name, Self.unquoted(String(piece[piece.index(after: equals)...]))))
        }
    }

    /// The first parameter of that name (given in lower case).
    subscript(_ name: String) -> String? {
        parameters.first { $0.name == name }?.value
    }

    /// `name*=UTF-8''percent-encoded` decoded (RFC 8187), nil where it is missing or broken.
    func extended(_ name: String) -> String? {
        guard let raw = self[name + "*"] else { return nil }
        let parts = raw.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3,
            let bytes = PercentEncoding.decode(ArraySlice(parts[2].utf8), plusIsSpace: false),
            bytes.allSatisfy(Characters.isFieldContent)
        else { return nil }
        switch parts[0].lowercased() {
        case "utf-8": return String(validating: bytes, as: UTF8.self)
        case "iso-8859-1":
            return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        default: return nil
        }
    }

    /// The content of a quoted string, or the token as it is.
    ///
    /// A backslash escapes only a quote or a backslash, since old browsers send paths unescaped;
    /// %22 is how browsers and curl write a quote (WHATWG HTML, multipart/form-data).
    private static func unquoted(_ text: String) -> String {
        guard text.utf8.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
        var bytes: [UInt8] = []
        var escaped = false
        for byte in text.utf8.dropFirst().dropLast() {
            let isSpecial = byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\"")
            if escaped && !isSpecial { bytes.append(UInt8(ascii: "\\")) }
            if byte == UInt8(ascii: "\\") && !escaped {
                escaped = true
                continue
            }
            bytes.append(byte)
            escaped = false
        }
        if escaped { bytes.append(UInt8(ascii: "\\")) }
        return String(decoding: bytes, as: UTF8.self).split(
            separator: "%22", omittingEmptySubsequences: false
        ).joined(separator: "\"")
    }
}
