/// From data to pixels of a plot's area.
struct PlotMapping {
    let x: ClosedRange<Double>
    let y: ClosedRange<Double>
    let left: Double
    let top: Double
    let width: Double
    let height: Double

    /// The pixel of a point; what is far outside stays within a million pixels, what is not finite
    /// comes to 0.
    func point(_ px: Double, _ py: Double) -> SIMD2<Double> {
        func tamed(_ v: Double) -> Double { v.isNaN ? 0 : min(1e6, max(-1e6, v)) }
        return SIMD2(
            tamed(left + (px - x.lowerBound) / (x.upperBound - x.lowerBound) * width),
            tamed(top + (y.upperBound - py) / (y.upperBound - y.lowerBound) * height))
    }
}

/// One axis of a plot.
struct PlotAxis {
    let label: String
    let range: ClosedRange<Double>
    let ticks: Ticks

    /// An axis over the finite ones of some values.
    ///
    /// - Parameters:
    ///   - padding: share of the extent to add at both ends.
    ///   - fromZero: whether it starts at 0 exactly, for amounts.
    init(label: String, values: some Sequence<Double>, padding: Double, fromZero: Bool = false) {
        var low = Double.infinity
        var high = -Double.infinity
        for value in values where value.isFinite && abs(value) < 1e300 {
            low = min(low, value)
            high = max(high, value)
        }
        if low > high { (low, high) = (0, 1) }
        if fromZero { low = min(0, low) }
        if high - low <= max(abs(low), abs(high)) * 1e-9 {
            // No extent: half a unit (or half of the value) on both sides.
            let reach = max(0.5, abs(high) / 2)
            high += reach
            if !(fromZero && low == 0) { low -= reach }
        }
        let pad = (high - low) * padding
        self.label = label
        range = (fromZero && low == 0 ? 0 : low - pad)...(high + pad)
        ticks = Ticks.nice(range.lowerBound, range.upperBound)
    }
}

/// Lays out a plot: title, axes as thin lines with ticks outside, labels, and a panel at the right.
struct PlotFrame {
    var title: String
    var x: PlotAxis
    var y: PlotAxis
    var side: SidePanel?
    /// Size of the area inside the axes.
    var width = 900
    var height = 640
    /// Whether faint lines run across at the ticks of y.
    var lines = false

    private var tickFont: Font { Style.small }
    private var leftSpace: Int {
        let widest = y.ticks.labels.map { tickFont.width(of: $0) }.max() ?? 0
        let label = y.label.isEmpty ? 0 : Int(Style.label.lineHeight) + 6
        return label + Int(widest.rounded(.up)) + 8 + Style.tick
    }
    private var bottomSpace: Int {
        let label = x.label.isEmpty ? 0 : Int(Style.label.lineHeight) + 6
        return Style.tick + 8 + Int(tickFont.capHeight + tickFont.descent) + label
    }
    /// Half of the last tick's label may stand out at the right.
    private var rightSpace: Int {
        Int((x.ticks.labels.map { tickFont.width(of: $0) }.max() ?? 0) / 2) + 4
    }
    private var titleHeight: Int {
        title.isEmpty
            ? Int(tickFont.capHeight / 2)
            : Int(Style.title.capHeight) + Int(Style.title.descent) + Style.gap
    }
    private var sideWidth: Int { side.map { $0.width + Style.gap } ?? 0 }

    /// The same plot with its area made so wide that the picture has `total` pixels across, as far as
    /// 300...4000 pixels of area allow.
    func fitting(total: Int?) -> PlotFrame {
        guard let total else { return self }
        var frame = self
        let rest = leftSpace + rightSpace + sideWidth + 2 * Style.margin
        frame.width = min(4000, max(300, min(total, 100_000) - rest))
        return frame
    }

    /// Draws frame and content; the content is given the mapping.
    func render(_ content: (inout Canvas, PlotMapping) -> Void) -> Picture {
        let margin = Style.margin
        let inner = leftSpace + width + max(rightSpace, sideWidth)
        let tall = max(height + bottomSpace, side?.height ?? 0)
        var canvas = Canvas(
            width: inner + 2 * margin, height: titleHeight + tall + 2 * margin)
        if !title.isEmpty {
            canvas.text(
                Style.title.shortened(title, to: Double(inner)), x: Double(margin),
                y: Double(margin) + Style.title.capHeight, font: Style.title)
        }
        let mapping = PlotMapping(
            x: x.range, y: y.range, left: Double(margin + leftSpace),
            top: Double(margin + titleHeight), width: Double(width), height: Double(height))
        if lines { drawLines(on: &canvas, mapping) }
        content(&canvas, mapping)
        drawAxes(on: &canvas, mapping)
        side?.draw(&canvas, margin + leftSpace + width + Style.gap, margin + titleHeight)
        return canvas.picture()
    }

    private func drawLines(on canvas: inout Canvas, _ mapping: PlotMapping) {
        for value in y.ticks.values {
            let at = Int(mapping.point(x.range.lowerBound, value).y.rounded())
            canvas.fill(x: Int(mapping.left), y: at - 1, width: width, height: 2, Ink.grid)
        }
    }

    private func drawAxes(on canvas: inout Canvas, _ mapping: PlotMapping) {
        let left = Int(mapping.left)
        let bottom = Int(mapping.top) + height
        canvas.fill(
            x: left - Style.line, y: Int(mapping.top), width: Style.line,
            height: height + Style.line, Ink.axis)
        canvas.fill(
            x: left - Style.line, y: bottom, width: width + Style.line, height: Style.line, Ink.axis
        )
        for (value, label) in zip(x.ticks.values, x.ticks.labels) {
            let at = mapping.point(value, y.range.lowerBound).x
            canvas.fill(
                x: Int(at.rounded()) - 1, y: bottom, width: Style.line, height: Style.tick, Ink.axis
            )
            canvas.text(
                label, x: at, y: Double(bottom + Style.tick + 8) + tickFont.capHeight,
                font: tickFont, align: .centre)
        }
        for (value, label) in zip(y.ticks.values, y.ticks.labels) {
            let at = mapping.point(x.range.lowerBound, value).y
            canvas.fill(
                x: left - Style.tick, y: Int(at.rounded()) - 1, width: Style.tick,
                height: Style.line, Ink.axis)
            canvas.text(
                label, x: Double(left - Style.tick - 8), y: at + (tickFont.capHeight / 2).rounded(),
                font: tickFont, align: .right)
        }
        drawLabels(on: &canvas, mapping)
    }

    private func drawLabels(on canvas: inout Canvas, _ mapping: PlotMapping) {
        let font = Style.label
        let bottom = Double(Int(mapping.top) + height + bottomSpace)
        canvas.text(
            font.shortened(x.label, to: Double(width)), x: mapping.left + Double(width) / 2,
            y: bottom - font.descent, font: font, align: .centre)
        canvas.text(
            font.shortened(y.label, to: Double(height)),
            x: Double(Style.margin) + font.capHeight + 2,
            y: mapping.top + Double(height) / 2, font: font, align: .centre, quarterTurns: 1)
    }
}
