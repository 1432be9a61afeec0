import Imaging

/// Parses one wide table: X, Y and a column of counts an ion.
///
/// Columns are read in blocks, so that memory is the images, 4 bytes a row and one block of
/// 256 MiB; time is O(bytes x blocks).
struct AsciiTable {
    /// One column.
    struct Column: Sendable {
        /// Its name as the file has it; empty where it has none.
        let name: String
        /// Its counts.
        let image: AsciiImage
    }

    private let text: AsciiText
    private let preamble: AsciiPreamble
    private let names: [String]
    private let skipped: Int
    private var lines = AsciiLines()
    private var positions: [UInt32] = []

    /// Values in one block.
    private static let blockSize = 32 << 20

    private init(
        _ text: AsciiText, _ preamble: AsciiPreamble, names: [String], skipped: Int
    ) {
        self.text = text
        self.preamble = preamble
        self.names = names
        self.skipped = skipped
        lines.facts = preamble.facts
    }

    /// The columns in the order of the file.
    ///
    /// - Throws: `AsciiProblem` with the line.
    static func columns(
        _ text: AsciiText, _ preamble: AsciiPreamble, names: [String], skipped: Int,
        missingAsZero: Bool
    ) throws(AsciiProblem) -> [Column] {
        var table = AsciiTable(text, preamble, names: names, skipped: skipped)
        let rows = table.mostRows
        let step = max(1, min(names.count, blockSize / max(rows, 1)))
        var columns: [Column] = []
        for start in stride(from: 0, to: names.count, by: step) {
            let block = start..<min(start + step, names.count)
            let values = try table.read(block)
            table.lines.positions = table.positions
            for index in block.indices {
                table.lines.values = values[index - start]
                columns.append(
                    Column(
                        name: names[index],
                        image: try AsciiImage(table.lines, missingAsZero: missingAsZero)))
            }
        }
        return columns
    }

    /// The number of lines from the first one of data, at least the number of rows.
    private var mostRows: Int {
        var count = 1
        var position = preamble.start
        while position < text.bytes.count {
            if text.bytes[position] == 0x0A { count += 1 }
            position += 1
        }
        return count
    }

    /// Some columns, one array each; the first call also keeps the pixels.
    private mutating func read(_ block: Range<Int>) throws(AsciiProblem) -> [[Double]] {
        var values = [[Double]](repeating: [], count: block.count)
        let isFirst = block.lowerBound == 0
        var position = preamble.start
        var number = preamble.line - 1
        var last = -1
        while position < text.bytes.count {
            let (line, next) = text.line(at: position)
            position = next
            number += 1
            guard let mark = line.first(where: { !AsciiText.isBlank($0) }), mark != 0x23 else {
                continue
            }
            if isFirst, number != last + 1 { lines.lineJumps.append((positions.count, number)) }
            last = number
            try read(line, number, block, isFirst, &values)
        }
        return values
    }

    private mutating func read(
        _ line: UnsafeRawBufferPointer, _ number: Int, _ block: Range<Int>, _ isFirst: Bool,
        _ values: inout [[Double]]
    ) throws(AsciiProblem) {
        var p = 0
        var count = 0
        var x = 0
        while let field = AsciiText.field(line, &p, preamble.separator) {
            let column = count - skipped - 2
            count += 1
            if column >= 0 {
                guard block.contains(column) else { continue }
                values[column - block.lowerBound].append(try AsciiText.count(field, line: number))
            } else if isFirst, column == -2 {
                x = try AsciiText.coordinate(field, "X", line: number)
            } else if isFirst, column == -1 {
                try keep(x, try AsciiText.coordinate(field, "Y", line: number), number)
            }
        }
        guard count == names.count + skipped + 2 else {
            throw AsciiText.expected(
                "\(names.count + skipped + 2) fields, as in line \(preamble.line), found \(count)",
                found: line, line: number)
        }
    }

    private mutating func keep(_ x: Int, _ y: Int, _ number: Int) throws(AsciiProblem) {
        let pixel = PixelBox(minX: x, maxX: x, minY: y, maxY: y)
        lines.box = positions.isEmpty ? pixel : lines.box.union(pixel)
        positions.append(UInt32(y << 16 | x))
        guard lines.box.width <= AsciiParser.largestSide,
            lines.box.height <= AsciiParser.largestSide
        else {
            throw AsciiProblem(
                line: number,
                detail: "expected an image of at most \(AsciiParser.largestSide) pixels a side,"
                    + " found \(lines.box.width) x \(lines.box.height)",
                isLimit: true)
        }
    }
}
