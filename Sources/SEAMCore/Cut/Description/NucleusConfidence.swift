#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// How well the data support each nucleus, 0...1.
///
/// (1 - C / n) (1 - exp(-z / 3)): the share of its n pixels that calling it one nucleus explains
/// (C is its description cost without a belief about its size), times the certainty that the marker
/// is brighter inside than in the ring around it (z standard errors).
enum NucleusConfidence {
    /// The confidence of cells 1..., given their contrasts z.
    ///
    /// - Complexity: O(P).
    static func values(
        labels: [Int32], contrasts: [Double], intensity: StabilisedIntensity, width: Int
    ) -> [Double] {
        var bags = [PixelBag](repeating: PixelBag(), count: contrasts.count)
        for (pixel, label) in labels.enumerated() where label > 0 {
            bags[Int(label) - 1].add(
                Int32(pixel), width: width, intensity: intensity.values[pixel])
        }
        let costs = ShapeCost(noise: intensity.noise, logArea: nil)
        return zip(bags, contrasts).map { bag, z in
            let explained = 1 - costs.cost(bag) / Double(bag.count)
            return min(max(explained, 0), 1) * (1 - exp(-max(z, 0) / 3))
        }
    }
}
