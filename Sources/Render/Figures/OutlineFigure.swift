public import Imaging

/// Outlines of the cells over a grey image of the marker ion.
public enum OutlineFigure {
    /// Draws the figure: the image in dimmed grey (sqrt scale, clipped at the 99th percentile), every pixel at least
    /// 2 x 2, and the outline of every cell, one picture pixel wide, along the inside of its edge.
    ///
    /// - Parameters:
    ///   - labels: the cells.
    ///   - values: P values of the marker ion.
    ///   - title: shortened where it is too long.
    ///   - zoom: picture pixels a raster pixel, 2...8; nil: what makes about 1100 pixels.
    ///   - scaleBar: whether to draw one below.
    ///   - unit: what the values are.
    /// - Precondition: one value a pixel.
    /// - Complexity: O(picture pixels).
    public static func render(
        labels: LabelImage, over values: [Float], title: String, zoom: Int? = nil,
        scaleBar: Bool = true, unit: String = "counts"
    ) -> Picture {
        let grid = labels.grid
        precondition(values.count == grid.count, "one value a pixel")
        let wanted = zoom.map { min(8, max(2, $0)) }
        let display = DisplayScale(
            grid: grid, target: wanted.map { $0 * max(grid.width, grid.height) } ?? 1100,
            atLeast: wanted ?? 2)
        let scale = ValueScale(values: values, clip: 99, scale: .sqrt)
        let image = Shaded(
            values: values, measured: nil, scale: scale, table: dimmed
        ).reduced(display, grid: grid)
        let cells = "n = \(NumberText.count(occupied(labels))) cells"
        let layout = ImageFigure(
            title: title, width: display.width, height: display.height, side: nil,
            scaleBar: scaleBar ? ScaleBar(grid: grid, displayed: display.factor) : nil,
            note: cells + note(scale, unit: unit))
        let view = LabelView(labels: labels, display: display)
        return layout.render { canvas, left, top in
            canvas.draw(
                rgb: image.rgb, width: image.width, height: image.height, x: left, y: top,
                zoom: display.zoom)
            for y in 0..<display.height {
                for x in 0..<display.width where view.outline(x, y) {
                    canvas.set(x: left + x, y: top + y, line)
                }
            }
        }
    }

    private static let line = RGB(0xffd21f)

    /// Black to a light grey, so that the outlines stay the brightest thing.
    private static let dimmed = (0..<256).flatMap { entry -> [UInt8] in
        let level = UInt8(entry * 185 / 255)
        return [level, level, level]
    }

    private static func note(_ scale: ValueScale, unit: String) -> String {
        guard !scale.empty else { return "" }
        return " · grey 0 – \(NumberText.short(scale.upper)) \(unit), square-root scale"
    }

    /// Cells that have at least one pixel.
    private static func occupied(_ labels: LabelImage) -> Int {
        var seen = [Bool](repeating: false, count: labels.cellCount + 1)
        for label in labels.values { seen[Int(label)] = true }
        return seen.dropFirst().count { $0 }
    }
}
