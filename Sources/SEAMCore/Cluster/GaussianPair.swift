import Foundation

/// Ashman's D of two Gaussians fitted to two sets of numbers taken together; at most 1 where one
/// Gaussian explains them as well by the Bayesian information criterion.
func projectedSeparation(_ first: [Double], _ second: [Double]) -> Double {
    let all = first + second
    let (mean, spread) = meanAndSpread(all)
    let scale = max(abs(mean), all.reduce(0) { max($0, abs($1)) })
    guard spread > 1e-12 * scale, spread > 0 else { return 0 }
    var pair = GaussianPair(
        means: (meanAndSpread(first).0, meanAndSpread(second).0), spread: spread)
    for _ in 0..<60 { pair.improve(all, floor: 0.05 * spread) }
    let n = Double(all.count)
    let single = -n / 2 * (log(2 * Double.pi * spread * spread) + 1)
    let gain = 2 * pair.logLikelihood(all) - 5 * log(n) - (2 * single - 2 * log(n))
    return gain > 0 ? pair.separation : min(pair.separation, 1)
}

/// Mean and population standard deviation.
private func meanAndSpread(_ values: [Double]) -> (Double, Double) {
    let n = Double(max(1, values.count))
    var mean = 0.0
    for value in values { mean += value }
    mean /= n
    var square = 0.0
    for value in values { square += (value - mean) * (value - mean) }
    return (mean, (square / n).squareRoot())
}

/// A mixture of two Gaussians in one dimension.
private struct GaussianPair {
    private var means: (Double, Double)
    private var spreads: (Double, Double)
    private var weights = (0.5, 0.5)

    init(means: (Double, Double), spread: Double) {
        self.means = means
        spreads = (spread / 2, spread / 2)
    }

    /// |m1 - m2| over the root mean square of the standard deviations.
    var separation: Double {
        let square = (spreads.0 * spreads.0 + spreads.1 * spreads.1) / 2
        return abs(means.0 - means.1) / square.squareRoot()
    }

    /// Logarithms of both weighted densities.
    private func logDensities(_ x: Double) -> (Double, Double) {
        let u = (x - means.0) / spreads.0
        let v = (x - means.1) / spreads.1
        let constant = -0.5 * log(2 * Double.pi)
        return (
            log(weights.0) - log(spreads.0) + constant - u * u / 2,
            log(weights.1) - log(spreads.1) + constant - v * v / 2
        )
    }

    func logLikelihood(_ values: [Double]) -> Double {
        var sum = 0.0
        for x in values {
            let (a, b) = logDensities(x)
            let top = max(a, b)
            sum += top + log(exp(a - top) + exp(b - top))
        }
        return sum
    }

    /// One step of expectation and maximisation; `floor` is added to both standard deviations.
    mutating func improve(_ values: [Double], floor: Double) {
        var (n, sums, squares) = ((0.0, 0.0), (0.0, 0.0), (0.0, 0.0))
        for x in values {
            let (a, b) = logDensities(x)
            let share = 1 / (1 + exp(b - a))
            n.0 += share
            n.1 += 1 - share
            sums.0 += share * x
            sums.1 += (1 - share) * x
        }
        guard n.0 > 1e-9, n.1 > 1e-9 else { return }
        let fresh = (sums.0 / n.0, sums.1 / n.1)
        for x in values {
            let (a, b) = logDensities(x)
            let share = 1 / (1 + exp(b - a))
            squares.0 += share * (x - fresh.0) * (x - fresh.0)
            squares.1 += (1 - share) * (x - fresh.1) * (x - fresh.1)
        }
        means = fresh
        spreads = ((squares.0 / n.0).squareRoot() + floor, (squares.1 / n.1).squareRoot() + floor)
        weights = (n.0 / Double(values.count), n.1 / Double(values.count))
    }
}
