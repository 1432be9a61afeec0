#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif
import Kernels

/// Which random numbers a part of the simulation draws; each part has streams of its own.
enum Stage: UInt32 {
    case anatomy = 0x5349_0001
    case placement, cells, catalogue, signatures, gain, fields, faults, expected, counts
    case paper, paperClasses, paperIons

    /// Stream `index` of this part.
    func stream(_ seed: UInt64, _ index: Int = 0) -> Philox {
        Philox(seed: seed, stage: rawValue, index: UInt64(index))
    }
}

extension Philox {
    /// A number from the normal distribution of mean 0 and variance 1 (Box-Muller, the cosine half).
    mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniformDouble())).squareRoot()
        return radius * cos(2 * Double.pi * uniformDouble())
    }

    /// A normal number, drawn again until it is within `limit` of 0.
    mutating func normal(within limit: Double) -> Double {
        var value = normal()
        while abs(value) > limit { value = normal() }
        return value
    }

    /// A uniform number in [low, high).
    mutating func uniform(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * uniformDouble()
    }

    /// A count from the Poisson distribution, by inversion with one 32-bit number.
    ///
    /// A mean above 16 is drawn as a sum of equal parts, each of a mean of at most 16, which is exact.
    /// - Complexity: O(mean).
    mutating func poisson(_ mean: Double) -> Int {
        guard mean > 16 else { return mean > 0 ? smallPoisson(mean, exp(-mean)) : 0 }
        let parts = Int((mean / 16).rounded(.up))
        let share = mean / Double(parts)
        let zero = exp(-share)
        var total = 0
        for _ in 0..<parts { total += smallPoisson(share, zero) }
        return total
    }

    private mutating func smallPoisson(_ mean: Double, _ zero: Double) -> Int {
        var rest = (Double(nextWord()) + 0.5) * 0x1p-32
        var probability = zero
        var count = 0
        while rest > probability, count < 200 {
            rest -= probability
            count += 1
            probability *= mean / Double(count)
        }
        return count
    }
}
