/// Reads the elements of an XML file one after another (XML 1.0, well-formedness of tags).
///
/// Text between tags is passed over. UTF-8 and ISO-8859-1 are read. A DOCTYPE is refused, so that
/// there are no entities but the five and nothing is ever fetched from elsewhere. Memory is one tag
/// and one piece of the file.
public struct XMLReader {
    /// What comes next.
    public enum Event {
        /// An element begins.
        case start(XMLTag)
        /// The innermost element ends.
        case end
    }

    /// The byte order mark of UTF-8.
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private var input: XMLInput
    private let limits: XMLLimits
    private var open: [[UInt8]] = []
    private var isEmptyElement = false
    private var isRootClosed = false
    private var isLatin1 = false

    /// A reader of a part of a file.
    public init(_ file: ReadableFile, in range: Range<Int>, limits: XMLLimits = XMLLimits()) {
        input = XMLInput(file: file, range: range)
        self.limits = limits
    }

    /// The line that is being read, from 1.
    public var line: Int { input.line }

    /// How many elements are open.
    public var depth: Int { open.count }

    /// Bytes read so far.
    public var position: Int { input.consumed }

    /// The next start or end of an element; nil after the root has ended.
    ///
    /// - Throws: `XMLError` where the file is not well-formed, ends early or is beyond a limit.
    public mutating func next() throws(XMLError) -> Event? {
        if isEmptyElement {
            isEmptyElement = false
            return close()
        }
        while try toTag() {
            switch try input.peek() {
            case UInt8(ascii: "?"): try instruction()
            case UInt8(ascii: "!"): try declaration()
            case UInt8(ascii: "/"): return try endTag()
            default: return try startTag()
            }
        }
        guard isRootClosed else {
            throw error(open.isEmpty ? "there is no element" : "the file ends inside an element")
        }
        return nil
    }

    private func error(_ what: String) -> XMLError { XMLError(line: input.line, what) }

    /// Passes over text to the next `<`; false at the end of the file.
    private mutating func toTag() throws(XMLError) -> Bool {
        let isOutside = open.isEmpty
        while let byte = try input.next() {
            if byte == UInt8(ascii: "<") { return true }
            if byte == 0 { throw error("a byte 0") }
            guard isOutside else { continue }
            let isMark = input.consumed <= 3 && Self.mark.contains(byte)
            guard XMLTagScanner.isBlank(byte) || isMark else {
                throw error("text outside of the root element")
            }
        }
        return false
    }

    private mutating func close() -> Event {
        open.removeLast()
        if open.isEmpty { isRootClosed = true }
        return .end
    }

    private mutating func instruction() throws(XMLError) {
        let text = try input.through("?>", limit: limits.tagSize)
        guard text.starts(with: "?xml ".utf8) else { return }
        var scanner = XMLTagScanner(
            bytes: Array(text.dropFirst()), line: input.line, limit: limits.attributes)
        let name = try scanner.tag(isLatin1: false)["encoding"]?.lowercased() ?? "utf-8"
        switch name {
        case "utf-8", "us-ascii", "ascii": isLatin1 = false
        case "iso-8859-1", "latin1", "windows-1252": isLatin1 = true
        default: throw error("the encoding \(printable(name, limit: 40)) is not read")
        }
    }

    private mutating func declaration() throws(XMLError) {
        if try input.accept("!--") {
            try input.skip(past: "-->")
        } else if !open.isEmpty, try input.accept("![CDATA[") {
            try input.skip(past: "]]>")
        } else {
            throw error("a DOCTYPE or another declaration, which is not read")
        }
    }

    private mutating func endTag() throws(XMLError) -> Event {
        let text = try input.through(">", limit: limits.tagSize)
        var name = text.dropFirst()[...]
        while let last = name.last, XMLTagScanner.isBlank(last) { name.removeLast() }
        guard let innermost = open.last, name.elementsEqual(innermost) else {
            throw error(
                "</\(printable(String(decoding: name, as: UTF8.self), limit: 40))> ends nothing")
        }
        return close()
    }

    private mutating func startTag() throws(XMLError) -> Event {
        guard !isRootClosed else { throw error("a second root element") }
        guard open.count < limits.depth else {
            throw error("more than \(limits.depth) elements inside each other")
        }
        let bytes = try input.tag(limit: limits.tagSize)
        var scanner = XMLTagScanner(bytes: bytes, line: input.line, limit: limits.attributes)
        let tag = try scanner.tag(isLatin1: isLatin1)
        open.append(Array(bytes[tag.nameRange]))
        isEmptyElement = scanner.isEmptyElement
        return .start(tag)
    }
}
