/// The equation 1 + rho sum(w_i / (p_i - x)) = 0 of a diagonal matrix with a change of rank one.
///
/// Its roots lie between the poles p_i. Each is found as a distance from the nearer pole, so that all
/// differences of roots and poles are accurate (Gu and Eisenstat, SIAM J. Matrix Anal. 16, 1995).
struct SecularEquation {
    /// Ascending, k of them.
    let poles: UnsafePointer<Double>
    /// Squares of the components of the change, positive.
    let weights: UnsafePointer<Double>
    let count: Int
    /// Positive.
    let rho: Double

    /// Root `j`, above pole j: the number of the pole it is measured from, and the distance from it.
    ///
    /// Interpolates the terms of the poles on each side by one pole each (Bunch, Nielsen and Sorensen
    /// 1978), and halves the interval wherever that leads out of it.
    func root(_ j: Int) -> (pole: Int, distance: Double) {
        var (pole, low, high) = bracket(j)
        let origin = poles[pole]
        let (below, above) = (
            poles[j] - origin, j + 1 < count ? poles[j + 1] - origin : Double.infinity
        )
        var x = pole == j ? high / 2 : low / 2
        if j + 1 == count { x = high / 2 }
        for _ in 0..<100 {
            let (left, right) = (sums(0, j + 1, origin, x), sums(j + 1, count, origin, x))
            let value = 1 + left.value + right.value
            let slope = left.slope + right.slope
            let error = 1 + abs(left.value) + abs(right.value) + abs(x) * slope
            if !(abs(value) > 0x1p-51 * error) { break }
            if value < 0 { low = x } else { high = x }
            var next = x + step(left, right, value, below - x, above - x)
            if !(next > low && next < high) { next = low + (high - low) / 2 }
            if next == x || !(next > low && next < high) { break }
            x = next
        }
        if x == 0 { pole = j }
        return (pole, x)
    }

    /// The half of the interval that holds the root, measured from the pole at its end.
    private func bracket(_ j: Int) -> (pole: Int, low: Double, high: Double) {
        guard j + 1 < count else {
            var total = 0.0
            for i in 0..<count { total += weights[i] }
            return (j, 0, rho * total * (1 + 0x1p-40))
        }
        let half = (poles[j + 1] - poles[j]) / 2
        let value =
            1 + sums(0, j + 1, poles[j], half).value + sums(j + 1, count, poles[j], half).value
        return value >= 0 ? (j, 0, half) : (j + 1, -half, 0)
    }

    private typealias Sums = (value: Double, slope: Double)

    /// The step to the root of c + s / (below - y) + t / (above - y), which agrees with the terms on
    /// each side in value and slope.
    private func step(
        _ left: Sums, _ right: Sums, _ value: Double, _ below: Double, _ above: Double
    ) -> Double {
        guard above.isFinite else {
            let c = value - left.slope * below
            return below + left.slope * below * below / c
        }
        let c = value - left.slope * below - right.slope * above
        let a =
            c * (below + above) + left.slope * below * below + right.slope * above * above
        let b = below * above * value
        let root = max(0, a * a - 4 * b * c).squareRoot()
        if a <= 0 { return c == 0 ? b / a : (a - root) / (2 * c) }
        return 2 * b / (a + root)
    }

    /// rho sum of w / (p - origin - x) and its derivative, over the poles `first`..<`last`.
    private func sums(_ first: Int, _ last: Int, _ origin: Double, _ x: Double) -> Sums {
        typealias Lane = SIMD4<Double>
        var (values, slopes) = (Lane(), Lane())
        var i = first
        while i + 4 <= last {
            let pole = UnsafeRawPointer(poles + i).loadUnaligned(as: Lane.self)
            let weight = UnsafeRawPointer(weights + i).loadUnaligned(as: Lane.self)
            let inverse = 1 / ((pole - origin) - x)
            values += weight * inverse
            slopes += weight * inverse * inverse
            i += 4
        }
        var (value, slope) = (values.sum(), slopes.sum())
        while i < last {
            let inverse = 1 / ((poles[i] - origin) - x)
            value += weights[i] * inverse
            slope += weights[i] * inverse * inverse
            i += 1
        }
        return (rho * value, rho * slope)
    }
}

