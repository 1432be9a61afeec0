/// The start of an element: its name and attributes, decoded only when they are asked for.
public struct XMLTag: Sendable {
    /// One attribute: places in `bytes`.
    struct Attribute: Sendable {
        var name: Range<Int>
        var value: Range<Int>
    }

    /// The tag between `<` and `>`.
    var bytes: [UInt8]
    var nameRange: Range<Int>
    var attributes: [Attribute]
    var isLatin1: Bool
    /// Line of its end, from 1.
    public internal(set) var line: Int

    /// The name without a namespace's prefix.
    public var name: String { String(decoding: bytes[local(nameRange)], as: UTF8.self) }

    /// Whether the name without a prefix is this.
    public func isNamed(_ name: String) -> Bool { bytes[local(nameRange)].elementsEqual(name.utf8) }

    /// The value of an attribute, or nil where there is none; characters that are not valid become
    /// U+FFFD.
    public subscript(name: String) -> String? {
        for attribute in attributes where bytes[local(attribute.name)].elementsEqual(name.utf8) {
            return text(bytes[attribute.value])
        }
        return nil
    }

    /// A name without its prefix.
    private func local(_ range: Range<Int>) -> Range<Int> {
        guard let colon = bytes[range].lastIndex(of: UInt8(ascii: ":")) else { return range }
        return colon + 1..<range.upperBound
    }

    private func text(_ raw: ArraySlice<UInt8>) -> String {
        var bytes = Array(raw)
        if bytes.contains(UInt8(ascii: "&")) { bytes = XMLEntities.decoded(bytes) ?? bytes }
        guard isLatin1, bytes.contains(where: { $0 >= 0x80 }) else {
            return String(decoding: bytes, as: UTF8.self)
        }
        var result = ""
        for byte in bytes { result.unicodeScalars.append(Unicode.Scalar(byte)) }
        return result
    }
}

/// The five entities of XML 1.0 (section 4.6) and references to characters; no others exist here.
enum XMLEntities {
    /// The text with every reference replaced, or nil where one is unknown.
    static func decoded(_ bytes: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var rest = bytes[...]
        while let mark = rest.firstIndex(of: UInt8(ascii: "&")) {
            result += rest[..<mark]
            guard let end = rest[mark...].prefix(12).firstIndex(of: UInt8(ascii: ";")),
                let text = character(String(decoding: rest[(mark + 1)..<end], as: UTF8.self))
            else { return nil }
            result += String(text).utf8
            rest = rest[(end + 1)...]
        }
        return result + rest
    }

    private static func character(_ name: String) -> Character? {
        switch name {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        default:
            let isHex = name.hasPrefix("#x")
            let digits = name.dropFirst(isHex ? 2 : 1)
            guard name.hasPrefix("#"), digits.utf8.first != UInt8(ascii: "+"),
                let value = UInt32(digits, radix: isHex ? 16 : 10),
                value >= 0x20 || [9, 10, 13].contains(value), let scalar = Unicode.Scalar(value)
            else { return nil }
            return Character(scalar)
        }
    }
}
