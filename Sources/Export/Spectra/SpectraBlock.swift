public import Imaging

/// Spectra of some neighbouring pixels, filled image by image.
public struct SpectraBlock: Sendable {
    /// The pixels, row-major.
    public let pixels: Range<Int>
    /// Values of a spectrum.
    public let channels: Int
    private let isDouble: Bool
    private var floats: [Float] = []
    private var doubles: [Double] = []

    /// Empty spectra of a floating-point type.
    ///
    /// - Precondition: `type` is one of the two.
    public init(pixels: Range<Int>, channels: Int, type: ImageType) {
        precondition(type == .float32 || type == .float64, "a floating-point type")
        self.pixels = pixels
        self.channels = channels
        isDouble = type == .float64
        if isDouble {
            doubles = [Double](repeating: 0, count: pixels.count * channels)
        } else {
            floats = [Float](repeating: 0, count: pixels.count * channels)
        }
    }

    /// Puts in the values of one image at the block's pixels.
    ///
    /// - Complexity: O(pixels of the image).
    public mutating func set(_ channel: Int, _ image: PixelValues) {
        precondition((0..<channels).contains(channel), "one of the channels")
        if isDouble {
            let values = image.doubles
            for (place, pixel) in pixels.enumerated() {
                doubles[place * channels + channel] = values[pixel]
            }
        } else {
            let values = image.floats
            for (place, pixel) in pixels.enumerated() {
                floats[place * channels + channel] = values[pixel]
            }
        }
    }

    /// The spectra one after the other, little-endian.
    var bytes: [UInt8] {
        isDouble
            ? doubles.map(\.bitPattern.littleEndian).withUnsafeBytes { Array($0) }
            : floats.map(\.bitPattern.littleEndian).withUnsafeBytes { Array($0) }
    }
}
