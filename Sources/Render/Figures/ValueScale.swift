import Foundation

/// From values to positions on a colour scale, and back to ticks.
struct ValueScale: Sendable {
    let scale: IonImageOptions.Scale
    /// The value that takes the last colour; positive.
    let upper: Double
    /// Whether there is no positive value at all.
    let empty: Bool

    /// The scale of an image: its upper end is a percentile of the positive values.
    init(values: [Float], clip: Double, scale: IonImageOptions.Scale) {
        let found = Percentile.ofPositive(values, clip)
        self.scale = scale
        empty = found == nil
        upper = found ?? 1
    }

    /// Position 0...1 of a value; 0 for what is not positive or not a number.
    func position(_ value: Double) -> Double {
        guard value > 0 else { return 0 }
        switch scale {
        case .linear: return min(1, value / upper)
        case .sqrt: return min(1, (value / upper).squareRoot())
        case .log: return min(1, log1p(value) / log1p(upper))
        }
    }

    /// Colour indices 0...`top` of all values.
    ///
    /// - Complexity: O(`values.count`).
    func indices(_ values: [Float], top: Int = 255) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: values.count) { out, count in
            values.withUnsafeBufferPointer { source in
                let top = Float(top)
                switch scale {
                case .linear:
                    let factor = top / Float(upper)
                    for i in 0..<source.count { out[i] = Self.index(source[i] * factor, top) }
                case .sqrt:
                    let factor = 1 / Float(upper)
                    for i in 0..<source.count {
                        out[i] = Self.index(max(0, source[i] * factor).squareRoot() * top, top)
                    }
                case .log:
                    let factor = Float(Double(top) / log1p(upper))
                    for i in 0..<source.count {
                        out[i] = Self.index(log1p(max(0, source[i])) * factor, top)
                    }
                }
            }
            count = values.count
        }
    }

    /// Rounded to the nearest of 0...top; NaN is 0.
    @inline(__always)
    private static func index(_ value: Float, _ top: Float) -> UInt8 {
        // `value > 0` is false for NaN; the smaller of the two is within a byte.
        value > 0 ? UInt8(min(value, top) + 0.5) : 0
    }

    /// At most five round values along the scale.
    var ticks: Ticks {
        switch scale {
        case .linear, .sqrt: Ticks.nice(0, upper)
        case .log: Ticks.series(upTo: upper)
        }
    }
}
