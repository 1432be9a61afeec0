/// A line of text as a picture of its own.
public enum TextFigure {
    /// The text in dark ink on white, as high as a line is and as wide as the text measures (rounded up,
    /// at least one pixel), shortened to 16,000 pixels.
    public static func render(_ text: String, font: Font) -> Picture {
        let shown = font.shortened(text, to: 16_000)
        let width = max(1, Int(font.width(of: shown).rounded(.up)))
        var canvas = Canvas(width: width, height: Int(font.ascent + font.descent) + 2)
        canvas.text(shown, x: 0, y: font.ascent + 1, font: font)
        return Picture(width: width, height: canvas.height, pixels: .rgb(canvas.pixels))
    }
}
