import Bytes

/// The lines of a text and the fields of a line, without copies.
struct AsciiText {
    /// What stands between two fields.
    enum Separator: Equatable {
        /// Any run of blanks and tabs.
        case blanks
        /// One tab, comma or semicolon, with blanks around it.
        case byte(UInt8)
    }

    /// All bytes.
    let bytes: UnsafeRawBufferPointer

    /// The line that begins at an offset, without its end, and where the next one begins.
    func line(at start: Int) -> (line: UnsafeRawBufferPointer, next: Int) {
        var end = start
        while end < bytes.count, bytes[end] != 0x0A { end &+= 1 }
        let next = end &+ 1
        if end > start, bytes[end &- 1] == 0x0D { end &-= 1 }
        return (UnsafeRawBufferPointer(rebasing: bytes[start..<end]), next)
    }

    /// Blank, tab and carriage return.
    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    /// The next field from `p`, which then stands behind it; nil at the end of the line.
    ///
    /// With a separator of one byte a field may be empty, and the last one ends the line.
    @inline(__always)
    static func field(
        _ line: UnsafeRawBufferPointer, _ p: inout Int, _ separator: Separator
    ) -> UnsafeRawBufferPointer? {
        switch separator {
        case .blanks:
            while p < line.count, isBlank(line[p]) { p &+= 1 }
            guard p < line.count else { return nil }
            let start = p
            while p < line.count, !isBlank(line[p]) { p &+= 1 }
            return UnsafeRawBufferPointer(rebasing: line[start..<p])
        case .byte(let mark):
            guard p <= line.count else { return nil }
            var start = p
            while p < line.count, line[p] != mark { p &+= 1 }
            var end = p
            p &+= 1
            while start < end, isBlank(line[start]) { start &+= 1 }
            while end > start, isBlank(line[end &- 1]) { end &-= 1 }
            return UnsafeRawBufferPointer(rebasing: line[start..<end])
        }
    }

    /// All fields of a line.
    static func fields(
        _ line: UnsafeRawBufferPointer, _ separator: Separator
    ) -> [UnsafeRawBufferPointer] {
        var fields: [UnsafeRawBufferPointer] = []
        var p = 0
        while let field = field(line, &p, separator) { fields.append(field) }
        return fields
    }

    /// What was expected and the text that was found, fit for a message.
    static func expected(
        _ what: String, found: UnsafeRawBufferPointer, line: Int
    ) -> AsciiProblem {
        let text = String(decoding: found.prefix(200), as: UTF8.self)
        let shown = printable(String(text.map { $0 == "\t" ? " " : $0 }), limit: 40)
        return AsciiProblem(line: line, detail: "expected \(what), found \"\(shown)\"")
    }

    /// A coordinate or the number of a layer.
    static func coordinate(
        _ field: UnsafeRawBufferPointer, _ name: String, line: Int
    ) throws(AsciiProblem) -> Int {
        guard let number = NumberText.parse(field), number >= 0,
            number <= Double(AsciiParser.largestCoordinate), number == number.rounded(.down)
        else {
            throw expected(
                "a whole number from 0 to \(AsciiParser.largestCoordinate) as \(name)",
                found: field, line: line)
        }
        return Int(number)
    }

    /// A count.
    @inline(__always)
    static func count(
        _ field: UnsafeRawBufferPointer, line: Int
    ) throws(AsciiProblem) -> Double {
        guard let value = NumberText.parse(field), value >= 0, value <= AsciiParser.largestCount
        else {
            throw expected("a count (a number from 0 to 1e15)", found: field, line: line)
        }
        // Adding zero makes a negative zero a plain one.
        return value + 0
    }
}
