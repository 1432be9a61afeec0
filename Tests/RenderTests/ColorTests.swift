import Foundation
import Render
import Testing

@Suite struct Colours {
    /// First, middle and last entry as matplotlib 3 gives them (`cmap(i, bytes=True)`).
    @Test(
        arguments: [
            (ColorMap.viridis, [68, 1, 84], [33, 145, 140], [253, 231, 37]),
            (.cividis, [0, 34, 78], [125, 124, 120], [254, 232, 56]),
            (.magma, [0, 0, 4], [183, 55, 121], [252, 253, 191]),
            (.inferno, [0, 0, 4], [188, 55, 84], [252, 255, 164]),
            (.gray, [0, 0, 0], [128, 128, 128], [255, 255, 255]),
            (.hot, [3, 0, 0], [255, 88, 0], [255, 255, 255]),
        ] as [(ColorMap, [UInt8], [UInt8], [UInt8])])
    func `a map has the published ends and middle`(
        map: ColorMap, first: [UInt8], middle: [UInt8], last: [UInt8]
    ) {
        let table = map.table
        #expect(table.count == 768)
        #expect(Array(table[0..<3]) == first)
        #expect(Array(table[384..<387]) == middle)
        #expect(Array(table[765..<768]) == last)
    }

    @Test func `the diverging map is blue, white in the middle, red`() {
        let table = ColorMap.diverging
        #expect(Array(table[0..<3]) == [5, 48, 97])
        #expect(Array(table[127 * 3..<129 * 3]) == [255, 255, 255, 255, 255, 255])
        #expect(Array(table[765...]) == [103, 0, 31])
    }

    @Test func `cluster colours start with those of Okabe and Ito and stay 20 apart in CIELAB`() {
        #expect(Palette.cluster(1) == (0xe6, 0x9f, 0x00))
        #expect(Palette.cluster(2) == (0x56, 0xb4, 0xe9))
        #expect(Palette.count >= 40)
        let points = (0...Palette.count).map { lab(Palette.cluster($0)) }
        for (index, point) in points.enumerated() {
            for other in points[..<index] {
                let d = point - other
                #expect((d * d).sum().squareRoot() >= 19.9)
            }
        }
        #expect(Palette.cluster(0) == Palette.cluster(-5))
        #expect(Palette.cluster(Palette.count + 1) == Palette.cluster(1))
    }

    /// CIELAB by the definition, written apart from the one under test.
    private func lab(_ color: (UInt8, UInt8, UInt8)) -> SIMD3<Double> {
        func linear(_ v: UInt8) -> Double {
            let c = Double(v) / 255
            return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4)
        }
        func f(_ t: Double) -> Double {
            t > 216.0 / 24389 ? pow(t, 1.0 / 3) : (24389.0 / 27 * t + 16) / 116
        }
        let (r, g, b) = (linear(color.0), linear(color.1), linear(color.2))
        let x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047)
        let y = f(0.2126 * r + 0.7152 * g + 0.0722 * b)
        let z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883)
        return SIMD3(116 * y - 16, 500 * (x - y), 200 * (y - z))
    }
}
