/// Order statistics of image values.
public enum Percentile {
    /// The percentile (0...100) of the finite positive values, interpolated linearly between the two nearest
    /// as NumPy does; nil without any.
    ///
    /// - Complexity: O(`values.count`): the values are never sorted.
    public static func ofPositive(_ values: [Float], _ percent: Double) -> Double? {
        values.withUnsafeBufferPointer { values in
            var counts = [Int](repeating: 0, count: bins + 1)
            for value in values { counts[bin(key(value))] &+= 1 }
            let total = counts[..<bins].reduce(0, +)
            guard total > 0 else { return nil }
            let place = min(1, max(0, percent / 100)) * Double(total - 1)
            let rank = Int(place)
            let (first, isRepeated) = statistic(rank, counts, values)
            let fraction = place - Double(rank)
            guard fraction > 0, rank + 1 < total else { return Double(first) }
            let second = isRepeated ? first : next(above: first, values)
            return Double(first) + (Double(second) - Double(first)) * fraction
        }
    }

    /// The bits of a number less 1: finite positive numbers are ordered as their keys are, and every
    /// other number has a larger key than they.
    @inline(__always)
    private static func key(_ value: Float) -> UInt32 { value.bitPattern &- 1 }

    private static let infinity = Float.infinity.bitPattern - 1
    /// Bins of keys by their upper 12 bits; one more takes what is not finite and positive.
    private static let bins = 1 << 12

    @inline(__always)
    private static func bin(_ key: UInt32) -> Int {
        key < infinity ? Int(key >> 20) : bins
    }

    /// The value of rank `rank` (from 0), and whether the next one is equal: found by the upper 12 bits
    /// of its key, then among those of the bin by the next 10, then by the last.
    private static func statistic(
        _ rank: Int, _ counts: [Int], _ values: UnsafeBufferPointer<Float>
    ) -> (value: Float, isRepeated: Bool) {
        var rest = rank
        var prefix = find(&rest, counts)
        var found = 0
        for shift in [10, 0] {
            var counts = [Int](repeating: 0, count: 1 << 10)
            for value in values {
                let key = key(value)
                guard Int(key >> UInt32(shift + 10)) == prefix, key < infinity else { continue }
                counts[Int(key >> UInt32(shift)) & 1023] &+= 1
            }
            let entry = find(&rest, counts)
            found = counts[entry]
            prefix = prefix << 10 | entry
        }
        return (Float(bitPattern: UInt32(prefix) + 1), rest + 1 < found)
    }

    /// The bin that holds a rank, which becomes the rank inside of it.
    private static func find(_ rank: inout Int, _ counts: [Int]) -> Int {
        var bin = 0
        while counts[bin] <= rank {
            rank -= counts[bin]
            bin += 1
        }
        return bin
    }

    /// The smallest finite value above another one, of which there is one.
    private static func next(above value: Float, _ values: UnsafeBufferPointer<Float>) -> Float {
        var least = Float.infinity
        for other in values where other > value && other < least { least = other }
        return least
    }
}
