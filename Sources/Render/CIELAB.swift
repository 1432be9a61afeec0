import Foundation

/// CIELAB (D65, 2 degree observer) and sRGB, by IEC 61966-2-1 and CIE 15.
enum CIELAB {
    private static let white = SIMD3(0.95047, 1.0, 1.08883)

    /// L*, a*, b* of an sRGB colour.
    static func from(_ color: RGB) -> SIMD3<Double> { from(linear: linear(color)) }

    /// L*, a*, b* of linear sRGB, each 0...1.
    static func from(linear c: SIMD3<Double>) -> SIMD3<Double> {
        let xyz =
            SIMD3(
                0.4124564 * c.x + 0.3575761 * c.y + 0.1804375 * c.z,
                0.2126729 * c.x + 0.7151522 * c.y + 0.0721750 * c.z,
                0.0193339 * c.x + 0.1191920 * c.y + 0.9503041 * c.z) / white
        func f(_ t: Double) -> Double { t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116 }
        let (fx, fy, fz) = (f(xyz.x), f(xyz.y), f(xyz.z))
        return SIMD3(116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz))
    }

    /// Linear sRGB of L*, a*, b*; outside 0...1 where the colour cannot be shown.
    static func linear(_ lab: SIMD3<Double>) -> SIMD3<Double> {
        func inverse(_ f: Double) -> Double {
            f > 0.2068966 ? f * f * f : (f - 16.0 / 116) / 7.787
        }
        let fy = (lab.x + 16) / 116
        let fz = max(0, fy - lab.z / 200)
        let xyz = SIMD3(inverse(fy + lab.y / 500), inverse(fy), inverse(fz)) * white
        return SIMD3(
            3.2404542 * xyz.x - 1.5371385 * xyz.y - 0.4985314 * xyz.z,
            -0.9692660 * xyz.x + 1.8760108 * xyz.y + 0.0415560 * xyz.z,
            0.0556434 * xyz.x - 0.2040259 * xyz.y + 1.0572252 * xyz.z)
    }

    /// Linear sRGB of an sRGB colour.
    static func linear(_ color: RGB) -> SIMD3<Double> {
        func decode(_ v: UInt8) -> Double {
            let c = Double(v) / 255
            return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4)
        }
        return SIMD3(decode(color.red), decode(color.green), decode(color.blue))
    }

    /// The nearest sRGB colour to L*, a*, b*, each channel clipped.
    static func sRGB(_ lab: SIMD3<Double>) -> RGB {
        func encode(_ v: Double) -> UInt8 {
            let c = v > 0.0031308 ? 1.055 * pow(v, 1 / 2.4) - 0.055 : 12.92 * v
            return UInt8((min(1, max(0, c)) * 255).rounded())
        }
        let c = linear(lab)
        return RGB(encode(c.x), encode(c.y), encode(c.z))
    }
}
