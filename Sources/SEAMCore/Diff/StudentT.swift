import Foundation

/// Two-sided p of Student's t with (fractional) degrees of freedom, I_x(n / 2, 1 / 2) with
/// x = n / (n + t^2).
package func studentTwoSided(t: Double, degrees: Double) -> Double {
    let square = t * t
    return incompleteBeta(
        degrees / (degrees + square), complement: square / (degrees + square), a: degrees / 2,
        b: 0.5)
}

/// Two-sided p of a standard normal statistic.
func normalTwoSided(_ z: Double) -> Double { erfc(abs(z) / 2.0.squareRoot()) }

/// The regularised incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22) on
/// the side where that converges fast.
///
/// - Parameters:
///   - x: 0...1.
///   - complement: 1 - x, given apart so that it keeps its digits.
func incompleteBeta(_ x: Double, complement: Double, a: Double, b: Double) -> Double {
    if x <= 0 { return 0 }
    if complement <= 0 { return 1 }
    let logFront = a * log(x) + b * log(complement) + lgamma(a + b) - lgamma(a) - lgamma(b)
    let front = exp(logFront)
    if x < (a + 1) / (a + b + 2) {
        return min(1, front * betaFraction(x, a, b) / a)
    }
    return max(0, 1 - front * betaFraction(complement, b, a) / b)
}

/// The continued fraction of the incomplete beta function by Lentz's method.
private func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    func guarded(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / guarded(1 - (a + b) * x / (a + 1))
    var result = d
    for step in 1...10_000 {
        let m = Double(step)
        let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / guarded(1 + even * d)
        c = guarded(1 + even / c)
        result *= d * c
        let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / guarded(1 + odd * d)
        c = guarded(1 + odd / c)
        result *= d * c
        if abs(d * c - 1) < 1e-15 { break }
    }
    return result
}
