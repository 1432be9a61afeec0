import Imaging

/// A bar of a round length under an image.
struct ScaleBar: Sendable, Hashable {
    /// Length in picture pixels, at least 1.
    let pixels: Int
    /// `50 µm`, `2 mm`, `100 px`.
    let text: String

    /// A bar of about a fifth of the image's width.
    ///
    /// - Parameter displayed: picture pixels a raster pixel.
    init(grid: PixelGrid, displayed: Double) {
        let unit = grid.pixelSizeMicrometres
        let target = Double(grid.width) * (unit ?? 1) / 5
        var length = Ticks.roundLength(near: target)
        if unit == nil { length = max(1, length) }
        pixels = max(1, Int((length / (unit ?? 1) * displayed).rounded()))
        text = unit == nil ? "\(NumberText.short(length)) px" : Self.micrometres(length)
    }

    private static func micrometres(_ length: Double) -> String {
        if length >= 1000 { return "\(NumberText.short(length / 1000)) mm" }
        if length < 1 { return "\(NumberText.short(length * 1000)) nm" }
        return "\(NumberText.short(length)) µm"
    }

    /// Pixels across of the bar with its text beside it.
    func width(font: Font) -> Double { Double(pixels) + 12 + font.width(of: text) }

    /// Draws the bar from x on, its text to the right, both centred on y.
    func draw(on canvas: inout Canvas, x: Int, middle y: Int, font: Font, color: RGB) {
        let thickness = max(2, Int(font.size / 4))
        canvas.fill(x: x, y: y - thickness / 2, width: pixels, height: thickness, color)
        canvas.text(
            text, x: Double(x + pixels + 12), y: Double(y) + font.capHeight / 2, font: font, color)
    }
}
