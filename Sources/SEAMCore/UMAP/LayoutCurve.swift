import Foundation

/// The curve 1 / (1 + a d^(2b)) that is nearest to 1 up to a least distance and to an exponential fall
/// beyond it, in least squares over 300 distances up to three spreads (as umap-learn fits it).
struct LayoutCurve {
    private(set) var a = 1.0
    private(set) var b = 1.0

    init(minimumDistance: Double, spread: Double) {
        // Fitted in units of the spread, so that any spread behaves alike.
        let least = minimumDistance / spread
        let points = (0..<300).map { index in
            let x = 3 * Double(index) / 299
            return SIMD2(x, x < least ? 1 : exp(least - x))
        }
        var damping = 1e-3
        var error = Self.error(points, a, b)
        for _ in 0..<500 {
            let (nextA, nextB) = step(points, damping)
            let next = nextA > 0 && nextB > 0 ? Self.error(points, nextA, nextB) : .infinity
            if next < error {
                let gain = error - next
                (a, b, error) = (nextA, nextB, next)
                damping = max(damping / 3, 1e-12)
                if gain < 1e-16 { break }
            } else {
                damping *= 4
                if damping > 1e12 { break }
            }
        }
        a /= pow(spread, 2 * b)
    }

    private static func error(_ points: [SIMD2<Double>], _ a: Double, _ b: Double) -> Double {
        points.reduce(0) { sum, point in
            let r = 1 / (1 + a * pow(point.x, 2 * b)) - point.y
            return sum + r * r
        }
    }

    /// One step of Levenberg and Marquardt.
    private func step(_ points: [SIMD2<Double>], _ damping: Double) -> (Double, Double) {
        var (aa, ab, bb, ra, rb) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for point in points where point.x > 0 {
            let power = pow(point.x, 2 * b)
            let value = 1 / (1 + a * power)
            let byA = -power * value * value
            let byB = -2 * a * log(point.x) * power * value * value
            let rest = point.y - value
            aa += byA * byA
            ab += byA * byB
            bb += byB * byB
            ra += byA * rest
            rb += byB * rest
        }
        aa *= 1 + damping
        bb *= 1 + damping
        let determinant = aa * bb - ab * ab
        guard determinant != 0 else { return (a, b) }
        return (a + (ra * bb - rb * ab) / determinant, b + (rb * aa - ra * ab) / determinant)
    }
}
