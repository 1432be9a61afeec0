#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What it costs, in nats, to say "these pixels are one nucleus".
///
/// C = mis + min((1/8)(RSS / noise - n), 0.3 n) + 6 + size term, for n pixels, where mis is the number of pixels in which the
/// region differs from the ellipse of its own moments, and RSS the squared residual of the
/// variance-stabilised intensity about a dome f0 - h r2 with h >= 0 over that ellipse.
struct ShapeCost {
    /// Cost of the parameters of one nucleus.
    static let object = 6.0
    /// Half of the weight of the intensity term (about a quarter of the pixels are independent).
    static let intensity = 0.125
    /// The most that intensities may cost, a pixel: a nucleus with much texture is still a nucleus.
    static let texture = 0.3
    /// Width of the size prior in the logarithm of the area.
    static let spread = 0.5

    /// Variance of the stabilised intensity.
    let noise: Double
    /// Logarithm of the typical area, or nil for no size prior.
    let logArea: Double?

    /// The ellipse that has a region's moments.
    struct Ellipse {
        /// Centre in pixels.
        let x: Double
        /// Centre in pixels.
        let y: Double
        /// Variance along x with the spread of one pixel.
        let a: Double
        /// Variance along y with the spread of one pixel.
        let b: Double
        /// Covariance.
        let e: Double

        /// Determinant of the covariance matrix.
        var determinant: Double { a * b - e * e }

        /// Squared Mahalanobis distance of a point; 4 at the edge of a filled ellipse.
        func radius2(_ px: Double, _ py: Double) -> Double {
            let dx = px - x
            let dy = py - y
            return (b * dx * dx - 2 * e * dx * dy + a * dy * dy) / determinant
        }
    }

    /// The ellipse of a region of at least one pixel.
    static func ellipse(_ region: PixelBag) -> Ellipse {
        let n = Double(region.count)
        var (sx, sy) = (0.0, 0.0)
        for i in 0..<region.count {
            sx += region.x[i]
            sy += region.y[i]
        }
        let (cx, cy) = (sx / n, sy / n)
        var (xx, yy, xy) = (0.0, 0.0, 0.0)
        for i in 0..<region.count {
            let dx = region.x[i] - cx
            let dy = region.y[i] - cy
            xx += dx * dx
            yy += dy * dy
            xy += dx * dy
        }
        return Ellipse(x: cx, y: cy, a: xx / n + 1.0 / 12, b: yy / n + 1.0 / 12, e: xy / n)
    }

    /// Pixels in which a region and the ellipse of its moments differ.
    static func misfit(_ region: PixelBag) -> Double {
        let shape = ellipse(region)
        var inside = 0.0
        for i in 0..<region.count where shape.radius2(region.x[i], region.y[i]) <= 4 {
            inside += 1
        }
        return misfit(count: region.count, inside: inside, shape)
    }

    private static func misfit(count: Int, inside: Double, _ shape: Ellipse) -> Double {
        Double(count) - inside
            + max(0, 4 * Double.pi * shape.determinant.squareRoot() - inside)
    }

    /// The cost of a region of at least one pixel.
    ///
    /// - Complexity: O(pixels of the region).
    func cost(_ region: PixelBag) -> Double {
        let shape = Self.ellipse(region)
        let n = Double(region.count)
        let inverse = 1 / shape.determinant
        let (ka, kb, ke) = (shape.b * inverse, shape.a * inverse, 2 * shape.e * inverse)
        var (inside, sr, srr, sf, sff, srf) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        for i in 0..<region.count {
            let dx = region.x[i] - shape.x
            let dy = region.y[i] - shape.y
            let r = ka * dx * dx - ke * dx * dy + kb * dy * dy
            let f = region.f[i]
            inside += r <= 4 ? 1 : 0
            sr += r
            srr += r * r
            sf += f
            sff += f * f
            srf += r * f
        }
        let covariance = srf - sr * sf / n
        let spreadOfRadius = srr - sr * sr / n
        var residual = sff - sf * sf / n
        if covariance < 0, spreadOfRadius > 1e-9 {
            residual -= covariance * covariance / spreadOfRadius
        }
        var cost =
            Self.misfit(count: region.count, inside: inside, shape)
            + min(Self.intensity * (max(residual, 0) / noise - n), Self.texture * n) + Self.object
        if let logArea {
            let d = (log(n) - logArea) / Self.spread
            cost += 0.5 * min(d * d, 50)
        }
        return cost
    }
}
