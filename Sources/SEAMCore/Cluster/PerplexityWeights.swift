import Foundation

/// Weights exp(-b D) / sum of some costs, scaled to 0...1, with b such that their entropy is
/// log `perplexity` (SIMLR's choice of kernel weights; bisection, 30 tries, tolerance 1e-4).
package func perplexityWeights(_ costs: [Double], perplexity: Double) -> [Double] {
    let lowest = costs.min() ?? 0
    let range = (costs.max() ?? 0) - lowest
    let scaled = costs.map { ($0 - lowest) / (range + 0x1p-52) }
    let target = log(perplexity)
    var (low, high) = (-Double.infinity, Double.infinity)
    var sharpness = 1 / Double(max(1, costs.count))
    var (entropy, weights) = softmin(scaled, sharpness)
    for _ in 0..<30 {
        let difference = entropy - target
        if abs(difference) < 1e-4 { break }
        if difference > 0 {
            low = sharpness
            sharpness = high == .infinity ? sharpness * 2 : (sharpness + high) / 2
        } else {
            high = sharpness
            sharpness = low == -.infinity ? sharpness / 2 : (sharpness + low) / 2
        }
        (entropy, weights) = softmin(scaled, sharpness)
    }
    return weights
}

/// Entropy and weights at one sharpness.
private func softmin(_ costs: [Double], _ sharpness: Double) -> (Double, [Double]) {
    let raw = costs.map { exp(-$0 * sharpness) }
    var total = 0.0
    var mean = 0.0
    for (value, cost) in zip(raw, costs) {
        total += value
        mean += value * cost
    }
    return (log(total) + sharpness * mean / total, raw.map { $0 / total })
}
