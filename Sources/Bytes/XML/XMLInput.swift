/// The bytes of an XML file, piece by piece, with the number of the line.
struct XMLInput {
    private let file: ReadableFile
    private var range: Range<Int>
    private var piece: [UInt8] = []
    private var index = 0
    /// Line from 1.
    private(set) var line = 1
    /// Bytes handed out.
    private(set) var consumed = 0

    private static let pieceSize = 256 << 10

    /// A part of a file.
    init(file: ReadableFile, range: Range<Int>) {
        self.file = file
        self.range = range
    }

    /// The next byte, or nil at the end.
    mutating func next() throws(XMLError) -> UInt8? {
        if index == piece.count {
            guard try fill() else { return nil }
        }
        let byte = piece[index]
        index += 1
        consumed += 1
        if byte == 0x0A { line += 1 }
        return byte
    }

    /// The next byte, which stays.
    mutating func peek() throws(XMLError) -> UInt8 {
        if index == piece.count {
            guard try fill() else { throw cutOff }
        }
        return piece[index]
    }

    /// Passes over a text if it is what comes next.
    mutating func accept(_ text: String) throws(XMLError) -> Bool {
        let wanted = Array(text.utf8)
        while piece.count - index < wanted.count {
            guard try fill() else { return false }
        }
        guard piece[index...].starts(with: wanted) else { return false }
        index += wanted.count
        consumed += wanted.count
        return true
    }

    /// Passes over everything up to and with a text.
    mutating func skip(past text: String) throws(XMLError) {
        let wanted = Array(text.utf8)
        var last: [UInt8] = []
        while true {
            guard let byte = try next() else { throw cutOff }
            last.append(byte)
            if last.count > wanted.count { last.removeFirst() }
            if last == wanted { return }
        }
    }

    /// The bytes before a text, which is passed over.
    mutating func through(_ text: String, limit: Int) throws(XMLError) -> [UInt8] {
        let wanted = Array(text.utf8)
        var bytes: [UInt8] = []
        while !(bytes.count >= wanted.count && bytes.suffix(wanted.count).elementsEqual(wanted)) {
            guard let byte = try next() else { throw cutOff }
            guard bytes.count < limit else { throw XMLError(line: line, "a tag of too many bytes") }
            bytes.append(byte)
        }
        return Array(bytes.dropLast(wanted.count))
    }

    /// The bytes of a tag up to the `>` that is not in quotes.
    mutating func tag(limit: Int) throws(XMLError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        var quote: UInt8 = 0
        while true {
            guard let byte = try next() else { throw cutOff }
            if quote == 0 {
                if byte == UInt8(ascii: ">") { return bytes }
                if byte == 0x22 || byte == 0x27 { quote = byte }
            } else if byte == quote {
                quote = 0
            }
            guard byte != UInt8(ascii: "<"), byte != 0 else {
                throw XMLError(line: line, "a tag without an end")
            }
            guard bytes.count < limit else { throw XMLError(line: line, "a tag of too many bytes") }
            bytes.append(byte)
        }
    }

    private var cutOff: XMLError { XMLError(line: line, "the file is cut off") }

    /// Reads on, keeping what was not handed out.
    private mutating func fill() throws(XMLError) -> Bool {
        guard !range.isEmpty else { return false }
        let count = min(Self.pieceSize, range.count)
        do throws(FileError) {
            let bytes = try file.read(count, at: range.lowerBound)
            piece = index == piece.count ? bytes : Array(piece[index...]) + bytes
        } catch { throw XMLError(line: line, error.description) }
        index = 0
        range = range.lowerBound + count..<range.upperBound
        return true
    }
}
