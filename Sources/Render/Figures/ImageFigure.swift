/// Lays out a figure round one image: title above, a legend at the right, scale bar and a note below.
struct ImageFigure {
    var title: String
    /// Size of the image in picture pixels.
    var width: Int
    var height: Int
    /// Colour bar or legend.
    var side: SidePanel?
    var scaleBar: ScaleBar?
    /// A line under the image.
    var note: String?

    private var sideWidth: Int { side.map { $0.width + Style.gap } ?? 0 }
    private var contentWidth: Int { max(width + sideWidth, Style.narrowest) }
    private var contentHeight: Int { max(height, side?.height ?? 0) }
    private var titleHeight: Int {
        title.isEmpty ? 0 : Int(Style.title.capHeight) + Int(Style.title.descent) + Style.gap
    }

    /// Whether bar and note stand in one row.
    private var oneRow: Bool {
        guard let scaleBar, let note else { return true }
        let needed = scaleBar.width(font: Style.label) + 40 + Style.small.width(of: note)
        return needed <= Double(max(width, contentWidth - sideWidth))
    }

    private var footerHeight: Int {
        let row = Int(Style.label.lineHeight) + 6
        if scaleBar == nil && note == nil { return 0 }
        return Style.gap / 2 + (oneRow ? row : 2 * row)
    }

    /// Draws the figure; `image` draws the image with its top left corner at the given place.
    func render(image: (inout Canvas, _ x: Int, _ y: Int) -> Void) -> Picture {
        let margin = Style.margin
        var canvas = Canvas(
            width: contentWidth + 2 * margin,
            height: titleHeight + contentHeight + footerHeight + 2 * margin)
        if !title.isEmpty {
            let text = Style.title.shortened(title, to: Double(contentWidth))
            canvas.text(
                text, x: Double(margin), y: Double(margin) + Style.title.capHeight,
                font: Style.title)
        }
        let top = margin + titleHeight
        image(&canvas, margin, top)
        side?.draw(&canvas, margin + width + Style.gap, top)
        drawFooter(on: &canvas, top: top + contentHeight + Style.gap / 2)
        return canvas.picture()
    }

    private func drawFooter(on canvas: inout Canvas, top: Int) {
        let margin = Style.margin
        let row = Int(Style.label.lineHeight) + 6
        if let scaleBar {
            scaleBar.draw(
                on: &canvas, x: margin, middle: top + row / 2, font: Style.label, color: Ink.text)
        }
        guard let note else { return }
        let text = Style.small.shortened(note, to: Double(contentWidth))
        let below = scaleBar != nil && !oneRow ? row : 0
        let base = Double(top + below + row / 2) + Style.small.capHeight / 2
        let right = scaleBar != nil && oneRow
        canvas.text(
            text, x: Double(right ? margin + max(width, contentWidth - sideWidth) : margin),
            y: base,
            font: Style.small, Ink.quiet, align: right ? .right : .left)
    }
}

/// What stands at the right of an image or plot.
struct SidePanel {
    let width: Int
    let height: Int
    /// Draws it with its top left corner at the given place.
    let draw: (inout Canvas, _ x: Int, _ y: Int) -> Void
}
