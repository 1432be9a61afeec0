import Imaging
import Testing

struct ViewColourTests {
    /// (L*, a*, b*) and the sRGB colour by scikit-image 0.26.0, rounded to bytes.
    private static let known: [([Double], [UInt8])] = [
        ([0, 0, 0], [0, 0, 0]),
        ([100, 0, 0], [255, 255, 255]),
        ([50, 0, 0], [119, 119, 119]),
        ([53.24, 80.09, 67.2], [255, 0, 0]),
        ([87.73, -86.18, 83.18], [0, 255, 0]),
        ([32.3, 79.19, -107.86], [0, 0, 255]),
        ([5, 3, -2], [20, 15, 20]),
        ([70, -128, 127], [0, 212, 0]),
        ([20, 127, 127], [190, 0, 0]),
        ([90, -128, -128], [0, 255, 255]),
        ([10, -20, 120], [26, 33, 0]),
        ([63.7, 12.5, -31.25], [146, 150, 210]),
    ]

    @Test(arguments: known)
    func `colours are those of scikit-image`(lab: [Double], rgb: [UInt8]) {
        let (red, green, blue) = CIELAB.sRGB(l: lab[0], a: lab[1], b: lab[2])
        #expect([red, green, blue] == rgb)
    }

    @Test func `values that are not finite give a colour and no crash`() {
        let strange = [Double.nan, .infinity, -.infinity, 1e300]
        for l in strange { for a in strange { _ = CIELAB.sRGB(l: l, a: a, b: 0) } }
        #expect(CIELAB.sRGB(l: .nan, a: 0, b: 0) == (0, 0, 0))
    }
}
