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
        directory.image(grid, bits: bits, format: format)
        directory.strip(at: 8, size: strip.count)
        directory.text(270, description(grid, range))
        directory.calibrate(grid)
        let end = 8 + strip.count + strip.count % 2
        return TIFFDirectory.header(first: end, isBig: false) + strip
            + [UInt8](repeating: 0, count: strip.count % 2)
            + directory.encoded(at: end, isLast: true)
    }

    /// What ImageJ reads for the unit and the display range.
    private static func description(_ grid: PixelGrid, _ range: (low: Double, high: Double))
        -> String
    {
        let unit = grid.pixelSizeMicrometres == nil ? "pixel" : "micron"
        return "ImageJ=1.54f\nunit=\(unit)\nmin=\(range.low)\nmax=\(range.high)\n"
    }
}
