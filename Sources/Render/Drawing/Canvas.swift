/// A truecolour image that shapes and text are drawn on, with anti-aliased edges.
///
/// Coordinates are pixels, x right and y down, (0, 0) the top left corner of the first pixel. What
/// falls outside is not drawn.
struct Canvas: Sendable {
    let width: Int
    let height: Int
    var pixels: [UInt8]

    /// - Precondition: the size fits a picture.
    init(width: Int, height: Int, color: RGB = Ink.paper) {
        precondition(Picture.fits(width: width, height: height), "a picture within the limit")
        self.width = width
        self.height = height
        pixels = [UInt8](unsafeUninitializedCapacity: 3 * width * height) { buffer, count in
            for pixel in 0..<width * height {
                buffer[3 * pixel] = color.red
                buffer[3 * pixel + 1] = color.green
                buffer[3 * pixel + 2] = color.blue
            }
            count = 3 * width * height
        }
    }

    /// The finished picture, of a figure drawn at 2 x density.
    func picture() -> Picture {
        Picture(width: width, height: height, pixels: .rgb(pixels), dotsPerInch: 192)
    }

    /// Lays a colour over one pixel with a coverage of 0...1.
    @inline(__always)
    mutating func blend(x: Int, y: Int, _ color: RGB, _ coverage: Float) {
        guard x >= 0, y >= 0, x < width, y < height, coverage > 0 else { return }
        let at = 3 * (y * width + x)
        pixels.withUnsafeMutableBufferPointer { p in
            p[at] = Canvas.mix(p[at], color.red, coverage)
            p[at + 1] = Canvas.mix(p[at + 1], color.green, coverage)
            p[at + 2] = Canvas.mix(p[at + 2], color.blue, coverage)
        }
    }

    @inline(__always)
    private static func mix(_ under: UInt8, _ over: UInt8, _ coverage: Float) -> UInt8 {
        UInt8(Float(under) + (Float(over) - Float(under)) * min(1, coverage) + 0.5)
    }

    /// Fills whole pixels: columns x..<x + width, rows y..<y + height, cut at the edges.
    mutating func fill(x: Int, y: Int, width w: Int, height h: Int, _ color: RGB) {
        let columns = max(0, x)..<max(0, x, min(width, x + w))
        let rows = max(0, y)..<max(0, y, min(height, y + h))
        for row in rows {
            for column in columns { set(x: column, y: row, color) }
        }
    }

    /// Sets one pixel that is inside.
    @inline(__always)
    mutating func set(x: Int, y: Int, _ color: RGB) {
        let at = 3 * (y * width + x)
        pixels[at] = color.red
        pixels[at + 1] = color.green
        pixels[at + 2] = color.blue
    }

    /// The outline of a rectangle of whole pixels, `thickness` pixels inside its edge.
    mutating func frame(
        x: Int, y: Int, width w: Int, height h: Int, thickness t: Int, _ color: RGB
    ) {
        fill(x: x, y: y, width: w, height: t, color)
        fill(x: x, y: y + h - t, width: w, height: t, color)
        fill(x: x, y: y, width: t, height: h, color)
        fill(x: x + w - t, y: y, width: t, height: h, color)
    }

    /// Copies a picture of three bytes a pixel, enlarged by a whole factor.
    mutating func draw(rgb: [UInt8], width w: Int, height h: Int, x: Int, y: Int, zoom: Int = 1) {
        for row in 0..<h * zoom where y + row >= 0 && y + row < height {
            for column in 0..<w * zoom where x + column >= 0 && x + column < width {
                let from = 3 * ((row / zoom) * w + column / zoom)
                set(x: x + column, y: y + row, RGB(rgb[from], rgb[from + 1], rgb[from + 2]))
            }
        }
    }
}
