import Imaging

/// The weighted counts after a transformation that makes their noise even.
struct StabilisedIntensity {
    /// f = 2 sqrt(R / c + 3/8), variance about 1 for Poisson counts.
    let values: [Float]
    /// The variance found between neighbouring foreground pixels, at least 0.5.
    let noise: Double

    /// The transformed ratio of a fitted mixture.
    ///
    /// - Complexity: O(P log P).
    init(_ mixture: PoissonMixture, foreground: [Bool], width: Int) {
        let scale = Float(1 / mixture.dispersion)
        let values = mixture.ratio.map { 2 * (max($0 * scale, 0) + 0.375).squareRoot() }
        var steps: [Double] = []
        for p in 0..<values.count - 1
        where foreground[p] && foreground[p + 1] && (p + 1) % width != 0 {
            steps.append(Double(abs(values[p + 1] - values[p])))
        }
        let spread = 1.4826 * (median(steps) ?? 0)
        self.values = values
        noise = max(0.5, spread * spread / 2)
    }
}
