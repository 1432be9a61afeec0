import Bytes

/// Parses one SurfaceLab ASCII file: header lines, then lines of X, Y and a count.
///
/// Whole numbers in raster order, as exports have them, are taken many lines at a time; any other line
/// of two whole numbers and a count takes a path without an allocation; the rest is split into fields
/// and looked at closely. Time is O(bytes); memory at most twice the file.
struct AsciiParser {
    /// Largest coordinate that is read.
    static let largestCoordinate = 65_535
    /// Largest count that is read: sums of counts stay exact enough and finite.
    static let largestCount = 1e15
    /// Most pixels along a side.
    static let largestSide = 8_192

    /// Lines taken one by one after a line that begins no run, such as one with a decimal point.
    private static let linesWithoutRun = 100
    /// Lines in which a header's facts are looked for.
    private static let longestHeader = 1_000

    private var lines = AsciiLines()
    private var lineNumber = 0
    private var lastValueLine = -1
    private var hasData = false
    private var sawComment = false
    private var suspect: AsciiProblem?
    private var hasWords = false
    // Raster order so far: where the last value lay, and the width once the second row began.
    private var lastX = 0
    private var lastY = 0
    private var firstX = 0
    private var width = 0
    /// The line after which a run is tried again.
    private var nextRun = 0

