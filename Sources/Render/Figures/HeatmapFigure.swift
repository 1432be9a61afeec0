/// A table of values as coloured cells, such as marker ions by clusters.
public enum HeatmapFigure {
    /// Draws the heat map: row names at the left, column names above, a colour bar at the right.
    ///
    /// A diverging scale is symmetric round 0 (white); a sequential one runs from 0, or from the least value
    /// where some are negative, to the largest. Many rows make thin rows with fewer names.
    /// - Parameters:
    ///   - values: rows.count x columns.count, row-major; nil or not finite is drawn grey.
    ///   - unit: what the values are.
    ///   - diverging: whether the values have a sign and 0 is their middle.
    ///   - colormap: of a sequential scale.
    /// - Precondition: one value for every row and column; at most 8192 rows and columns.
    public static func render(
        rows: [String], columns: [String], values: [Double?], title: String, unit: String,
        diverging: Bool, colormap: ColorMap = .viridis
    ) -> Picture {
        precondition(values.count == rows.count * columns.count, "rows x columns values")
        precondition(rows.count <= 8192 && columns.count <= 8192, "a table that can be drawn")
        let layout = HeatmapLayout(rows: rows, columns: columns)
        let scale = HeatScale(
            values: values.compactMap { $0 }, diverging: diverging, table: colormap.table)
        let bar = ColorBar.panel(
            table: scale.table, ticks: scale.ticks, unit: unit,
            height: min(640, max(240, layout.height)))
        let figure = ImageFigure(
            title: title, width: layout.left + layout.width, height: layout.top + layout.height,
            side: SidePanel(
                width: bar.width, height: layout.top + bar.height,
                draw: { canvas, x, y in bar.draw(&canvas, x, y + layout.top) }),
            scaleBar: nil, note: nil)
        return figure.render { canvas, x, y in
            for row in rows.indices {
                for column in columns.indices {
                    let value = values[row * columns.count + column]
                    layout.fill(
                        row, column, scale.color(value), on: &canvas, x: x, y: y)
                }
            }
            layout.drawNames(on: &canvas, x: x, y: y)
        }
    }
}

/// Colours of a heat map.
private struct HeatScale {
    let low: Double
    let high: Double
    let table: [UInt8]

    init(values: [Double], diverging: Bool, table: [UInt8]) {
        let finite = values.filter { $0.isFinite }
        let least = finite.min() ?? 0
        let most = finite.max() ?? 1
        if diverging {
            let reach = max(abs(least), abs(most))
            high = reach > 0 ? reach : 1
            low = -high
            self.table = ColorMap.diverging
        } else {
            low = min(0, least)
            high = most > low ? most : low + 1
            self.table = table
        }
    }

    func position(_ value: Double) -> Double {
        // Halves, since the difference of two finite values may overflow.
        (value / 2 - low / 2) / (high / 2 - low / 2)
    }

    func color(_ value: Double?) -> RGB {
        guard let value, value.isFinite else { return Ink.missing }
        return ColorMap.color(table, at: position(value))
    }

    var ticks: [(label: String, position: Double)] {
        let ticks = Ticks.nice(low, high)
        return zip(ticks.labels, ticks.values).map { ($0, position($1)) }
    }
}

/// Where the cells and names of a heat map stand.
private struct HeatmapLayout {
    let rows: [String]
    let columns: [String]
    let rowHeight: Int
    let columnWidth: Int
    /// Whether column names run from bottom to top.
    let turned: Bool
    /// Space for row names at the left and column names above.
    let left: Int
    let top: Int

    private let font = Style.small

    init(rows: [String], columns: [String]) {
        let font = Style.small
        self.rows = rows.map { font.shortened($0, to: 420) }
        self.columns = columns.map { font.shortened($0, to: 300) }
        func widest(_ names: [String]) -> Int {
            Int((names.map { font.width(of: $0) }.max() ?? 0).rounded(.up))
        }
        rowHeight = max(1, min(34, 5600 / max(1, rows.count)))
        let widestColumn = widest(self.columns)
        turned = widestColumn + 16 > 110 || columns.count > 40
        columnWidth =
            turned
            ? max(1, min(64, 5600 / max(1, columns.count)))
            : max(64, widestColumn + 16)
        left = widest(self.rows) + 12
        top = columns.isEmpty ? 0 : (turned ? widestColumn : Int(font.capHeight)) + 14
    }

    var width: Int { columns.count * columnWidth }
    var height: Int { rows.count * rowHeight }

    func fill(_ row: Int, _ column: Int, _ color: RGB, on canvas: inout Canvas, x: Int, y: Int) {
        let gapX = columnWidth >= 12 ? 2 : 0
        let gapY = rowHeight >= 12 ? 2 : 0
        canvas.fill(
            x: x + left + column * columnWidth, y: y + top + row * rowHeight,
            width: columnWidth - gapX, height: rowHeight - gapY, color)
    }

    func drawNames(on canvas: inout Canvas, x: Int, y: Int) {
        let needed = Int(font.lineHeight)
        let everyRow = (needed + rowHeight - 1) / rowHeight
        for row in stride(from: 0, to: rows.count, by: rowHeight >= 24 ? 1 : everyRow) {
            let middle = Double(y + top + row * rowHeight) + Double(rowHeight - 2) / 2
            canvas.text(
                rows[row], x: Double(x + left - 12), y: middle + (font.capHeight / 2).rounded(),
                font: font, align: .right)
        }
        let everyColumn = turned ? (needed + columnWidth - 1) / columnWidth : 1
        for column in stride(from: 0, to: columns.count, by: everyColumn) {
            let middle =
                Double(x + left + column * columnWidth) + Double(columnWidth - 2) / 2
            if turned {
                canvas.text(
                    columns[column], x: middle + (font.capHeight / 2).rounded(),
                    y: Double(y + top - 10), font: font, quarterTurns: 1)
            } else {
                canvas.text(
                    columns[column], x: middle, y: Double(y + top - 12), font: font,
                    align: .centre)
            }
        }
    }
}
