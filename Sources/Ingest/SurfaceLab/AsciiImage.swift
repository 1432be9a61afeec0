import Imaging

/// What is wrong with one ASCII file.
struct AsciiProblem: Error, Equatable {
    /// Line from 1, where there is one.
    var line: Int?
    /// What was expected and what was found.
    var detail: String
    /// Whether a limit is the problem.
    var isLimit = false
    /// Whether the file holds nothing but words: not an ion image at all.
    var isProse = false
}

/// The extent of coordinates, both ends included.
struct PixelBox: Equatable {
    var minX: Int
    var maxX: Int
    var minY: Int
    var maxY: Int

    var width: Int { maxX - minX + 1 }
    var height: Int { maxY - minY + 1 }
    var area: Int { width * height }

    /// The smallest box around two.
    func union(_ other: PixelBox) -> PixelBox {
        PixelBox(
            minX: min(minX, other.minX), maxX: max(maxX, other.maxX),
            minY: min(minY, other.minY), maxY: max(maxY, other.maxY))
    }
}

/// The numbers of one file in the order of its lines.
struct AsciiLines {
    /// The third fields.
    var values: [Double] = []
    /// `y << 16 | x` of every line, or nil where the lines run in raster order (X fastest).
    var positions: [UInt32]?
    /// Extent of the coordinates.
    var box = PixelBox(minX: 0, maxX: -1, minY: 0, maxY: -1)
    /// Where the line number is not the one before plus 1: index of the value, its line.
    var lineJumps: [(index: Int, line: Int)] = []
    /// What the header said.
    var facts = HeaderFacts()

    /// The line a value stands in.
    func line(ofValue index: Int) -> Int {
        var low = 0
        var high = lineJumps.count
        while low < high {
            let middle = (low + high) / 2
            if lineJumps[middle].index <= index { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return 1 }
        return lineJumps[low - 1].line + index - lineJumps[low - 1].index
    }
}

/// One parsed file: values over the box of its own coordinates.
struct AsciiImage: Sendable {
    /// Extent of the coordinates.
    var box: PixelBox
    /// Row-major over the box.
    var values: PixelValues
    /// Pixels of the box that the file does not list; they are 0.
    var missing: Int
    /// Number of lines with values.
    var listed: Int
    /// First and last line with a value.
    var lines: ClosedRange<Int>
    /// What the header said.
    var facts: HeaderFacts
    /// Layers in depth that were summed.
    var layers = 1
}
