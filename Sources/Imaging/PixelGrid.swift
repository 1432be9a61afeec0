/// The raster of a measurement: how many pixels there are and how large one is.
///
/// Pixels count from 0 at the top left, x to the right, y down. The row-major index of (x, y) is
/// `y * width + x`.
public struct PixelGrid: Sendable, Hashable {
    /// Pixels in a row, at least 1.
    public let width: Int
    /// Rows, at least 1.
    public let height: Int
    /// Side of one square pixel in micrometres, or nil where nobody has told it.
    public let pixelSizeMicrometres: Double?

    /// A grid of `width` x `height` pixels.
    ///
    /// - Precondition: both sides are at least 1; a pixel size is finite and positive.
    public init(width: Int, height: Int, pixelSizeMicrometres: Double? = nil) {
        precondition(width >= 1 && height >= 1, "a grid has at least one pixel")
        precondition(
            pixelSizeMicrometres.map { $0.isFinite && $0 > 0 } ?? true,
            "a pixel size is finite and positive")
        self.width = width
        self.height = height
        self.pixelSizeMicrometres = pixelSizeMicrometres
    }

    /// Number of pixels.
    public var count: Int { width * height }

    /// Row-major index of a pixel.
    public func index(x: Int, y: Int) -> Int { y * width + x }
}
