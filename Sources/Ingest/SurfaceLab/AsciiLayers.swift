import Imaging

/// Parses a file of X, Y, layer and count, and sums the layers.
///
/// Every layer lists every pixel once. Time is O(bytes); memory at most four times the file.
struct AsciiLayers {
    private var positions: [UInt32] = []
    private var layers: [UInt16] = []
    private var values: [Double] = []
    private var lines = AsciiLines()
    private var span: ClosedRange<Int>?

    /// Absent values a listed one may bring.
    private static let mostMissingPerListed = 32

    /// The summed image.
    ///
    /// - Parameter wanted: the layers to sum, as they are numbered in the file; nil for all.
    /// - Throws: `AsciiProblem` with the line.
    static func image(
        _ text: AsciiText, _ preamble: AsciiPreamble, missingAsZero: Bool,
        wanted: ClosedRange<Int>?
    ) throws(AsciiProblem) -> AsciiImage {
        var parser = AsciiLayers()
        try parser.parse(text, preamble, wanted: wanted)
        return try parser.summed(preamble.facts, missingAsZero: missingAsZero)
    }

    private mutating func parse(
        _ text: AsciiText, _ preamble: AsciiPreamble, wanted: ClosedRange<Int>?
    ) throws(AsciiProblem) {
        var position = preamble.start
        var number = preamble.line - 1
        var last = -1
        while position < text.bytes.count {
            let (line, next) = text.line(at: position)
            position = next
            number += 1
            guard let found = try Self.value(line, preamble.separator, number) else { continue }
            guard wanted?.contains(found.layer) ?? true else { continue }
            if number != last + 1 { lines.lineJumps.append((values.count, number)) }
            last = number
            positions.append(UInt32(found.y << 16 | found.x))
            layers.append(UInt16(found.layer))
            values.append(found.value)
            let pixel = PixelBox(minX: found.x, maxX: found.x, minY: found.y, maxY: found.y)
            lines.box = values.count == 1 ? pixel : lines.box.union(pixel)
            guard lines.box.width <= AsciiParser.largestSide,
                lines.box.height <= AsciiParser.largestSide
            else {
                throw AsciiProblem(
                    line: number,
                    detail: "expected an image of at most \(AsciiParser.largestSide) pixels a side,"
                        + " found \(lines.box.width) x \(lines.box.height)",
                    isLimit: true)
            }
            let known = span ?? found.layer...found.layer
            span = min(known.lowerBound, found.layer)...max(known.upperBound, found.layer)
        }
        guard !values.isEmpty else {
            throw AsciiProblem(
                line: nil,
                detail: wanted.map {
                    "expected layers \($0.lowerBound) to \($0.upperBound), found none of them"
                } ?? "expected lines of X Y layer count, found none")
        }
    }

    private typealias Found = (x: Int, y: Int, layer: Int, value: Double)

    /// The four numbers of a line; nil for a blank one or a comment.
    private static func value(
        _ line: UnsafeRawBufferPointer, _ separator: AsciiText.Separator, _ number: Int
    ) throws(AsciiProblem) -> Found? {
        guard let mark = line.first(where: { !AsciiText.isBlank($0) }), mark != 0x23 else {
            return nil
        }
        var p = 0
        guard let x = AsciiText.field(line, &p, separator),
            let y = AsciiText.field(line, &p, separator),
            let layer = AsciiText.field(line, &p, separator),
            let count = AsciiText.field(line, &p, separator),
            AsciiText.field(line, &p, separator) == nil
        else {
            throw AsciiText.expected(
                "four fields, X Y layer count, as in the lines before", found: line, line: number)
        }
        return (
            try AsciiText.coordinate(x, "X", line: number),
            try AsciiText.coordinate(y, "Y", line: number),
            try AsciiText.coordinate(layer, "the layer", line: number),
            try AsciiText.count(count, line: number)
        )
    }

    private func summed(
        _ facts: HeaderFacts, missingAsZero: Bool
    ) throws(AsciiProblem) -> AsciiImage {
        let box = lines.box
        let first = span?.lowerBound ?? 0
        let depth = (span?.upperBound ?? 0) - first + 1
        // At most 2^26 pixels times 2^16 layers.
        let all = box.area * depth
        guard all <= 1 << 20 || all / Self.mostMissingPerListed <= values.count else {
            throw AsciiProblem(
                line: nil,
                detail: "only \(values.count) of \(all) values (\(box.width) x \(box.height)"
                    + " pixels, \(depth) layers) are listed: too few to take the others as zero",
                isLimit: true)
        }
        var seen = [UInt64](repeating: 0, count: all / 64 + 1)
        var sums = [Double](repeating: 0, count: box.area)
        for index in values.indices {
            let pixel =
                (Int(positions[index] >> 16) - box.minY) * box.width
                + Int(positions[index] & 0xFFFF) - box.minX
            let place = (Int(layers[index]) - first) * box.area + pixel
            let bit = UInt64(1) << UInt64(place & 63)
            guard seen[place >> 6] & bit == 0 else {
                throw AsciiProblem(
                    line: lines.line(ofValue: index),
                    detail: "expected every pixel of a layer once, found (\(text(pixel, box)),"
                        + " layer \(layers[index])) again")
            }
            seen[place >> 6] |= bit
            sums[pixel] += values[index]
        }
        let missing = try missingPixels(
            seen, box, first: first, depth: depth, missingAsZero: missingAsZero)
        return AsciiImage(
            box: box, values: PixelValues(smallest: sums), missing: missing,
            listed: box.area - missing,
            lines: lines.line(ofValue: 0)...lines.line(ofValue: values.count - 1), facts: facts,
            layers: depth)
    }

    /// The number of pixels that lack a layer.
    private func missingPixels(
        _ seen: [UInt64], _ box: PixelBox, first: Int, depth: Int, missingAsZero: Bool
    ) throws(AsciiProblem) -> Int {
        guard values.count < box.area * depth else { return 0 }
        var isMissing = [Bool](repeating: false, count: box.area)
        var count = 0
        for place in 0..<box.area * depth where seen[place >> 6] >> UInt64(place & 63) & 1 == 0 {
            let (layer, pixel) = place.quotientAndRemainder(dividingBy: box.area)
            guard missingAsZero else {
                let missing = box.area * depth - values.count
                throw AsciiProblem(
                    line: lines.line(ofValue: values.count - 1),
                    detail: "expected every pixel once in each of \(depth) layers, found"
                        + " \(missing) missing, first (\(text(pixel, box)), layer"
                        + " \(layer + first))")
            }
            if !isMissing[pixel] { count += 1 }
            isMissing[pixel] = true
        }
        return count
    }

    private func text(_ pixel: Int, _ box: PixelBox) -> String {
        let (y, x) = pixel.quotientAndRemainder(dividingBy: box.width)
        return "X \(x + box.minX), Y \(y + box.minY)"
    }
}
