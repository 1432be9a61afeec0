import Foundation
import Imaging
import Kernels
import SEAMCore
import Testing

/// Colours of a SIMS-View that are fitted into what a screen shows.
struct ViewFittedColorTests {
    private static let pixels = 28 * 28

    /// Four tissues in quarters, and a few pixels unlike all others.
    private static let stack: IonStack = {
        var random = Philox(seed: 5)
        let counts = (0..<16).flatMap { c in
            (0..<pixels).map { p -> Float in
                let tissue = (p % 28 < 14 ? 0 : 1) + (p < pixels / 2 ? 0 : 2)
                let odd: Float = p % 331 == 7 && c == 3 ? 400 : 0
                let mean: Float = (c % 4 == tissue ? 30 : 5) * (c < 8 ? 1 : 1 + 0.5 * Float(tissue))
                return max(0, (odd + mean + mean.squareRoot() * random.gaussian()).rounded())
            }
        }
        return IonStack(
            grid: PixelGrid(width: 28, height: 28),
            channels: (0..<16).map { Channel(mz: 20 + Double($0)) }, counts: counts)
    }()

    private static func run(_ colors: SIMSView.Colors) throws -> SIMSView.Result {
        var parameters = SIMSView.Parameters()
        parameters.neighbours = 15
        parameters.epochs = 100
        parameters.colors = colors
        return try SIMSView.run(stack, parameters: parameters, monitor: .silent)
    }

    @Test func `differences of colours are those of the layout`() throws {
        let (fitted, published) = try (Self.run(.fitted), Self.run(.published))
        #expect(Self.agreement(fitted) > 0.99)
        // The published stretch clips, which this measure sees.
        #expect(Self.agreement(published) < Self.agreement(fitted) - 0.01)
    }

    @Test func `the layout is only turned and moved`() throws {
        let (fitted, published) = try (Self.run(.fitted), Self.run(.published))
        for (a, b) in Self.pairs {
            let (one, other) = (
                Self.distance(fitted.embedding, a, b), Self.distance(published.embedding, a, b)
            )
            #expect(abs(one - other) < 1e-3 * (1 + other))
        }
    }

    @Test func `lightness spreads over more than a third of its range`() throws {
        let light = Self.lab(try Self.run(.fitted).rgb).map(\.x).sorted()
        #expect(light[light.count * 95 / 100] - light[light.count * 5 / 100] > 33)
    }

    @Test func `hardly a colour lies on the border of what can be shown`() throws {
        let fitted = try Self.run(.fitted).rgb
        let published = try Self.run(.published).rgb
        func clipped(_ rgb: [UInt8]) -> Int {
            (0..<Self.pixels).count { p in rgb[3 * p..<3 * p + 3].contains { $0 == 0 || $0 == 255 }
            }
        }
        #expect(clipped(fitted) < Self.pixels / 20)
        #expect(clipped(published) > Self.pixels / 5)
    }

    // MARK: measures

    private static let pairs: [(Int, Int)] = {
        var random = Philox(seed: 9)
        return (0..<2_000).map { _ in
            (Int(random.uniform() * Float(pixels - 1)), Int(random.uniform() * Float(pixels - 1)))
        }
    }()

    private static func distance(_ places: [Float], _ a: Int, _ b: Int) -> Double {
        (0..<3).reduce(0.0) { sum, axis in
            let gap = Double(places[3 * a + axis] - places[3 * b + axis])
            return sum + gap * gap
        }.squareRoot()
    }

    /// Correlation of distances in the layout and CIE76 differences of the colours shown.
    private static func agreement(_ result: SIMSView.Result) -> Double {
        let lab = lab(result.rgb)
        let near = pairs.map { distance(result.embedding, $0.0, $0.1) }
        let shown = pairs.map { pair in
            let gap = lab[pair.0] - lab[pair.1]
            return (gap * gap).sum().squareRoot()
        }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        let (x, y) = (mean(near), mean(shown))
        var (both, xs, ys) = (0.0, 0.0, 0.0)
        for (a, b) in zip(near, shown) {
            both += (a - x) * (b - y)
            xs += (a - x) * (a - x)
            ys += (b - y) * (b - y)
        }
        return both / (xs * ys).squareRoot()
    }

    /// CIELAB of sRGB by the definition (CIE 15, IEC 61966-2-1), written apart from the one under test.
    private static func lab(_ rgb: [UInt8]) -> [SIMD3<Double>] {
        (0..<rgb.count / 3).map { p in
            let linear = (0..<3).map { axis -> Double in
                let v = Double(rgb[3 * p + axis]) / 255
                return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4)
            }
            let (r, g, b) = (linear[0], linear[1], linear[2])
            let xyz = [
                (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047,
                0.2126729 * r + 0.7151522 * g + 0.0721750 * b,
                (0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883,
            ].map { $0 > 0.008856 ? cbrt($0) : 7.787 * $0 + 16.0 / 116 }
            return SIMD3(116 * xyz[1] - 16, 500 * (xyz[0] - xyz[1]), 200 * (xyz[1] - xyz[2]))
        }
    }
}