/// The eigenvectors of diag(poles) + rho z z^T, row by row, with its eigenvalues, ascending.
///
/// The vectors are those of a z for which the roots found are exact (Loewner's formula), so they are
/// orthogonal to rounding however close the roots are.
///
/// - Complexity: O(k^2), in parallel over roots.
func secularEigenvectors(
    poles: [Double], changes: [Double], rho: Double
) -> (values: [Double], vectors: [Double]) {
    let k = poles.count
    let weights = changes.map { $0 * $0 }
    var origins = [Int](repeating: 0, count: k)
    var distances = [Double](repeating: 0, count: k)
    var fitted = distances
    var vectors = [Double](repeating: 0, count: k * k)
    poles.withUnsafeBufferPointer { poles in
        weights.withUnsafeBufferPointer { weights in
            origins.withUnsafeMutableBufferPointer { origins in
                distances.withUnsafeMutableBufferPointer { distances in
                    fitted.withUnsafeMutableBufferPointer { fitted in
                        vectors.withUnsafeMutableBufferPointer { vectors in
                            guard let p = poles.baseAddress, let w = weights.baseAddress,
                                let o = origins.baseAddress, let d = distances.baseAddress,
                                let f = fitted.baseAddress, let v = vectors.baseAddress
                            else { return }
                            let equation = SecularEquation(
                                poles: p, weights: w, count: k, rho: rho)
                            SecularWork(
                                equation: equation, origins: o, distances: d, fitted: f, vectors: v
                            ).run(signs: changes)
                        }
                    }
                }
            }
        }
    }
    return ((0..<k).map { poles[origins[$0]] + distances[$0] }, vectors)
}

/// Where the parts of a secular problem are kept.
private struct SecularWork: @unchecked Sendable {
    let equation: SecularEquation
    let origins: UnsafeMutablePointer<Int>
    let distances: UnsafeMutablePointer<Double>
    let fitted: UnsafeMutablePointer<Double>
    let vectors: UnsafeMutablePointer<Double>

    func run(signs: [Double]) {
        let k = equation.count
        forEachRange(k) { j in
            (origins[j], distances[j]) = equation.root(j)
        }
        forEachRange(k) { i in
            fitted[i] = signs[i] < 0 ? -component(i) : component(i)
        }
        forEachRange(k) { j in
            let row = vectors + j * k
            var square = 0.0
            for i in 0..<k {
                row[i] = fitted[i] / difference(i, j)
                square += row[i] * row[i]
            }
            let scale = 1 / square.squareRoot()
            for i in 0..<k { row[i] *= scale }
        }
    }

    private func forEachRange(_ count: Int, _ body: @Sendable (Int) -> Void) {
        guard count > 100 else {
            for i in 0..<count { body(i) }
            return
        }
        Parallel.forEachRange(count, grain: 32) { for i in $0 { body(i) } }
    }

    /// Pole i less root j, never 0.
    @inline(__always)
    private func difference(_ i: Int, _ j: Int) -> Double {
        let value = (equation.poles[i] - equation.poles[origins[j]]) - distances[j]
        return value == 0 ? (i <= j ? -0x1p-1000 : 0x1p-1000) : value
    }

    /// |z_i| of the change for which the roots are exact, but for a common factor.
    private func component(_ i: Int) -> Double {
        let own = equation.poles[i]
        var product = -difference(i, i)
        for j in 0..<equation.count where j != i {
            product *= -difference(i, j) / (equation.poles[j] - own)
        }
        return abs(product).squareRoot()
    }
}
