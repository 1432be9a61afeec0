#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Colours of the CIE 1976 L*a*b* space (white D65, 2 degrees).
public enum CIELAB {
    /// The sRGB colour, with the constants of scikit-image's `lab2rgb`; what lies outside of sRGB is
    /// clipped.
    ///
    /// - Parameters:
    ///   - l: L*, 0...100.
    ///   - a: a*, about -128...127.
    ///   - b: b*, about -128...127.
    /// - Returns: red, green and blue, rounded to 0...255.
    public static func sRGB(l: Double, a: Double, b: Double) -> (UInt8, UInt8, UInt8) {
        let color = light(SIMD3(l, a, b))
        return (companded(color.x), companded(color.y), companded(color.z))
    }

    /// Whether a screen can show L*, a*, b*: red, green and blue within 0...1, but for a hundredth of a percent.
    public static func isShown(_ lab: SIMD3<Double>) -> Bool {
        let color = light(lab)
        // A NaN fails.
        return color.min() >= -1e-4 && color.max() <= 1 + 1e-4
    }

    /// Linear red, green and blue of L*, a*, b*; outside of 0...1 where a screen cannot show it.
    public static func light(_ lab: SIMD3<Double>) -> SIMD3<Double> {
        let fy = (lab.x + 16) / 116
        let x = 0.95047 * linear(fy + lab.y / 500)
        let y = linear(fy)
        let z = 1.08883 * linear(max(fy - lab.z / 200, 0))
        return SIMD3(
            3.240_481_34 * x - 1.537_151_52 * y - 0.498_536_33 * z,
            -0.969_254_95 * x + 1.875_990_00 * y + 0.041_555_93 * z,
            0.055_646_64 * x - 0.204_041_34 * y + 1.057_311_07 * z)
    }

    private static func linear(_ f: Double) -> Double {
        f > 0.206_896_6 ? f * f * f : (f - 16 / 116) / 7.787
    }

    private static func companded(_ c: Double) -> UInt8 {
        let v = c > 0.003_130_8 ? 1.055 * pow(c, 1 / 2.4) - 0.055 : 12.92 * c
        // A NaN fails both comparisons and becomes 0.
        guard v > 0 else { return 0 }
        return v < 1 ? UInt8((v * 255).rounded()) : 255
    }
}
