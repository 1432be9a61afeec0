/// A finished picture: pixels in sRGB, either one palette index or three bytes a pixel.
public struct Picture: Sendable, Hashable {
    /// How the pixels are held, row-major from the top left.
    public enum Pixels: Sendable, Hashable {
        /// Red, green, blue: 3 x width x height bytes.
        case rgb([UInt8])
        /// Indices (width x height) into a palette of `r, g, b` triples, at most 256 of them.
        case indexed([UInt8], palette: [UInt8])
    }

    /// Pixels in a row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// The pixels.
    public let pixels: Pixels
    /// Dots an inch to note in the file, or nil for a picture of raster pixels.
    public let dotsPerInch: Int?

    /// The most pixels a picture may have: 64 x 2^20, an image of 8192 x 8192.
    public static let pixelLimit = 64 << 20

    /// Whether a picture of this size may be made. Never overflows.
    public static func fits(width: Int, height: Int) -> Bool {
        guard width >= 1, height >= 1 else { return false }
        let (area, overflow) = width.multipliedReportingOverflow(by: height)
        return !overflow && area <= pixelLimit
    }

    /// A picture.
    ///
    /// - Precondition: the size `fits`; as many bytes as the size asks for; every index is in the
    ///   palette, which has 1 to 256 entries.
    public init(width: Int, height: Int, pixels: Pixels, dotsPerInch: Int? = nil) {
        precondition(Picture.fits(width: width, height: height), "a picture within the limit")
        switch pixels {
        case .rgb(let bytes):
            precondition(bytes.count == 3 * width * height, "three bytes a pixel")
        case .indexed(let indices, let palette):
            precondition(indices.count == width * height, "one index a pixel")
            precondition(palette.count % 3 == 0 && (3...768).contains(palette.count), "a palette")
            precondition(Int(indices.max() ?? 0) < palette.count / 3, "indices in the palette")
        }
        self.width = width
        self.height = height
        self.pixels = pixels
        self.dotsPerInch = dotsPerInch
    }

    /// The pixels as red, green, blue: 3 x width x height bytes.
    public var rgb: [UInt8] {
        switch pixels {
        case .rgb(let bytes): return bytes
        case .indexed(let indices, let palette):
            var bytes: [UInt8] = []
            bytes.reserveCapacity(3 * indices.count)
            for index in indices {
                let at = 3 * Int(index)
                bytes.append(palette[at])
                bytes.append(palette[at + 1])
                bytes.append(palette[at + 2])
            }
            return bytes
        }
    }

    /// The picture as a PNG file (PNG third edition): 8-bit palette or 8-bit truecolour.
    ///
    /// - Parameter text: What to note in the file; a value of Latin-1 becomes `tEXt`, any other
    ///   `iTXt`. A key is cut to 79 printable Latin-1 characters, and left out if it has none.
    /// - Complexity: O(width x height).
    public func png(text: [(key: String, value: String)] = []) -> [UInt8] {
        PNGFile.encode(self, text: text)
    }
}
