/// One sRGB colour, 8 bits a channel.
struct RGB: Hashable, Sendable {
    var red: UInt8
    var green: UInt8
    var blue: UInt8

    init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// From `0xRRGGBB`.
    init(_ hex: UInt32) {
        self.init(
            UInt8(truncatingIfNeeded: hex >> 16), UInt8(truncatingIfNeeded: hex >> 8),
            UInt8(truncatingIfNeeded: hex))
    }

    /// This colour moved towards another by `amount` (0...1), channel by channel.
    func mixed(with other: RGB, _ amount: Double) -> RGB {
        func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
            UInt8((Double(a) + (Double(b) - Double(a)) * amount).rounded())
        }
        return RGB(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
    }
}

/// The few colours that all figures share.
enum Ink {
    static let paper = RGB(0xffffff)
    static let text = RGB(0x1b1f24)
    static let quiet = RGB(0x5b636d)
    static let axis = RGB(0x3a4048)
    static let grid = RGB(0xe6e8eb)
    /// Pixels that were never measured, values that are not known.
    static let missing = RGB(0x9a9a9a)
    /// Under images: what is not tissue.
    static let plate = RGB(0x0e1014)
    /// Points and lines where no cluster colours them.
    static let accent = RGB(0x1f5fae)
}