    /// The lines of a file.
    ///
    /// - Throws: `AsciiProblem` with the line.
    static func parse(_ bytes: [UInt8]) throws(AsciiProblem) -> AsciiLines {
        var parser = AsciiParser()
        var failure: AsciiProblem?
        bytes.withUnsafeBytes { buffer in
            do throws(AsciiProblem) { try parser.run(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
        return parser.lines
    }

    private mutating func run(_ bytes: UnsafeRawBufferPointer) throws(AsciiProblem) {
        guard bytes.count > 0 else { throw AsciiProblem(line: nil, detail: "the file is empty") }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw AsciiProblem(
                line: 1, detail: "expected ASCII or UTF-8 text, found UTF-16; save it as ASCII")
        }
        // No line of three fields is shorter than "0 0 0" and its end.
        lines.values.reserveCapacity(bytes.count / 6 + 1)
        var position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while position < bytes.count {
            if hasData, lines.positions == nil, lineNumber >= nextRun {
                position = takeRun(bytes, from: position)
                guard position < bytes.count else { break }
            }
            lineNumber += 1
            let start = position
            if let next = try takeUsualLine(bytes, from: start) {
                position = next
                continue
            }
            let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
            let length = rest.firstIndex(of: 0x0A) ?? rest.count
            try takeOtherLine(UnsafeRawBufferPointer(rebasing: rest[..<length]))
            position = start + length + 1
        }
        guard hasData else { throw noData }
    }

    /// Takes the lines that go on in raster order, in whole numbers: where the first other line
    /// begins.
    private mutating func takeRun(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var run = AsciiRun(
            x: lastX, y: lastY, firstX: firstX, width: width, minX: lines.box.minX,
            minY: lines.box.minY)
        let next = run.take(bytes, from: start) { lines.values.append(contentsOf: $0) }
        guard run.count > 0 else {
            nextRun = lineNumber + Self.linesWithoutRun
            return start
        }
        if lastValueLine != lineNumber {
            lines.lineJumps.append((lines.values.count - run.count, lineNumber + 1))
        }
        lineNumber += run.count
        lastValueLine = lineNumber
        lastX = run.x
        lastY = run.y
        width = run.width
        lines.box.maxX = max(lines.box.maxX, run.maxX)
        lines.box.maxY = run.y
        return next
    }

    private var noData: AsciiProblem {
        var problem =
            suspect
            ?? AsciiProblem(line: nil, detail: "expected lines of X Y count, found none")
        problem.isProse = suspect == nil && !sawComment && hasWords
        return problem
    }

    /// A line of two unsigned whole numbers and a count: where the next line begins, or nil if it
    /// is any other line.
    @inline(__always)
    private mutating func takeUsualLine(
        _ bytes: UnsafeRawBufferPointer, from start: Int
    ) throws(AsciiProblem) -> Int? {
        let end = bytes.count
        var p = start
        let x = wholeNumber(bytes, &p)
        let y = wholeNumber(bytes, &p)
        let first = p
        let count = wholeNumber(bytes, &p)
        guard x >= 0, x <= Self.largestCoordinate, y >= 0, y <= Self.largestCoordinate else {
            return nil
        }
        var value = Double(count)
        if count < 0 {
            p = first
            guard let number = decimalNumber(bytes, &p) else { return nil }
            value = number
        }
        while p < end, isBlank(bytes[p]) { p &+= 1 }
        guard p == end || bytes[p] == 0x0A else { return nil }
        try add(x: x, y: y, value: value)
        return p &+ 1
    }

    /// The next field as a number of at most 15 digits, or -1 if it is another field.
    @inline(__always)
    private func wholeNumber(_ bytes: UnsafeRawBufferPointer, _ p: inout Int) -> Int {
        let end = bytes.count
        while p < end, isBlank(bytes[p]) { p &+= 1 }
        let first = p
        var number = 0
        while p < end, bytes[p] &- 0x30 <= 9, p &- first < 15 {
            number = number &* 10 &+ Int(bytes[p] &- 0x30)
            p &+= 1
        }
        let isField = p > first && (p == end || isBlank(bytes[p]) || bytes[p] == 0x0A)
        return isField ? number : -1
    }

    /// The next field as a count with a point or an exponent, or nil if it is no count.
    private func decimalNumber(_ bytes: UnsafeRawBufferPointer, _ p: inout Int) -> Double? {
        let end = bytes.count
        while p < end, isBlank(bytes[p]) { p &+= 1 }
        let first = p
        while p < end, !isBlank(bytes[p]), bytes[p] != 0x0A { p &+= 1 }
        let field = UnsafeRawBufferPointer(rebasing: bytes[first..<p])
        guard let value = NumberText.parse(field), value >= 0, value <= Self.largestCount else {
            return nil
        }
        // Adding zero makes a negative zero a plain one.
        return value + 0
    }

    /// Space, tab and carriage return separate fields.
    @inline(__always)
    private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    /// A header, comment, blank or float line, or a bad one.
    private mutating func takeOtherLine(_ line: UnsafeRawBufferPointer) throws(AsciiProblem) {
        let fields = split(line)
        guard let first = fields.first else { return }
        if first[0] == UInt8(ascii: "#") {
            sawComment = true
            takeHeader(line)
            return
        }
        guard hasData || isDataLike(fields) else {
            hasWords = true
            takeHeader(line)
            return
        }
        do throws(AsciiProblem) {
            try takeDataLine(fields, line)
        } catch {
            // Before the first good line a short line of numbers may still be a header's.
            guard !hasData, !sawComment, fields.count < 3 else { throw error }
            suspect = suspect ?? error
        }
    }

    private mutating func takeHeader(_ line: UnsafeRawBufferPointer) {
        guard !hasData, lineNumber <= Self.longestHeader else { return }
        lines.facts.take(line)
    }

    /// At most six fields: enough to tell what a line is.
    private func split(_ line: UnsafeRawBufferPointer) -> [UnsafeRawBufferPointer] {
        var fields: [UnsafeRawBufferPointer] = []
        var p = 0
        while fields.count < 6 {
            while p < line.count, isBlank(line[p]) { p += 1 }
            guard p < line.count else { break }
            let start = p
            while p < line.count, !isBlank(line[p]) { p += 1 }
            fields.append(UnsafeRawBufferPointer(rebasing: line[start..<p]))
        }
        return fields
    }

    /// Whether a line before the first data line is meant to be one.
    private func isDataLike(_ fields: [UnsafeRawBufferPointer]) -> Bool {
        guard NumberText.parse(fields[0]) != nil else { return false }
        if sawComment || fields.count < 3 { return true }
        return NumberText.parse(fields[1]) != nil
    }

    private mutating func takeDataLine(
        _ fields: [UnsafeRawBufferPointer], _ line: UnsafeRawBufferPointer
    ) throws(AsciiProblem) {
        guard fields.count == 3 else { throw wrongCount(fields.count, line) }
        let x = try coordinate(fields[0], "X")
        let y = try coordinate(fields[1], "Y")
        guard let value = NumberText.parse(fields[2]), value >= 0, value <= Self.largestCount
        else { throw expected("a count (a number from 0 to 1e15)", found: fields[2]) }
        // Adding zero makes a negative zero a plain one.
        try add(x: x, y: y, value: value + 0)
    }

    private func wrongCount(_ count: Int, _ line: UnsafeRawBufferPointer) -> AsciiProblem {
        var problem = expected("three fields, X Y count", found: line)
        let number = count == 6 ? "more than 5" : "\(count)"
        problem.detail += " (\(number) field\(count == 1 ? "" : "s"))"
        if count == 4 {
            problem.detail +=
                ": exports by layer (X Y layer count) are not read; export the image summed over"
                + " its layers"
        }
        return problem
    }

    private func coordinate(
        _ field: UnsafeRawBufferPointer, _ name: String
    ) throws(AsciiProblem) -> Int {
        guard let number = NumberText.parse(field), number >= 0,
            number <= Double(Self.largestCoordinate), number == number.rounded(.down)
        else {
            throw expected(
                "a whole number from 0 to \(Self.largestCoordinate) as \(name)", found: field)
        }
        return Int(number)
    }

    private func expected(_ what: String, found: UnsafeRawBufferPointer) -> AsciiProblem {
        let text = String(decoding: found.prefix(200), as: UTF8.self)
        let shown = printable(text.replacingTabs, limit: 40)
        return AsciiProblem(line: lineNumber, detail: "expected \(what), found \"\(shown)\"")
    }

    @inline(__always)
    private mutating func add(x: Int, y: Int, value: Double) throws(AsciiProblem) {
        let index = lines.values.count
        if index == 0 {
            hasData = true
            firstX = x
            lines.box = PixelBox(minX: x, maxX: x, minY: y, maxY: y)
        } else if lines.positions != nil || !continuesRaster(x: x, y: y) {
            try leaveRaster(x: x, y: y)
        } else {
            lines.box.maxX = max(lines.box.maxX, x)
            lines.box.maxY = y
        }
        if lineNumber != lastValueLine &+ 1 {
            lines.lineJumps.append((index, lineNumber))
        }
        lastValueLine = lineNumber
        lastX = x
        lastY = y
        lines.values.append(value)
        if x &- lines.box.minX >= Self.largestSide || y &- lines.box.minY >= Self.largestSide {
            throw tooWide
        }
    }

    /// Whether a value comes where X runs fastest, and notes the width when the second row begins.
    @inline(__always)
    private mutating func continuesRaster(x: Int, y: Int) -> Bool {
        if y == lastY { return x == lastX &+ 1 && (width == 0 || x &- firstX < width) }
        guard y == lastY &+ 1, x == firstX else { return false }
        if width == 0 { width = lastX &- firstX &+ 1 }
        return lastX &- firstX &+ 1 == width
    }

    /// Keeps the position of every value from here on, and of those before.
    private mutating func leaveRaster(x: Int, y: Int) throws(AsciiProblem) {
        if lines.positions == nil {
            let row = width == 0 ? lines.values.count : width
            var positions: [UInt32] = []
            positions.reserveCapacity(lines.values.capacity)
            for index in 0..<lines.values.count {
                let (down, across) = index.quotientAndRemainder(dividingBy: row)
                positions.append(UInt32((lines.box.minY + down) << 16 | (firstX + across)))
            }
            lines.positions = positions
        }
        lines.positions?.append(UInt32(y << 16 | x))
        lines.box = lines.box.union(PixelBox(minX: x, maxX: x, minY: y, maxY: y))
        if lines.box.width > Self.largestSide || lines.box.height > Self.largestSide {
            throw tooWide
        }
    }

    private var tooWide: AsciiProblem {
        AsciiProblem(
            line: lineNumber,
            detail: "expected an image of at most \(Self.largestSide) pixels a side, found"
                + " \(lines.box.width) x \(lines.box.height)",
            isLimit: true)
    }
}

extension String {
    /// Tabs as blanks, so that they are not shown as control characters.
    fileprivate var replacingTabs: String { String(map { $0 == "\t" ? " " : $0 }) }
}
