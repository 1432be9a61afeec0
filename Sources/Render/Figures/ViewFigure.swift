public import Imaging

/// A SIMS-View: every pixel in the colour of its place in the embedding.
public enum ViewFigure {
    /// The view: the data only at native pixels where there is no title, else a figure with a key of what the
    /// colours span and a scale bar.
    ///
    /// - Parameters:
    ///   - rgb: sRGB of every pixel, 3 x P bytes.
    ///   - title: nil for the data only.
    ///   - axes: what lightness, a* and b* show.
    /// - Precondition: three bytes a pixel; the size fits.
    public static func render(
        rgb: [UInt8], grid: PixelGrid, title: String?,
        axes: (lightness: String, a: String, b: String) = ("UMAP 1", "UMAP 2", "UMAP 3")
    ) -> Picture {
        precondition(rgb.count == 3 * grid.count, "three bytes a pixel")
        guard let title else {
            return Picture(width: grid.width, height: grid.height, pixels: .rgb(rgb))
        }
        let display = DisplayScale(grid: grid)
        let columns = display.width / display.zoom
        let rows = display.height / display.zoom
        var shown = rgb
        if display.shrink > 1 {
            shown = (0..<columns * rows).flatMap { place -> [UInt8] in
                let at = 3 * display.source(place % columns, place / columns, grid: grid)
                return [rgb[at], rgb[at + 1], rgb[at + 2]]
            }
        }
        let layout = ImageFigure(
            title: title, width: display.width, height: display.height, side: key(axes),
            scaleBar: ScaleBar(grid: grid, displayed: display.factor), note: nil)
        return layout.render { canvas, x, y in
            canvas.draw(rgb: shown, width: columns, height: rows, x: x, y: y, zoom: display.zoom)
        }
    }

    /// A square of a* (right) and b* (up) at L* = 65, and a bar of L*.
    private static func key(_ axes: (lightness: String, a: String, b: String)) -> SidePanel {
        let font = Style.small
        let side = 220
        let texts = ["a* → \(axes.a)", "b* ↑ \(axes.b)", "L* → \(axes.lightness)"]
            .map { font.shortened($0, to: 400) }
        let row = Int(font.lineHeight)
        let width = max(side, Int((texts.map { font.width(of: $0) }.max() ?? 0).rounded(.up)))
        let height = side + 12 + 2 * row + 24 + 28 + 12 + row
        return SidePanel(width: width, height: height) { canvas, left, top in
            for y in 0..<side {
                for x in 0..<side {
                    let a = -128 + 255 * (Double(x) + 0.5) / Double(side)
                    let b = 127 - 255 * (Double(y) + 0.5) / Double(side)
                    canvas.set(x: left + x, y: top + y, CIELAB.sRGB(SIMD3(65, a, b)))
                }
            }
            var base = Double(top + side + 12) + font.capHeight
            for text in texts.prefix(2) {
                canvas.text(text, x: Double(left), y: base, font: font, Ink.quiet)
                base += font.lineHeight
            }
            let bar = top + side + 12 + 2 * row + 24
            for x in 0..<side {
                let color = CIELAB.sRGB(SIMD3(100 * (Double(x) + 0.5) / Double(side), 0, 0))
                canvas.fill(x: left + x, y: bar, width: 1, height: 28, color)
            }
            canvas.frame(x: left, y: bar, width: side, height: 28, thickness: 1, Ink.axis)
            canvas.text(
                texts[2], x: Double(left), y: Double(bar + 28 + 12) + font.capHeight, font: font,
                Ink.quiet)
        }
    }
}
