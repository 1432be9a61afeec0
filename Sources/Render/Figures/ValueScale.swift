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

/// Order statistics of image values.
enum Percentile {
    /// The percentile (0...100) of the finite positive values, interpolated linearly between the two nearest
    /// as NumPy does; nil without any.
    ///
    /// - Complexity: O(`values.count`): the values are never sorted.
    static func ofPositive(_ values: [Float], _ percent: Double) -> Double? {
        var counts = [Int](repeating: 0, count: 1 << 16)
        var total = 0
        for value in values where value > 0 && value.isFinite {
            counts[Int(value.bitPattern >> 16)] += 1
            total += 1
        }
        guard total > 0 else { return nil }
        let place = min(1, max(0, percent / 100)) * Double(total - 1)
        let low = Int(place)
        let first = statistic(low, counts, values)
        let fraction = place - Double(low)
        guard fraction > 0, low + 1 < total else { return Double(first) }
        let second = statistic(low + 1, counts, values)
        return Double(first) + (Double(second) - Double(first)) * fraction
    }

    /// The value of rank `rank` (from 0): its bin by the upper half of its bits (positive floats are
    /// ordered as their bits are), then among those of the bin.
    private static func statistic(_ rank: Int, _ counts: [Int], _ values: [Float]) -> Float {
        var bin = 0
        var before = 0
        while before + counts[bin] <= rank {
            before += counts[bin]
            bin += 1
        }
        var low = [Int](repeating: 0, count: 1 << 16)
        for value in values
        where value > 0 && value.isFinite && Int(value.bitPattern >> 16) == bin {
            low[Int(value.bitPattern & 0xffff)] += 1
        }
        var entry = 0
        while before + low[entry] <= rank {
            before += low[entry]
            entry += 1
        }
        return Float(bitPattern: UInt32(bin) << 16 | UInt32(entry))
    }
}
