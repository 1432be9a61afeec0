#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif
import Imaging
import Kernels

/// Two classes of pixels by their value alone or with a Markov prior. For comparison only.
enum PixelClasses {
    /// The pixels that a mixture of two normal distributions, fitted by EM from a split by exact
    /// k-means, gives to the upper one.
    static func mixture(_ image: MarkerImage) -> [Bool] {
        let values = image.values.map { Double($0) }
        let split = boundaries(image, clusters: 2).first ?? 0
        var posterior = values.map { $0 > split ? 1.0 : 0 }
        var last = -Double.infinity
        for _ in 0..<100 {
            let upper = Normal(values, weights: posterior)
            let lower = Normal(values, weights: posterior.map { 1 - $0 })
            var likelihood = 0.0
            for (pixel, value) in values.enumerated() {
                let (u, l) = (upper.logDensity(value), lower.logDensity(value))
                let top = max(u, l)
                let both = top + log(exp(u - top) + exp(l - top))
                posterior[pixel] = exp(u - both)
                likelihood += both
            }
            likelihood /= Double(values.count)
            if abs(likelihood - last) < 1e-3 { break }
            last = likelihood
        }
        return posterior.map { $0 > 0.5 }
    }

    /// Gaussian hidden Markov random field: two classes, pairs cost 2, ten rounds of class estimates
    /// and exact graph cuts, from Otsu's threshold (Zhang, Brady and Smith 2001, the MAP step exact).
    static func markovField(_ image: MarkerImage) -> [Bool] {
        let values = image.values.map { Double($0) }
        var labels = image.above(Thresholds(image.values).otsu)
        let pairs = [Double](repeating: 2, count: values.count)
        for _ in 0..<10 {
            let upper = Normal(values, weights: labels.map { $0 ? 1 : 0 })
            let lower = Normal(values, weights: labels.map { $0 ? 0 : 1 })
            let next = GridCut.minimize(
                width: image.width, height: image.height,
                backgroundCost: values.map { lower.cost($0) },
                foregroundCost: values.map { upper.cost($0) }, right: pairs, down: pairs)
            if next == labels { break }
            labels = next
        }
        return labels
    }

    /// Boundaries between the classes of an exact k-means of the values, ascending.
    static func boundaries(_ image: MarkerImage, clusters: Int) -> [Double] {
        KMeans.exact1D(
            values: image.values.map { Double($0) },
            weights: [Double](repeating: 1, count: image.values.count), clusters: clusters
        ).boundaries
    }

    /// A normal distribution fitted to weighted values.
    private struct Normal {
        let mean: Double
        let deviation: Double
        let share: Double

        init(_ values: [Double], weights: [Double]) {
            var (total, sum) = (1e-12, 0.0)
            for (value, weight) in zip(values, weights) {
                total += weight
                sum += weight * value
            }
            let mean = sum / total
            var squares = 0.0
            for (value, weight) in zip(values, weights) {
                squares += weight * (value - mean) * (value - mean)
            }
            self.mean = mean
            deviation = (squares / total).squareRoot() + 1e-6
            share = total / Double(values.count)
        }

        func cost(_ value: Double) -> Double {
            let z = (value - mean) / deviation
            return z * z / 2 + log(deviation)
        }

        func logDensity(_ value: Double) -> Double { log(share) - cost(value) }
    }
}
