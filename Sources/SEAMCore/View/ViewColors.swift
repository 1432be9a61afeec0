import Imaging

extension SIMSView {
    /// How places of the layout become colours.
    public enum Colors: String, Sendable, Hashable, CaseIterable {
        /// Turned and scaled alike in all directions so that nearly all pixels have a colour that a screen shows
        /// (`GamutFit`).
        case fitted
        /// Each axis' least and greatest value onto the ends of L*, a* and b*; what cannot be shown is clipped.
        case published
    }

    /// Colours of a layout, and the layout with L*, a* and b* as its axes.
    ///
    /// - Parameters:
    ///   - layout: P x 3.
    ///   - brightness: of each of the P pixels; brighter pixels are the lighter ones, as far as the layout says.
    static func colored(
        _ layout: [Float], brightness: [Double], as colors: Colors
    ) -> (rgb: [UInt8], embedding: [Float]) {
        switch colors {
        case .published:
            let turned = turned(layout, by: brightness)
            return (stretched(turned), turned)
        case .fitted:
            let fit = GamutFit(layout, brightness: brightness)
            let turned = fit.turned(layout)
            return (rgb(count: layout.count / 3) { fit.color(SIMD3(at: $0, in: turned)) }, turned)
        }
    }

    private static func rgb(
        count: Int, _ color: (Int) -> (UInt8, UInt8, UInt8)
    ) -> [UInt8] {
        var rgb: [UInt8] = []
        rgb.reserveCapacity(3 * count)
        for p in 0..<count {
            let (red, green, blue) = color(p)
            rgb.append(red)
            rgb.append(green)
            rgb.append(blue)
        }
        return rgb
    }

    /// Turns an axis about if it falls with the brightness.
    private static func turned(_ embedding: [Float], by brightness: [Double]) -> [Float] {
        let mean = brightness.reduce(0, +) / Double(brightness.count)
        var result = embedding
        for axis in 0..<3 {
            var slope = 0.0
            for (p, value) in brightness.enumerated() {
                slope += (value - mean) * Double(embedding[3 * p + axis])
            }
            guard slope < 0 else { continue }
            for p in brightness.indices { result[3 * p + axis] = -embedding[3 * p + axis] }
        }
        return result
    }

    /// Each axis' least and greatest onto the ends of L*, a* and b* (its middle without any spread).
    private static func stretched(_ embedding: [Float]) -> [UInt8] {
        let pixels = embedding.count / 3
        var low = SIMD3<Float>(repeating: .infinity)
        var high = -low
        for p in 0..<pixels {
            let place = SIMD3(embedding[3 * p], embedding[3 * p + 1], embedding[3 * p + 2])
            low = pointwiseMin(low, place)
            high = pointwiseMax(high, place)
        }
        func share(_ p: Int, _ axis: Int) -> Double {
            guard high[axis] > low[axis] else { return 0.5 }
            return Double(embedding[3 * p + axis] - low[axis]) / Double(high[axis] - low[axis])
        }
        return rgb(count: pixels) { p in
            CIELAB.sRGB(
                l: 100 * share(p, 0), a: 255 * share(p, 1) - 128, b: 255 * share(p, 2) - 128)
        }
    }
}
