/// A colour scale with ticks.
enum ColorBar {
    /// The panel of a bar: the unit above, ticks and numbers at the right.
    ///
    /// - Parameters:
    ///   - ticks: label and position 0 (bottom) ... 1 (top).
    ///   - height: of the whole panel, at least 200.
    static func panel(
        table: [UInt8], ticks: [(label: String, position: Double)], unit: String, height: Int
    ) -> SidePanel {
        let height = max(200, height)
        let font = Style.small
        let unitText = font.shortened(unit, to: 260)
        let labels = ticks.map { font.width(of: $0.label) }.max() ?? 0
        let thick = 28
        let beside = thick + Style.tick + 8 + Int(labels.rounded(.up))
        let width = max(beside, Int(font.width(of: unitText).rounded(.up)))
        let head = unitText.isEmpty ? Int(font.capHeight / 2) : Int(font.lineHeight) + 10
        return SidePanel(width: width, height: height) { canvas, x, y in
            canvas.text(
                unitText, x: Double(x), y: Double(y) + font.capHeight, font: font, Ink.quiet)
            let top = y + head
            let tall = height - head - Int(font.capHeight / 2)
            for row in 0..<tall {
                let color = ColorMap.color(table, at: 1 - (Double(row) + 0.5) / Double(tall))
                canvas.fill(x: x, y: top + row, width: thick, height: 1, color)
            }
            canvas.frame(
                x: x, y: top, width: thick, height: tall, thickness: 1, Ink.axis)
            for (label, position) in ticks {
                let at = top + Int(((1 - position) * Double(tall - 1)).rounded())
                canvas.fill(
                    x: x + thick, y: at - 1, width: Style.tick, height: Style.line, Ink.axis)
                canvas.text(
                    label, x: Double(x + thick + Style.tick + 8),
                    y: Double(at) + (font.capHeight / 2).rounded(), font: font)
            }
        }
    }

    /// The ticks of a value scale, with their places.
    static func ticks(of scale: ValueScale) -> [(label: String, position: Double)] {
        let ticks = scale.ticks
        var kept: [(label: String, position: Double)] = []
        for (value, label) in zip(ticks.values, ticks.labels) {
            let position = scale.position(value)
            // On a curved scale the lowest ticks may fall together.
            if let last = kept.last, position - last.position < 0.05 { continue }
            kept.append((label, position))
        }
        return kept
    }
}
