#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

import Imaging

/// Two classes of pixels, nucleus and not, whose counts are Poisson with rates of their own in each
/// channel, times the gain, with a level that may change slowly over the image.
///
/// Fitted by expectation and maximisation; every value is a pixel image unless said otherwise.
struct PoissonMixture {
    /// The weighted sum of the channels.
    private(set) var total: [Float]
    /// `total` over the gain.
    private(set) var ratio: [Float]
    /// Log-likelihood ratio of nucleus to not, in nats.
    private(set) var evidence: [Float]
    /// Variance over mean of `total` (one number).
    private(set) var dispersion: Double
    /// Weight of each channel, at least 0; all 0 if no channel tells the classes apart.
    private(set) var weights: [Double]

    private let width: Int
    private let height: Int
    private let gain: [Float]
    private var probability: [Float]
    private var high: [Float]
    private var low: [Float]

    /// Window of the local levels, in pixels.
    static let window = 12.0
    /// Weight of the global level against the local one, in pixels.
    static let shrinkage = 20.0

    /// Fits the model; the channels' weights are all 0 if there is no contrast at all.
    ///
    /// - Complexity: O(M x P) a round, six rounds at most.
    init(
        _ images: CutImages, gain: [Float], monitor: StageMonitor
    ) throws(AnalysisError) {
        width = images.width
        height = images.height
        self.gain = gain
        let empty = [Float](repeating: 0, count: images.count)
        (total, ratio, evidence, high, low) = (empty, empty, empty, empty, empty)
        dispersion = 1
        weights = [Double](repeating: 0, count: images.planes.count)
        probability = Self.start(images.planes[0], width: width, height: height)
        for round in 0..<6 {
            try monitor.update(Double(round) / 6, "fitting the two classes, round \(round + 1)")
            weigh(images.planes)
            guard weights.contains(where: { $0 > 0 }) else { return }
            combine(images.planes)
            try level(monitor: monitor)
            if classify() < 0.002 { break }
        }
        compareClasses(images.planes)
    }

    /// Pixels whose fine mean is well above their coarse one.
    private static func start(_ marker: [Float], width: Int, height: Int) -> [Float] {
        let fine = GaussianFilter(sigma: 1).smooth(marker, width: width, height: height)
        let coarse = GaussianFilter(sigma: 8).smooth(marker, width: width, height: height)
        return zip(fine, coarse).map { $0 > 1.1 * $1 ? 1 : 0 }
    }

    private mutating func weigh(_ planes: [[Float]]) {
        var (inside, outside) = (0.0, 0.0)
        for p in 0..<gain.count {
            inside += Double(gain[p] * probability[p])
            outside += Double(gain[p] * (1 - probability[p]))
        }
        for (m, plane) in planes.enumerated() {
            var (nucleus, other) = (0.0, 0.0)
            for p in 0..<plane.count {
                nucleus += Double(plane[p] * probability[p])
                other += Double(plane[p] * (1 - probability[p]))
            }
            let high = nucleus / max(inside, 1e-9)
            let low = other / max(outside, 1e-9)
            weights[m] = max(0, log((high + 0.001) / (low + 0.001)))
        }
    }

    private mutating func combine(_ planes: [[Float]]) {
        for p in 0..<total.count { total[p] = 0 }
        for (m, plane) in planes.enumerated() where weights[m] > 0 {
            let weight = Float(weights[m])
            for p in 0..<plane.count { total[p] += weight * plane[p] }
        }
        for p in 0..<total.count { ratio[p] = total[p] / gain[p] }
    }

    /// Levels of both classes at every pixel.
    private mutating func level(monitor: StageMonitor) throws(AnalysisError) {
        let filter = GaussianFilter(sigma: Self.window)
        let area = Float(4 * Double.pi * Self.window * Self.window)
        let shrinkage = Float(Self.shrinkage)
        for nucleus in [true, false] {
            var counts = total
            var exposure = gain
            var (sum, weight) = (0.0, 0.0)
            for p in 0..<counts.count {
                let share = nucleus ? probability[p] : 1 - probability[p]
                counts[p] *= share
                exposure[p] *= share
                sum += Double(counts[p])
                weight += Double(exposure[p])
            }
            let global = Float(sum / max(weight, 1e-9))
            counts = filter.smooth(counts, width: width, height: height)
            exposure = filter.smooth(exposure, width: width, height: height)
            for p in 0..<counts.count {
                counts[p] =
                    (area * counts[p] + shrinkage * global) / (area * exposure[p] + shrinkage)
            }
            if nucleus { high = counts } else { low = counts }
            if monitor.isCancelled { throw .cancelled }
        }
        for p in 0..<low.count {
            low[p] = max(low[p], 1e-6)
            high[p] = max(high[p], 1.2 * low[p])
        }
    }

    /// New class probabilities; gives how much they changed on average.
    private mutating func classify() -> Double {
        var change = 0.0
        for p in 0..<total.count {
            let span = high[p] - low[p]
            let threshold = span / log(high[p] / low[p])
            let updated = 1 / (1 + exp(-12 * (ratio[p] - threshold) / span))
            change += Double(abs(updated - probability[p]))
            probability[p] = updated
        }
        return change / Double(total.count)
    }

    private mutating func compareClasses(_ planes: [[Float]]) {
        var (square, plain) = (0.0, 0.0)
        for (m, plane) in planes.enumerated() where weights[m] > 0 {
            let mean = plane.reduce(0.0) { $0 + Double($1) } / Double(plane.count)
            square += weights[m] * weights[m] * mean
            plain += weights[m] * mean
        }
        dispersion = plain > 0 ? max(square / plain, 1e-6) : 1
        let scale = Float(1 / dispersion)
        for p in 0..<total.count {
            evidence[p] =
                scale * (total[p] * log(high[p] / low[p]) - gain[p] * (high[p] - low[p]))
        }
    }
}
