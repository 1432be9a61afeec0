import Foundation

/// Where a text stands at its anchor point.
enum Alignment {
    case left
    case centre
    case right
}

extension Canvas {
    /// Draws a text with its base line at `y`; x is its left edge, middle or right edge.
    ///
    /// - Parameters:
    ///   - quarterTurns: 0 for left to right, 1 for bottom to top (turned against the clock).
    ///   - halo: a colour to lay around the letters first, and how far.
    mutating func text(
        _ text: String, x: Double, y: Double, font: Font, _ color: RGB = Ink.text,
        align: Alignment = .left, quarterTurns: Int = 0,
        halo: (color: RGB, width: Double)? = nil
    ) {
        let width = font.width(of: text)
        let shift = align == .left ? 0 : align == .centre ? -width / 2 : -width
        let run = TextRun(
            text, font: font, origin: SIMD2(x, y), shift: shift, turned: quarterTurns % 2 != 0)
        if let halo {
            run.mask(canvas: self, grow: halo.width).paint(on: &self, halo.color, opacity: 0.9)
        }
        run.mask(canvas: self, grow: 0).paint(on: &self, color)
    }
}

/// The strokes of a text in pixels.
struct TextRun {
    private var segments: [(from: SIMD2<Float>, to: SIMD2<Float>, radius: Float)] = []

    /// - Parameter shift: pixels from the origin to the left edge, along the base line.
    init(_ text: String, font: Font, origin: SIMD2<Double>, shift: Double, turned: Bool) {
        let radius = Float(font.halfStroke)
        // The base line stands on a pixel's edge.
        let base =
            turned ? SIMD2(origin.x.rounded(), origin.y) : SIMD2(origin.x, origin.y.rounded())
        var pen = shift
        func place(_ point: SIMD2<Float>) -> SIMD2<Float> {
            let along = pen + Double(point.x) * font.unit
            let up = font.height(of: point.y)
            return SIMD2<Float>(
                turned ? SIMD2(base.x - up, base.y - along) : SIMD2(base.x + along, base.y - up))
        }
        for character in text {
            let glyph = Glyph.of(character)
            for line in glyph.lines {
                var last = place(line[0])
                for point in line {
                    let next = place(point)
                    segments.append((last, next, radius * glyph.weight))
                    last = next
                }
            }
            for dot in glyph.dots {
                let at = place(dot)
                segments.append((at, at, radius * 1.3))
            }
            pen += Double(glyph.advance) * font.unit
        }
    }

    /// What of the canvas the text covers, its strokes widened by `grow` on each side.
    func mask(canvas: Canvas, grow: Double) -> StrokeMask {
        var low = SIMD2<Float>(repeating: .greatestFiniteMagnitude)
        var high = -low
        for segment in segments {
            let reach = segment.radius + Float(grow) + 1
            low = pointwiseMin(low, pointwiseMin(segment.from, segment.to) - reach)
            high = pointwiseMax(high, pointwiseMax(segment.from, segment.to) + reach)
        }
        guard !segments.isEmpty else { return StrokeMask(left: 0, top: 0, right: 0, bottom: 0) }
        var mask = StrokeMask(
            left: max(0, Int(max(0, low.x))), top: max(0, Int(max(0, low.y))),
            right: min(canvas.width, Int(max(0, min(1e6, high.x.rounded(.up))))),
            bottom: min(canvas.height, Int(max(0, min(1e6, high.y.rounded(.up))))))
        for segment in segments {
            mask.add(from: segment.from, to: segment.to, radius: segment.radius + Float(grow))
        }
        return mask
    }
}
