/// Why a text is not JSON, and where.
public struct JSONError: Error, Sendable, Hashable {
    /// What was expected.
    public var detail: String
    /// Byte offset from the start.
    public var offset: Int
}

extension JSON {
    /// Parses one JSON text (RFC 8259), strictly: UTF-8, no member twice, nothing after the value.
    ///
    /// - Parameters:
    ///   - bytes: The text; a byte order mark is refused.
    ///   - depth: Deepest nesting accepted.
    /// - Throws: `JSONError` naming the place.
    /// - Complexity: O(n), and O(m log m) for an object of m members.
    public static func parse(_ bytes: [UInt8], depth: Int = 64) throws(JSONError) -> JSON {
        var parser = JSONParser(bytes: bytes, depth: depth)
        return try parser.document()
    }
}

private struct JSONParser {
    let bytes: [UInt8]
    let depth: Int
    var at = 0

    init(bytes: [UInt8], depth: Int) {
        self.bytes = bytes
        self.depth = depth
    }

    mutating func document() throws(JSONError) -> JSON {
        let result = try value(depth)
        skipSpace()
        if at < bytes.count { throw fail("expected the end of the text") }
        return result
    }

    func fail(_ detail: String) -> JSONError { JSONError(detail: detail, offset: at) }

    mutating func skipSpace() {
        while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes[at] == byte else { return false }
        at += 1
        return true
    }

    mutating func value(_ room: Int) throws(JSONError) -> JSON {
        skipSpace()
        guard at < bytes.count else { throw fail("expected a value") }
        guard room > 0 else { throw fail("nested too deeply (at most \(depth) levels)") }
        switch bytes[at] {
        case UInt8(ascii: "{"): return try object(room)
        case UInt8(ascii: "["): return try array(room)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    mutating func word(_ text: String, _ result: JSON) throws(JSONError) -> JSON {
        guard bytes[at...].starts(with: text.utf8) else { throw fail("expected a value") }
        at += text.utf8.count
        return result
    }

    mutating func array(_ room: Int) throws(JSONError) -> JSON {
        at += 1
        var values: [JSON] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(values) }
        while true {
            values.append(try value(room - 1))
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(values) }
            guard take(UInt8(ascii: ",")) else { throw fail("expected , or ]") }
        }
    }

    mutating func object(_ room: Int) throws(JSONError) -> JSON {
        at += 1
        var members: [JSON.Member] = []
        var names: Set<String> = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else {
                throw fail("expected a member's name in double quotes")
            }
            let start = at
            let name = try string()
            guard names.insert(name).inserted else {
                at = start
                throw fail("the member \"\(name.prefix(40))\" stands twice")
            }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw fail("expected :") }
            members.append(JSON.Member(name, try value(room - 1)))
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw fail("expected , or }") }
        }
    }

    mutating func number() throws(JSONError) -> JSON {
        let start = at
        var whole = true
        _ = take(UInt8(ascii: "-"))
        let first = at
        guard digits() else {
            at = start
            throw fail("expected a value")
        }
        if bytes[first] == UInt8(ascii: "0"), at - first > 1 {
            at = first
            throw fail("a number has no leading zero")
        }
        if take(UInt8(ascii: ".")) {
            whole = false
            guard digits() else { throw fail("expected a digit") }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            whole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() else { throw fail("expected a digit") }
        }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        if whole, let value = Int(text) { return .int(value) }
        guard let value = Double(text), value.isFinite else {
            at = start
            throw fail("a number too large")
        }
        return .double(value)
    }

    mutating func digits() -> Bool {
        let start = at
        while at < bytes.count, (0x30...0x39).contains(bytes[at]) { at += 1 }
        return at > start
    }

    mutating func string() throws(JSONError) -> String {
        let start = at
        at += 1
        var text: [UInt8] = []
        while at < bytes.count {
            let byte = bytes[at]
            switch byte {
            case UInt8(ascii: "\""):
                at += 1
                guard let result = String(validating: text, as: UTF8.self) else {
                    at = start
                    throw fail("a string that is not UTF-8")
                }
                return result
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw fail("a control character in a string is written \\u00XX")
            default:
                text.append(byte)
                at += 1
            }
        }
        at = start
        throw fail("a string that does not end")
    }

    mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        at += 1
        guard at < bytes.count else { throw fail("expected an escape") }
        let byte = bytes[at]
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text += Array(String(Character(try scalar())).utf8)
        default: throw fail("an unknown escape")
        }
    }

    mutating func scalar() throws(JSONError) -> Unicode.Scalar {
        var code = try hexadecimal()
        if (0xD800..<0xDC00).contains(code) {
            guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
                throw fail("a high surrogate without its low one")
            }
            let low = try hexadecimal()
            guard (0xDC00..<0xE000).contains(low) else {
                throw fail("a high surrogate without its low one")
            }
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw fail("a lone low surrogate") }
        return scalar
    }

    mutating func hexadecimal() throws(JSONError) -> UInt32 {
        guard at + 4 <= bytes.count else { throw fail("expected four hexadecimal digits") }
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[at])).hexDigitValue else {
                throw fail("expected four hexadecimal digits")
            }
            code = code << 4 | UInt32(digit)
            at += 1
        }
        return code
    }
}
