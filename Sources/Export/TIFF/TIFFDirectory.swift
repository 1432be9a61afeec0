import Imaging

/// The tags of one image of a TIFF file: classic (TIFF 6.0), or BigTIFF with 64-bit offsets.
struct TIFFDirectory {
    private var entries: [(tag: UInt16, type: UInt16, count: Int, data: [UInt8])] = []
    private let isBig: Bool

    init(isBig: Bool = false) { self.isBig = isBig }

    /// The tags of an image in one strip, deflated (compression 8, Adobe's supplement 2).
    mutating func image(_ grid: PixelGrid, bits: Int, format: Int) {
        short(258, bits)
        short(259, 8)
        short(262, 1)
        short(277, 1)
        short(284, 1)
        short(339, format)
        long(256, grid.width)
        long(257, grid.height)
        long(278, grid.height)
    }

    /// Where the strip is.
    mutating func strip(at offset: Int, size: Int) {
        place(273, offset)
        place(279, size)
    }

    /// Pixels a micrometre, as ImageJ reads it beside a unit in its description.
    mutating func calibrate(_ grid: PixelGrid) {
        guard let size = grid.pixelSizeMicrometres else { return }
        let perMicrometre = Self.rational(1 / size)
        rational(282, perMicrometre)
        rational(283, perMicrometre)
        short(296, 1)
    }

    mutating func short(_ tag: UInt16, _ value: Int) {
        entries.append((tag, 3, 1, Self.little(UInt16(value))))
    }

    mutating func long(_ tag: UInt16, _ value: Int) {
        entries.append((tag, 4, 1, Self.little(UInt32(value))))
    }

    mutating func longs(_ tag: UInt16, _ values: [Int]) {
        entries.append((tag, 4, values.count, values.flatMap { Self.little(UInt32($0)) }))
    }

    mutating func bytes(_ tag: UInt16, _ bytes: [UInt8]) {
        entries.append((tag, 1, bytes.count, bytes))
    }

    mutating func text(_ tag: UInt16, _ text: String) {
        let bytes = Array(text.utf8) + [0]
        entries.append((tag, 2, bytes.count, bytes))
    }

    mutating func rational(_ tag: UInt16, _ value: (UInt32, UInt32)) {
        entries.append((tag, 5, 1, Self.little(value.0) + Self.little(value.1)))
    }

    /// An offset or a size in the file.
    private mutating func place(_ tag: UInt16, _ value: Int) {
        if isBig {
            entries.append((tag, 16, 1, Self.little(UInt64(value))))
        } else {
            long(tag, value)
        }
    }

    /// A positive number as a fraction of 32-bit whole numbers, with about nine digits.
    static func rational(_ value: Double) -> (UInt32, UInt32) {
        var denominator = 1_000_000.0
        while value * denominator > 4e9 && denominator > 1 { denominator /= 10 }
        while value * denominator < 4e7 && denominator < 1e9 { denominator *= 10 }
        let numerator = min(4_294_967_295, max(1, (value * denominator).rounded()))
        return (UInt32(numerator), UInt32(denominator))
    }

    /// The first bytes of a file, little-endian; `first` is where its first directory is.
    static func header(first: Int, isBig: Bool) -> [UInt8] {
        isBig
            ? [0x49, 0x49, 43, 0, 8, 0, 0, 0] + little(UInt64(first))
            : [0x49, 0x49, 42, 0] + little(UInt32(first))
    }

    /// The directory with its long values after it; the next one, if any, follows at once.
    ///
    /// - Precondition: `offset` is even; a classic file is below 4 GiB.
    func encoded(at offset: Int, isLast: Bool) -> [UInt8] {
        let sorted = entries.sorted { $0.tag < $1.tag }
        let inline = isBig ? 8 : 4
        let head = isBig ? 8 + 20 * sorted.count + 8 : 2 + 12 * sorted.count + 4
        var table = isBig ? Self.little(UInt64(sorted.count)) : Self.little(UInt16(sorted.count))
        var body: [UInt8] = []
        for entry in sorted {
            table += Self.little(entry.tag) + Self.little(entry.type)
            table += number(entry.count)
            if entry.data.count <= inline {
                table += entry.data + [UInt8](repeating: 0, count: inline - entry.data.count)
            } else {
                table += number(offset + head + body.count)
                body += entry.data + (entry.data.count % 2 == 0 ? [] : [0])
            }
        }
        return table + number(isLast ? 0 : offset + head + body.count) + body
    }

    private func number(_ value: Int) -> [UInt8] {
        isBig ? Self.little(UInt64(value)) : Self.little(UInt32(value))
    }

    static func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}
