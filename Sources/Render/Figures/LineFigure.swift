/// Curves, such as a criterion over the number of clusters or a loss over epochs.
public enum LineFigure {
    /// Draws each series as a line through its points (marked where they are few), with a legend where there
    /// are several. Faint lines run across at the ticks of y.
    ///
    /// - Parameters:
    ///   - series: name and points in the order in which they are joined; points that are not finite break the
    ///     line.
    ///   - width: of the whole picture in pixels, or nil for the default.
    public static func render(
        series: [(name: String, points: [SIMD2<Double>])], title: String, xLabel: String,
        yLabel: String, width: Int? = nil
    ) -> Picture {
        let points = series.flatMap(\.points).filter(finite)
        let frame = PlotFrame(
            title: title, x: PlotAxis(label: xLabel, values: points.lazy.map(\.x), padding: 0.03),
            y: PlotAxis(label: yLabel, values: points.lazy.map(\.y), padding: 0.06),
            side: series.count > 1 ? legend(series.map(\.name)) : nil, lines: true)
        return frame.fitting(total: width).render { canvas, mapping in
            for (index, one) in series.enumerated() {
                let color = Self.color(index)
                let pieces = one.points.split { !finite($0) }
                for piece in pieces {
                    let pixels = piece.map { mapping.point($0.x, $0.y) }
                    canvas.polyline(pixels, thickness: 4, color)
                    if piece.count <= 40 {
                        for pixel in pixels { canvas.disc(centre: pixel, radius: 6, color) }
                    }
                }
            }
        }
    }

    private static func finite(_ point: SIMD2<Double>) -> Bool {
        abs(point.x) < 1e300 && abs(point.y) < 1e300
    }

    /// Cluster colours in an order that starts with those dark enough for lines on paper.
    private static func color(_ index: Int) -> RGB {
        let dark = [6, 4, 3, 5, 1, 2]
        return Palette.color(of: index < dark.count ? dark[index] : index + 2)
    }

    private static func legend(_ names: [String]) -> SidePanel {
        let font = Style.label
        let shown = names.prefix(40).map { font.shortened($0, to: 360) }
        let width = 56 + Int((shown.map { font.width(of: $0) }.max() ?? 0).rounded(.up))
        return SidePanel(width: width, height: shown.count * 36) { canvas, x, y in
            for (index, name) in shown.enumerated() {
                let middle = Double(y + index * 36 + 14)
                canvas.polyline(
                    [SIMD2(Double(x + 4), middle), SIMD2(Double(x + 38), middle)], thickness: 4,
                    color(index))
                canvas.text(
                    name, x: Double(x + 56), y: middle + (font.capHeight / 2).rounded(), font: font)
            }
        }
    }
}
