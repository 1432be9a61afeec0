/// One page of a TIFF file.
public struct TIFFPage: Sendable {
    /// How its numbers are stored.
    enum Compression { case none, deflate, packBits }

    let input: TIFFInput
    let directory: TIFFDirectory
    /// Pixels in a row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// Numbers a pixel.
    public let samples: Int
    /// NumPy's name of the numbers' type, as `NPYArray.type`.
    public let type: String
    /// Whether its numbers are colours: red, green and blue, or places in a palette.
    public let isColour: Bool

    let elementSize: Int
    let compression: Compression
    let predictor: Int
    /// Whether the samples of a pixel lie in planes of their own.
    let isPlanar: Bool

    /// Most pixels along a side.
    private static let largestSide = 65_536

    init(_ input: TIFFInput, _ directory: TIFFDirectory) throws(TIFFError) {
        self.input = input
        self.directory = directory
        let sides = (try directory.number(256) ?? 0, try directory.number(257) ?? 0)
        guard (1...Self.largestSide).contains(sides.0), (1...Self.largestSide).contains(sides.1)
        else {
            throw directory.error(
                "expected an image of 1 to \(Self.largestSide) pixels a side, found"
                    + " \(sides.0) x \(sides.1)")
        }
        (width, height) = sides
        samples = try directory.number(277) ?? 1
        guard (1...65_536).contains(samples) else {
            throw directory.error("expected 1 or more samples a pixel, found \(samples)")
        }
        (type, elementSize) = try Self.type(directory, samples: samples)
        compression = try Self.compression(directory)
        predictor = try directory.number(317) ?? 1
        guard [1, 2, 3].contains(predictor), predictor != 3 || type.hasPrefix("<f"),
            predictor != 2 || !type.hasPrefix("<f")
        else {
            throw directory.error(
                "the predictor \(predictor) with numbers of type \(type) is not read",
                isUnsupported: true)
        }
        isPlanar = (try directory.number(284) ?? 1) == 2 && samples > 1
        let photometric = try directory.number(262) ?? 1
        isColour = ![0, 1, 32_844, 32_803].contains(photometric)
    }

    private static func type(
        _ directory: TIFFDirectory, samples: Int
    ) throws(TIFFError) -> (String, Int) {
        let bits = Set(try directory.numbers(258))
        let formats = Set(try directory.numbers(339))
        guard bits.count <= 1, formats.count <= 1 else {
            throw directory.error(
                "the samples of a pixel have different types, which is not read",
                isUnsupported: true)
        }
        let (bit, format) = (bits.first ?? 1, formats.first ?? 1)
        switch (format, bit) {
        case (1, 8), (4, 8): return ("|u1", 1)
        case (1, 16), (4, 16): return ("<u2", 2)
        case (1, 32), (4, 32): return ("<u4", 4)
        case (1, 64): return ("<u8", 8)
        case (2, 8): return ("|i1", 1)
        case (2, 16): return ("<i2", 2)
        case (2, 32): return ("<i4", 4)
        case (2, 64): return ("<i8", 8)
        case (3, 32): return ("<f4", 4)
        case (3, 64): return ("<f8", 8)
        default:
            throw directory.error(
                "numbers of \(bit) bits (sample format \(format)) are not read; save them as 8, 16"
                    + " or 32-bit whole numbers or 32-bit floating point",
                isUnsupported: true)
        }
    }

    private static func compression(_ directory: TIFFDirectory) throws(TIFFError) -> Compression {
        let names = [
            2: "CCITT", 3: "CCITT", 4: "CCITT", 5: "LZW", 6: "JPEG", 7: "JPEG", 34_712: "JPEG 2000",
            34_925: "LZMA", 34_887: "LERC", 50_000: "Zstandard", 50_001: "WebP",
        ]
        switch try directory.number(259) ?? 1 {
        case 1: return .none
        case 8, 32_946: return .deflate
        case 32_773: return .packBits
        case let other:
            throw directory.error(
                "\(names[other] ?? "a") compression (\(other)) is not read; save it uncompressed or"
                    + " with deflate (zlib)",
                isUnsupported: true)
        }
    }

    /// The name of the page (tag 285), if it has one.
    public var name: String? { text(285) }

    /// Its description (tag 270), if it has one of at most 64 KiB.
    public var description: String? { text(270) }

    /// Where the description's bytes lie in the file, without the zeros at its end.
    public var descriptionPlace: Range<Int>? { directory.place(270) }

    private func text(_ tag: Int) -> String? {
        guard let text = try? directory.text(tag, limit: 1 << 16), !text.isEmpty else { return nil }
        return text
    }

    /// The bytes of another field of at most 4 MiB.
    public func field(_ tag: Int) throws(TIFFError) -> [UInt8]? {
        try directory.raw(tag, limit: 4 << 20)
    }

    /// The whole numbers of another field, at most 65,536.
    public func numbers(_ tag: Int) throws(TIFFError) -> [Int] {
        directory.count(tag) <= 1 << 16 ? try directory.numbers(tag) : []
    }

    /// Whether numbers of several bytes have the most significant one first.
    public var isBigEndian: Bool { input.isBigEndian }

    /// Pixels a unit across and down, and the unit: 1 none, 2 inch, 3 centimetre.
    public var resolution: (x: Double, y: Double, unit: Int)? {
        guard let x = try? directory.rational(282), let y = try? directory.rational(283),
            x > 0, y > 0
        else { return nil }
        return (x, y, (try? directory.number(296)) ?? 2)
    }
}
