import Imaging

/// Parses a file whose lines are the rows of one image.
///
/// Time is O(bytes); memory at most four times the file.
enum AsciiMatrix {
    /// The image: X is the place in a row, Y the row, both from 0.
    ///
    /// - Throws: `AsciiProblem` with the line where a row has another length or a field is no count.
    static func image(
        _ text: AsciiText, _ preamble: AsciiPreamble, width: Int
    ) throws(AsciiProblem) -> AsciiImage {
        guard width <= AsciiParser.largestSide else { throw tooLarge(preamble.line, width) }
        var values: [Double] = []
        var position = preamble.start
        var number = preamble.line - 1
        var last = preamble.line
        var height = 0
        while position < text.bytes.count {
            let (line, next) = text.line(at: position)
            position = next
            number += 1
            guard let mark = line.first(where: { !AsciiText.isBlank($0) }), mark != 0x23 else {
                continue
            }
            var p = 0
            var count = 0
            while let field = AsciiText.field(line, &p, preamble.separator) {
                count += 1
                guard count <= width else { break }
                values.append(try AsciiText.count(field, line: number))
            }
            guard count == width else {
                throw AsciiText.expected(
                    "\(width) numbers, as in line \(preamble.line) (a row of the image), found"
                        + " \(count > width ? "more" : "\(count)")", found: line, line: number)
            }
            height += 1
            last = number
            guard height <= AsciiParser.largestSide else { throw tooLarge(number, height) }
        }
        return AsciiImage(
            box: PixelBox(minX: 0, maxX: width - 1, minY: 0, maxY: height - 1),
            values: PixelValues(smallest: values), missing: 0, listed: values.count,
            lines: preamble.line...last, facts: preamble.facts)
    }

    private static func tooLarge(_ line: Int, _ side: Int) -> AsciiProblem {
        AsciiProblem(
            line: line,
            detail: "expected an image of at most \(AsciiParser.largestSide) pixels a side, found"
                + " \(side)",
            isLimit: true)
    }
}
