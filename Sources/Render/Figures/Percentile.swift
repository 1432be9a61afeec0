/// Order statistics of image values.
public enum Percentile {
    /// The percentile (0...100) of the finite positive values, interpolated linearly between the two nearest
    /// as NumPy does; nil without any.
    ///
    /// - Complexity: O(`values.count`): the values are never sorted.
    public static func ofPositive(_ values: [Float], _ percent: Double) -> Double? {
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
