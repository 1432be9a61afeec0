/// Classes of bytes in HTTP messages (RFC 9110 5.5 and 5.6, RFC 3986 2).
enum Characters {
    static let carriageReturn: UInt8 = 13
    static let lineFeed: UInt8 = 10
    static let space: UInt8 = 32
    static let tab: UInt8 = 9

    /// A `tchar` of RFC 9110 5.6.2.
    static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"),
            UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"),
            UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// Whether the bytes are a `token` (one `tchar` or more).
    static func isToken(_ bytes: some Sequence<UInt8>) -> Bool {
        var any = false
        for byte in bytes {
            guard isToken(byte) else { return false }
            any = true
        }
        return any
    }

    /// A byte of a field value: tab, space, visible or obs-text (RFC 9110 5.5).
    static func isFieldContent(_ byte: UInt8) -> Bool {
        byte == tab || (byte >= 0x20 && byte != 0x7F)
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    static func isAlpha(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    /// The value of a hexadecimal digit, or nil.
    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Without blanks (space, tab) at either end.
    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var slice = bytes
        while let first = slice.first, isBlank(first) { slice.removeFirst() }
        while let last = slice.last, isBlank(last) { slice.removeLast() }
        return slice
    }

    /// Text of bytes that are UTF-8, else each byte as Latin-1.
    static func text(_ bytes: some Collection<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var scalars = String.UnicodeScalarView()
        for byte in bytes { scalars.append(Unicode.Scalar(byte)) }
        return String(scalars)
    }

    /// Whether two texts are equal but for the case of ASCII letters.
    static func equalIgnoringCase(_ left: String, _ right: String) -> Bool {
        let (a, b) = (left.utf8, right.utf8)
        guard a.count == b.count else { return false }
        return zip(a, b).allSatisfy { lowercased($0) == lowercased($1) }
    }

    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }

    /// The members of a comma-separated list outside quoted strings, trimmed, empty ones left out
    /// (RFC 9110 5.6.1.2).
    static func list(_ value: String) -> [String] {
        split(value, at: UInt8(ascii: ",")).filter { !$0.isEmpty }
    }

    /// The pieces between separators outside quoted strings, trimmed; empty ones stay.
    static func split(_ value: String, at separator: UInt8) -> [String] {
        let bytes = Array(value.utf8)
        var pieces: [String] = []
        var (start, quoted, index) = (0, false, 0)
        while index < bytes.count {
            let byte = bytes[index]
            if quoted && byte == UInt8(ascii: "\\") {
                index += 1
            } else if byte == UInt8(ascii: "\"") {
                quoted.toggle()
            } else if byte == separator && !quoted {
                pieces.append(text(trimmed(bytes[start..<index])))
                start = index + 1
            }
            index += 1
        }
        pieces.append(text(trimmed(bytes[start...])))
        return pieces
    }
}
