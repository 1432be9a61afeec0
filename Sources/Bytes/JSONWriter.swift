extension JSON {
    /// The value as UTF-8 text without white space.
    public var encoded: [UInt8] {
        var out: [UInt8] = []
        write(to: &out, indent: nil, depth: 0)
        return out
    }

    /// The value as UTF-8 text, indented by two spaces, with a final line feed.
    public var pretty: [UInt8] {
        var out: [UInt8] = []
        write(to: &out, indent: 2, depth: 0)
        out.append(0x0A)
        return out
    }

    /// The value as text without white space.
    public var text: String { String(decoding: encoded, as: UTF8.self) }

    /// The value with the members of every object sorted by name: one text a value.
    public var canonical: JSON {
        switch self {
        case .array(let values): .array(values.map(\.canonical))
        case .object(let members):
            .object(
                members.sorted { $0.name < $1.name }.map { Member($0.name, $0.value.canonical) })
        default: self
        }
    }

    private func write(to out: inout [UInt8], indent: Int?, depth: Int) {
        switch self {
        case .null: out += "null".utf8
        case .bool(let value): out += (value ? "true" : "false").utf8
        case .int(let value): out += String(value).utf8
        case .double(let value): Self.write(value, to: &out)
        case .string(let text): Self.write(text, to: &out)
        case .array(let values):
            Self.write(
                count: values.count, open: UInt8(ascii: "["), close: UInt8(ascii: "]"), to: &out,
                indent: indent, depth: depth
            ) { index, out in
                values[index].write(to: &out, indent: indent, depth: depth + 1)
            }
        case .object(let members):
            Self.write(
                count: members.count, open: UInt8(ascii: "{"), close: UInt8(ascii: "}"), to: &out,
                indent: indent, depth: depth
            ) { index, out in
                Self.write(members[index].name, to: &out)
                out.append(UInt8(ascii: ":"))
                if indent != nil { out.append(UInt8(ascii: " ")) }
                members[index].value.write(to: &out, indent: indent, depth: depth + 1)
            }
        }
    }

    private static func write(
        count: Int, open: UInt8, close: UInt8, to out: inout [UInt8], indent: Int?, depth: Int,
        element: (Int, inout [UInt8]) -> Void
    ) {
        out.append(open)
        for index in 0..<count {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            newLine(indent, depth + 1, to: &out)
            element(index, &out)
        }
        if count > 0 { newLine(indent, depth, to: &out) }
        out.append(close)
    }

    private static func newLine(_ indent: Int?, _ depth: Int, to out: inout [UInt8]) {
        guard let indent else { return }
        out.append(0x0A)
        out += repeatElement(UInt8(ascii: " "), count: indent * depth)
    }

    private static func write(_ value: Double, to out: inout [UInt8]) {
        guard value.isFinite else {
            out += "null".utf8
            return
        }
        // The shortest text that reads back as the same number; "1.0" is written "1".
        var text = value.description
        if text.hasSuffix(".0") { text.removeLast(2) }
        out += text.utf8
    }

    private static func write(_ text: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): out += "\\\"".utf8
            case UInt8(ascii: "\\"): out += "\\\\".utf8
            case 0x0A: out += "\\n".utf8
            case 0x0D: out += "\\r".utf8
            case 0x09: out += "\\t".utf8
            case 0..<0x20, 0x7F:
                let digits = Array("0123456789abcdef".utf8)
                out += "\\u00".utf8
                out.append(digits[Int(byte >> 4)])
                out.append(digits[Int(byte & 15)])
            default: out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
    }
}
