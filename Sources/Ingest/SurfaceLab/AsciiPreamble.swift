/// What stands before the first line of data, and the shape of the data, told from that line and
/// from the names of columns above it.
///
/// A line of three numbers begins a list of pixels (X Y count), one of four numbers a list by layer
/// (X Y layer count), unless names of columns say that it is a table. A line of five numbers or more
/// begins a table where names of as many columns stand above it, X and Y first, else a matrix.
struct AsciiPreamble {
    /// The shapes a text can have.
    enum Shape: Equatable {
        /// `X Y count`, also whatever is no data at all: for `AsciiParser`.
        case list
        /// `X Y layer count`.
        case layers
        /// X, Y and one column a name; `skipped` columns come before X.
        case table(names: [String], skipped: Int)
        /// Rows of an image.
        case matrix(width: Int)
    }

    /// The shape of the data.
    private(set) var shape = Shape.list
    /// How the data's fields are separated.
    private(set) var separator = AsciiText.Separator.blanks
    /// Where the first line of data begins.
    private(set) var start = 0
    /// Number of that line, from 1.
    private(set) var line = 1
    /// What the header says.
    private(set) var facts = HeaderFacts()

    /// Lines before the data that are looked at.
    private static let longest = 1_000
    /// Most columns or numbers in a row.
    static let mostFields = 65_536

    /// Looks at the beginning of a text.
    init(_ text: AsciiText) {
        var headers: [Range<Int>] = []
        var sawComment = false
        var position = text.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while position < text.bytes.count, line <= Self.longest {
            let (content, next) = text.line(at: position)
            let isComment = content.first { !AsciiText.isBlank($0) } == UInt8(ascii: "#")
            if isComment {
                sawComment = true
            } else if let found = Self.numbers(content, sawComment: sawComment) {
                start = position
                separator = found.separator
                shape = Self.shape(found.count, separator) { separators in
                    for header in headers.suffix(20).reversed() {
                        if let names = Self.names(text.bytes, header, found.count, separators) {
                            return names
                        }
                    }
                    return nil
                }
                return
            }
            if !content.isEmpty {
                headers.append(position..<position + content.count)
                facts.take(content)
            }
            position = next
            line += 1
        }
    }

    /// How many numbers a line has if it is one of data; nil for a line of the header.
    private static func numbers(
        _ line: UnsafeRawBufferPointer, sawComment: Bool
    ) -> (count: Int, separator: AsciiText.Separator)? {
        for separator in [.blanks, .byte(0x2C), .byte(0x3B)] as [AsciiText.Separator] {
            var p = 0
            var numbers = 0
            var isWord = false
            while !isWord, let field = AsciiText.field(line, &p, separator) {
                isWord = NumberText.parse(field) == nil
                if !isWord { numbers += 1 }
            }
            if !isWord, numbers > 2 { return (numbers, separator) }
            // A line that only begins like data is the list parser's, which says what is wrong.
            if separator == .blanks, numbers > 1 || (sawComment && numbers > 0) {
                return isWord || sawComment ? (3, .blanks) : nil
            }
        }
        return nil
    }

    private static func shape(
        _ count: Int, _ separator: AsciiText.Separator,
        names: (_ separators: [AsciiText.Separator]) -> [String]?
    ) -> Shape {
        guard count > 3 || separator != .blanks else { return .list }
        guard count <= mostFields else { return .list }
        let separators: [AsciiText.Separator] =
            separator == .blanks ? [.byte(0x09), .blanks] : [separator]
        if let names = names(separators), let skipped = skipped(names) {
            let columns = Array(names[(skipped + 2)...])
            if !(columns.count == 2 && isLayered(columns)) {
                return .table(names: columns, skipped: skipped)
            }
        }
        switch count {
        case 3: return .table(names: [""], skipped: 0)
        case 4: return .layers
        default: return .matrix(width: count)
        }
    }

    /// The names of columns in a line of the header, if it has as many as the data.
    private static func names(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ count: Int,
        _ separators: [AsciiText.Separator]
    ) -> [String]? {
        var line = UnsafeRawBufferPointer(rebasing: bytes[range])
        while let first = line.first, AsciiText.isBlank(first) || first == UInt8(ascii: "#") {
            line = UnsafeRawBufferPointer(rebasing: line[1...])
        }
        for separator in separators {
            var fields: [UnsafeRawBufferPointer] = []
            var p = 0
            while fields.count <= count, let field = AsciiText.field(line, &p, separator) {
                fields.append(field)
            }
            guard fields.count == count else { continue }
            return fields.map {
                String(decoding: $0.prefix(200), as: UTF8.self)
                    .filter { $0 != "\"" }.trimmingBlanks
            }
        }
        return nil
    }

    /// How many columns stand before X and Y: none, or one that counts rows.
    private static func skipped(_ names: [String]) -> Int? {
        for skipped in 0...1 where names.count > skipped + 2 {
            guard isAxis(names[skipped], "x"), isAxis(names[skipped + 1], "y") else { continue }
            return skipped
        }
        return nil
    }

    /// `x`, `X (px)`, `x_px` and so on.
    private static func isAxis(_ name: String, _ axis: Character) -> Bool {
        let lower = name.lowercased()
        guard lower.first == axis else { return false }
        return lower.dropFirst().first.map { !$0.isLetter && !$0.isNumber } ?? true
    }

    /// Whether two columns are the number of a layer and a count.
    private static func isLayered(_ columns: [String]) -> Bool {
        let (layer, count) = (columns[0].lowercased(), columns[1].lowercased())
        return isAxis(layer, "z") || isAxis(count, "i")
            || ["layer", "slice", "scan", "level", "depth", "frame"].contains {
                layer.hasPrefix($0)
            }
            || ["intens", "count", "value"].contains { count.hasPrefix($0) }
    }
}

extension String {
    /// Without blanks at both ends.
    fileprivate var trimmingBlanks: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace { text = text.dropFirst() }
        while let last = text.last, last.isWhitespace { text = text.dropLast() }
        return String(text)
    }
}
