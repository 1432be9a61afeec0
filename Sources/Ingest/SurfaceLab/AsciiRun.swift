/// Takes lines of whole numbers in raster order (X fastest), the bulk of every export.
///
/// A line it takes is `X Y count` with one blank or tab between, at most 9 digits of count, and a
/// newline with or without a carriage return, for the pixel that follows the one before. Every other
/// line, and the last 32 bytes, are left to the parser's closer look.
struct AsciiRun {
    /// Where the last value lay.
    private(set) var x: Int
    private(set) var y: Int
    /// Where every row begins.
    let firstX: Int
    /// Pixels in a row, or 0 while the first row goes on.
    private(set) var width: Int
    /// Largest X that was taken, or the one at the start.
    private(set) var maxX: Int
    /// Lines that were taken.
    private(set) var count = 0
    /// No coordinate from here on is taken: the image would be too large.
    private let endX: Int
    private let endY: Int

    /// More than the longest line that is taken: 5 + 1 + 5 + 1 + 9 + 2 bytes.
    private static let longestLine = 32
    /// Values handed over at once.
    private static let batch = 1_024

    init(x: Int, y: Int, firstX: Int, width: Int, minX: Int, minY: Int) {
        self.x = x
        self.y = y
        self.firstX = firstX
        self.width = width
        maxX = x
        endX = min(minX + AsciiParser.largestSide, AsciiParser.largestCoordinate + 1)
        endY = min(minY + AsciiParser.largestSide, AsciiParser.largestCoordinate + 1)
    }

    /// Takes what it can and answers where the first line begins that it did not take.
    mutating func take(
        _ bytes: UnsafeRawBufferPointer, from start: Int,
        _ hand: (UnsafeBufferPointer<Double>) -> Void
    ) -> Int {
        guard let base = bytes.baseAddress, bytes.count - start >= Self.longestLine else {
            return start
        }
        let last = base + (bytes.count - Self.longestLine)
        var line = base + start
        withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.batch) { values in
            var filled = Self.batch
            while filled == Self.batch {
                filled = 0
                while filled < Self.batch, line <= last, let value = takeLine(&line) {
                    values.initializeElement(at: filled, to: value)
                    filled &+= 1
                }
                count += filled
                hand(UnsafeBufferPointer(rebasing: values[..<filled]))
            }
        }
        return line - base
    }

    /// The count of one line, with `line` behind it; nil, and nothing changed, for another line.
    @inline(__always)
    private mutating func takeLine(_ line: inout UnsafeRawPointer) -> Double? {
        var p = line
        guard let nextX = number(&p, digits: 5), isGap(p[0]) else { return nil }
        p += 1
        guard let nextY = number(&p, digits: 5), isGap(p[0]) else { return nil }
        p += 1
        guard let value = number(&p, digits: 9) else { return nil }
        if p[0] == 0x0D { p += 1 }
        guard p[0] == 0x0A, moves(toX: nextX, y: nextY) else { return nil }
        line = p + 1
        return Double(value)
    }

    /// Whether the pixel is the next one in raster order; then it is the last one from now on.
    @inline(__always)
    private mutating func moves(toX nextX: Int, y nextY: Int) -> Bool {
        if nextY == y {
            guard nextX == x &+ 1, width == 0 || nextX &- firstX < width, nextX < endX else {
                return false
            }
            if width == 0 { maxX = max(maxX, nextX) }
        } else {
            let row = x &- firstX &+ 1
            guard nextY == y &+ 1, nextX == firstX, nextY < endY, width == 0 || row == width
            else { return false }
            width = row
            y = nextY
        }
        x = nextX
        return true
    }

    /// One or more digits as a number; nil without any.
    @inline(__always)
    private func number(_ p: inout UnsafeRawPointer, digits: Int) -> Int? {
        var digit = Int(p[0]) &- 0x30
        guard UInt(bitPattern: digit) <= 9 else { return nil }
        var number = digit
        for index in 1...digits {
            digit = Int(p[index]) &- 0x30
            guard UInt(bitPattern: digit) <= 9 else {
                p += index
                return number
            }
            number = number &* 10 &+ digit
        }
        return nil
    }

    @inline(__always)
    private func isGap(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}

extension UnsafeRawPointer {
    /// The byte at a distance.
    fileprivate subscript(_ offset: Int) -> UInt8 {
        @inline(__always) get { load(fromByteOffset: offset, as: UInt8.self) }
    }
}
