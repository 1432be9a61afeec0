import Foundation
import Imaging

/// CIELAB of colours of a picture (IEC 61966-2-1, CIE 15).
extension CIELAB {
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
        let (red, green, blue) = sRGB(l: lab.x, a: lab.y, b: lab.z)
        return RGB(red, green, blue)
    }
}
