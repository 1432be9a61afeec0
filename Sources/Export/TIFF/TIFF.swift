import Bytes
public import Imaging

/// Writes one-image TIFF files (TIFF 6.0): little-endian, one strip, Deflate (compression 8, Adobe's
/// supplement 2), with ImageJ's description and the resolution from the pixel size.
public enum TIFF {
    /// An image in the type its values are held in.
    ///
    /// - Precondition: one value a pixel.
    /// - Complexity: O(P).
    public static func image(_ values: PixelValues, grid: PixelGrid) -> [UInt8] {
        precondition(values.count == grid.count, "one value a pixel")
        let range = extremes(values.doubles)
        switch values {
        case .uint8(let v): return encode(grid, v, bits: 8, format: 1, range: range)
        case .uint16(let v): return encode(grid, littleEndian(v), bits: 16, format: 1, range: range)
        case .uint32(let v): return encode(grid, littleEndian(v), bits: 32, format: 1, range: range)
        case .float32(let v):
            return encode(
                grid, littleEndian(v.map(\.bitPattern)), bits: 32, format: 3, range: range)
        case .float64(let v):
            return encode(
                grid, littleEndian(v.map(\.bitPattern)), bits: 64, format: 3, range: range)
        }
    }

    /// A label image: uint16 up to 65,535 cells (which ImageJ reads), else uint32.
    ///
    /// - Complexity: O(P).
    public static func labels(_ labels: LabelImage) -> [UInt8] {
        let range = (0.0, Double(labels.cellCount))
        if labels.cellCount <= 65_535 {
            let bytes = littleEndian(labels.values.map { UInt16($0) })
            return encode(labels.grid, bytes, bits: 16, format: 1, range: range)
        }
        let bytes = littleEndian(labels.values.map { UInt32($0) })
        return encode(labels.grid, bytes, bits: 32, format: 1, range: range)
    }

    private static func extremes(_ values: [Double]) -> (low: Double, high: Double) {
        var low = Double.infinity
        var high = -Double.infinity
        for value in values where value.isFinite {
            low = min(low, value)
            high = max(high, value)
        }
        return low <= high ? (low, high) : (0, 0)
    }

    private static func littleEndian<T: FixedWidthInteger>(_ values: [T]) -> [UInt8] {
        values.map(\.littleEndian).withUnsafeBytes { Array($0) }
    }

    private static func encode(
        _ grid: PixelGrid, _ bytes: [UInt8], bits: Int, format: Int,
        range: (low: Double, high: Double)
    ) -> [UInt8] {
        let strip = Deflate.compress(bytes, level: 4)
        var directory = TIFFDirectory()
        directory.short(258, bits)
        directory.short(259, 8)
        directory.short(262, 1)
        directory.short(277, 1)
        directory.short(284, 1)
        directory.short(339, format)
        directory.long(256, grid.width)
        directory.long(257, grid.height)
        directory.long(278, grid.height)
        directory.text(270, description(grid, range))
        if let size = grid.pixelSizeMicrometres {
            let perMicrometre = TIFFDirectory.rational(1 / size)
            directory.rational(282, perMicrometre)
            directory.rational(283, perMicrometre)
            directory.short(296, 1)
        }
        return directory.file(strip: strip)
    }

    /// What ImageJ reads for the unit and the display range.
    private static func description(_ grid: PixelGrid, _ range: (low: Double, high: Double))
        -> String
    {
        let unit = grid.pixelSizeMicrometres == nil ? "pixel" : "micron"
        return "ImageJ=1.54f\nunit=\(unit)\nmin=\(range.low)\nmax=\(range.high)\n"
    }
}

/// The tags of a TIFF file with one image.
struct TIFFDirectory {
    private var entries: [(tag: UInt16, type: UInt16, count: Int, data: [UInt8])] = []

    mutating func short(_ tag: UInt16, _ value: Int) {
        entries.append((tag, 3, 1, little(UInt16(value)) + [0, 0]))
    }

    mutating func long(_ tag: UInt16, _ value: Int) {
        entries.append((tag, 4, 1, little(UInt32(value))))
    }

    mutating func text(_ tag: UInt16, _ text: String) {
        let bytes = Array(text.utf8) + [0]
        entries.append((tag, 2, bytes.count, bytes))
    }

    mutating func rational(_ tag: UInt16, _ value: (UInt32, UInt32)) {
        entries.append((tag, 5, 1, little(value.0) + little(value.1)))
    }

    /// A positive number as a fraction of 32-bit whole numbers, with about nine digits.
    static func rational(_ value: Double) -> (UInt32, UInt32) {
        var denominator = 1_000_000.0
        while value * denominator > 4e9 && denominator > 1 { denominator /= 10 }
        while value * denominator < 4e7 && denominator < 1e9 { denominator *= 10 }
        let numerator = min(4_294_967_295, max(1, (value * denominator).rounded()))
        return (UInt32(numerator), UInt32(denominator))
    }

    /// The file: header, directory, long values, strip.
    ///
    /// - Precondition: it is below 4 GiB, as every image within the limits is.
    func file(strip: [UInt8]) -> [UInt8] {
        var sorted = self
        // Where the strip starts depends on all other entries, so it is set last.
        sorted.long(273, 0)
        sorted.long(279, strip.count)
        sorted.entries.sort { $0.tag < $1.tag }
        var after = 8 + 2 + 12 * sorted.entries.count + 4
        var body: [UInt8] = []
        var table: [UInt8] = []
        var stripAt = 0
        for entry in sorted.entries {
            table += little(entry.tag) + little(entry.type) + little(UInt32(entry.count))
            if entry.tag == 273 {
                stripAt = table.count
                table += [0, 0, 0, 0]
            } else if entry.data.count <= 4 {
                table += entry.data + [UInt8](repeating: 0, count: 4 - entry.data.count)
            } else {
                table += little(UInt32(after))
                let padded = entry.data + (entry.data.count % 2 == 0 ? [] : [0])
                body += padded
                after += padded.count
            }
        }
        table.replaceSubrange(stripAt..<stripAt + 4, with: little(UInt32(after)))
        let header: [UInt8] = [0x49, 0x49, 42, 0] + little(UInt32(8))
        return header + little(UInt16(sorted.entries.count)) + table + [0, 0, 0, 0] + body + strip
    }

    private func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}
