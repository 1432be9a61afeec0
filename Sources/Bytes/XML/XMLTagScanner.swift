/// Splits a start tag into its name and attributes.
struct XMLTagScanner {
    private let bytes: [UInt8]
    private let line: Int
    private let limit: Int
    private var index = 0
    /// Whether the tag ends with `/`, so that the element ends with it.
    private(set) var isEmptyElement = false

    /// A tag without `<` and `>`.
    init(bytes: [UInt8], line: Int, limit: Int) {
        self.bytes = bytes
        self.line = line
        self.limit = limit
    }

    /// The tag.
    ///
    /// - Throws: `XMLError` where it is not well-formed.
    mutating func tag(isLatin1: Bool) throws(XMLError) -> XMLTag {
        let name = try nameRange()
        var attributes: [XMLTag.Attribute] = []
        while true {
            let hadBlank = skipBlanks()
            if index == bytes.count { break }
            if bytes[index] == UInt8(ascii: "/") {
                guard index == bytes.count - 1 else { throw error("a / inside a tag") }
                isEmptyElement = true
                break
            }
            guard hadBlank else { throw error("no blank between two attributes") }
            guard attributes.count < limit else { throw error("more than \(limit) attributes") }
            let attribute = try attribute()
            guard
                !attributes.contains(where: { bytes[$0.name].elementsEqual(bytes[attribute.name]) })
            else { throw error("an attribute that is there twice") }
            attributes.append(attribute)
        }
        return XMLTag(
            bytes: bytes, nameRange: name, attributes: attributes, isLatin1: isLatin1, line: line)
    }

    private func error(_ what: String) -> XMLError { XMLError(line: line, what) }

    /// Blank, tab, or the end of a line.
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    private mutating func skipBlanks() -> Bool {
        let start = index
        while index < bytes.count, Self.isBlank(bytes[index]) { index += 1 }
        return index > start
    }

    private mutating func nameRange() throws(XMLError) -> Range<Int> {
        let start = index
        while index < bytes.count {
            let byte = bytes[index]
            let isLetter = (0x41...0x5A).contains(byte & 0xDF) || byte >= 0x80
            let isOther = (0x30...0x3A).contains(byte) || byte == 0x2D || byte == 0x2E
            guard isLetter || byte == 0x5F || byte == 0x3A || (isOther && index > start) else {
                break
            }
            index += 1
        }
        guard index > start else { throw error("a name was expected in a tag") }
        return start..<index
    }

    private mutating func attribute() throws(XMLError) -> XMLTag.Attribute {
        let name = try nameRange()
        _ = skipBlanks()
        guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else {
            throw error("an attribute without a value")
        }
        index += 1
        _ = skipBlanks()
        guard index < bytes.count, bytes[index] == 0x22 || bytes[index] == 0x27 else {
            throw error("an attribute's value without quotes")
        }
        let start = index + 1
        guard let end = bytes[start...].firstIndex(of: bytes[index]) else {
            throw error("an attribute's value without an end")
        }
        index = end + 1
        if bytes[start..<end].contains(UInt8(ascii: "&")) {
            guard XMLEntities.decoded(Array(bytes[start..<end])) != nil else {
                throw error("an entity other than &lt; &gt; &amp; &quot; &apos;")
            }
        }
        return XMLTag.Attribute(name: name, value: start..<end)
    }
}
