/// How much of each pixel a set of strokes covers.
///
/// A stroke is everything within `radius` of a line segment (so ends and joins are round). The coverage
/// of a pixel is taken from the distance of its centre to the nearest segment, which is exact for a
/// straight edge parallel to the pixel grid and within a few per cent otherwise; strokes that meet
/// are united, not added, so joins show no dark spots.
struct StrokeMask {
    private let left: Int
    private let top: Int
    private let width: Int
    private let height: Int
    private var coverage: [Float]

    /// An empty mask over the pixels left..<right, top..<bottom.
    init(left: Int, top: Int, right: Int, bottom: Int) {
        self.left = left
        self.top = top
        width = max(0, right - left)
        height = max(0, bottom - top)
        coverage = [Float](repeating: 0, count: width * height)
    }

    /// Adds everything within `radius` of the segment.
    mutating func add(from a: SIMD2<Float>, to b: SIMD2<Float>, radius: Float) {
        let reach = radius + 0.5
        let low = pointwiseMin(a, b) - reach
        let high = pointwiseMax(a, b) + reach
        let columns = clipped(low.x, high.x, left, width)
        let rows = clipped(low.y, high.y, top, height)
        guard !columns.isEmpty, !rows.isEmpty else { return }
        let d = b - a
        let lengthSquared = (d * d).sum()
        let inverse = lengthSquared > 0 ? 1 / lengthSquared : 0
        coverage.withUnsafeMutableBufferPointer { buffer in
            for row in rows {
                for column in columns {
                    let p = SIMD2(Float(column + left) + 0.5, Float(row + top) + 0.5) - a
                    let t = min(1, max(0, (p * d).sum() * inverse))
                    let r = p - d * t
                    let value = reach - (r * r).sum().squareRoot()
                    let at = row * width + column
                    if value > buffer[at] { buffer[at] = min(1, value) }
                }
            }
        }
    }

    /// Lays a colour over a canvas through the mask.
    func paint(on canvas: inout Canvas, _ color: RGB, opacity: Float = 1) {
        for row in 0..<height {
            for column in 0..<width {
                let value = coverage[row * width + column]
                if value > 0 {
                    canvas.blend(x: left + column, y: top + row, color, value * opacity)
                }
            }
        }
    }

    /// Mask columns (or rows) whose centres can be within low...high.
    private func clipped(_ low: Float, _ high: Float, _ origin: Int, _ extent: Int) -> Range<Int> {
        let first = max(0, Int(max(-1e6, low).rounded(.down)) - origin)
        let last = min(extent, Int(min(1e6, high).rounded(.up)) - origin)
        return first..<max(first, last)
    }
}

extension Canvas {
    /// A line along points, with round ends and joins.
    mutating func polyline(
        _ points: [SIMD2<Double>], thickness: Double, _ color: RGB, opacity: Float = 1
    ) {
        guard let first = points.first else { return }
        var low = first
        var high = first
        for point in points {
            low = pointwiseMin(low, point)
            high = pointwiseMax(high, point)
        }
        let reach = thickness / 2 + 1
        var mask = StrokeMask(
            left: max(0, Int(max(-1e6, low.x - reach))), top: max(0, Int(max(-1e6, low.y - reach))),
            right: min(width, Int(min(1e6, high.x + reach)) + 1),
            bottom: min(height, Int(min(1e6, high.y + reach)) + 1))
        var last = SIMD2<Float>(first)
        for point in points {
            let next = SIMD2<Float>(point)
            mask.add(from: last, to: next, radius: Float(thickness / 2))
            last = next
        }
        mask.paint(on: &self, color, opacity: opacity)
    }

    /// A filled disc.
    mutating func disc(
        centre: SIMD2<Double>, radius: Double, _ color: RGB, opacity: Float = 1
    ) {
        polyline([centre], thickness: 2 * radius, color, opacity: opacity)
    }
}
