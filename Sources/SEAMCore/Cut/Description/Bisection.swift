#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A proposal how to divide one region into two nuclei.
enum Bisection {
    /// The two parts, or nil if no division into parts of at least 8 pixels was found.
    ///
    /// Starts on the two sides of the centre along the major axis, then up to six rounds of hard
    /// assignment to two Gaussians in place, with a term for the intensity.
    ///
    /// - Complexity: O(pixels of the region).
    static func propose(
        _ region: PixelBag, noise: Double
    ) -> (left: [Int32], right: [Int32])? {
        let shape = ShapeCost.ellipse(region)
        // direction of the major axis: eigenvector of the larger eigenvalue
        let half = (shape.a - shape.b) / 2
        let root = (half * half + shape.e * shape.e).squareRoot()
        let axis = half >= 0 ? (half + root, shape.e) : (shape.e, root - half)
        let direction = root > 1e-12 ? axis : (1.0, 0.0)
        var side = (0..<region.count).map { i in
            (region.x[i] - shape.x) * direction.0 + (region.y[i] - shape.y) * direction.1 > 0
        }
        for _ in 0..<6 {
            guard let first = Part(region, side, of: false),
                let second = Part(region, side, of: true)
            else { return nil }
            var changed = false
            for i in 0..<region.count {
                let other =
                    second.distance(region, i, noise: noise)
                    < first.distance(
                        region, i, noise: noise)
                if other != side[i] {
                    side[i] = other
                    changed = true
                }
            }
            if !changed { break }
        }
        var (left, right) = ([Int32](), [Int32]())
        for i in 0..<region.count {
            if side[i] { right.append(region.pixels[i]) } else { left.append(region.pixels[i]) }
        }
        return left.count >= 8 && right.count >= 8 ? (left, right) : nil
    }

    /// One side: its place, shape and mean intensity.
    private struct Part {
        private let shape: ShapeCost.Ellipse
        private let mean: Double
        private let logDeterminant: Double

        /// The moments of one side, or nil below 8 pixels.
        init?(_ region: PixelBag, _ side: [Bool], of wanted: Bool) {
            var (n, sx, sy, sf) = (0.0, 0.0, 0.0, 0.0)
            for i in 0..<region.count where side[i] == wanted {
                n += 1
                sx += region.x[i]
                sy += region.y[i]
                sf += region.f[i]
            }
            guard n >= 8 else { return nil }
            let (cx, cy) = (sx / n, sy / n)
            var (xx, yy, xy) = (0.0, 0.0, 0.0)
            for i in 0..<region.count where side[i] == wanted {
                let dx = region.x[i] - cx
                let dy = region.y[i] - cy
                xx += dx * dx
                yy += dy * dy
                xy += dx * dy
            }
            shape = ShapeCost.Ellipse(
                x: cx, y: cy, a: xx / n + 1.0 / 12, b: yy / n + 1.0 / 12, e: xy / n)
            mean = sf / n
            logDeterminant = log(shape.determinant)
        }

        /// Minus the log-likelihood of a pixel, up to a constant.
        func distance(_ region: PixelBag, _ i: Int, noise: Double) -> Double {
            let d = region.f[i] - mean
            return 0.5 * (shape.radius2(region.x[i], region.y[i]) + logDeterminant)
                + 0.5 * d * d / noise
        }
    }
}
