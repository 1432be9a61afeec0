#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif
import Kernels

/// Scores of every ion as a marker of a group of cells, high where it is up. For comparison only.
package struct MarkerBaselines {
    /// C x M values.
    let features: [Float]
    let columns: Int
    /// Whether each cell is in the group.
    let inGroup: [Bool]

    /// Baselines of C x `columns` features and whether each cell is in the group.
    package init(features: [Float], columns: Int, inGroup: [Bool]) {
        precondition(features.count == columns * inGroup.count, "C x M values")
        self.features = features
        self.columns = columns
        self.inGroup = inGroup
    }

    private func column(_ ion: Int, _ member: Bool) -> [Double] {
        inGroup.indices.filter { inGroup[$0] == member }.map {
            Double(features[$0 * columns + ion])
        }
    }

    /// Welch's t of every ion, 0 where it is not defined.
    package var welch: [Double] {
        (0..<columns).map { ion in
            let (a, b) = (column(ion, true), column(ion, false))
            guard a.count > 1, b.count > 1 else { return 0 }
            func moments(_ values: [Double]) -> (mean: Double, error: Double) {
                let mean = values.reduce(0, +) / Double(values.count)
                let squares = values.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
                return (mean, squares / Double(values.count - 1) / Double(values.count))
            }
            let (one, two) = (moments(a), moments(b))
            let error = (one.error + two.error).squareRoot()
            return error > 0 ? (one.mean - two.mean) / error : 0
        }
    }

    /// z of Wilcoxon's rank sum of every ion, which orders ions as the area under its ROC curve.
    package var rankSum: [Double] {
        (0..<columns).map { ion in
            RankingScores.areaUnderCurve(
                scores: inGroup.indices.map { Double(features[$0 * columns + ion]) },
                positives: inGroup) - 0.5
        }
    }

    /// Coefficients of a logistic regression on standardised ions with a ridge penalty of 1
    /// (scikit-learn's default), by Newton's method in the space of cells.
    ///
    /// - Complexity: O(steps (C^3 + C^2 M)).
    package var logistic: [Double] {
        let count = inGroup.count
        let x = Standardised.columns(features, count: count, columns: columns)
        // With w = X^T a the penalised optimum is found over a, one value a cell (and a bias).
        let kernel = ParallelResults(count: count) { a in
            (0..<count).map { b in
                var sum = 0.0
                for m in 0..<columns { sum += x[a * columns + m] * x[b * columns + m] }
                return sum
            }
        }.values
        var alpha = [Double](repeating: 0, count: count)
        var bias = 0.0
        for _ in 0..<25 {
            let scores = kernel.map { row in zip(row, alpha).reduce(bias) { $0 + $1.0 * $1.1 } }
            let chance = scores.map { 1 / (1 + exp(-$0)) }
            let weights = chance.map { max($0 * (1 - $0), 1e-10) }
            // Iteratively reweighted least squares: (K + W^-1) a + b = z, sum a = 0.
            let target = scores.indices.map {
                scores[$0] + ((inGroup[$0] ? 1 : 0) - chance[$0]) / weights[$0]
            }
            var matrix = kernel
            for cell in 0..<count { matrix[cell][cell] += 1 / weights[cell] }
            guard let factor = Cholesky(matrix) else { break }
            let (u, v) = (
                factor.solve(target), factor.solve([Double](repeating: 1, count: count))
            )
            bias = u.reduce(0, +) / v.reduce(0, +)
            let next = zip(u, v).map { $0 - bias * $1 }
            let change = zip(next, alpha).reduce(0.0) { max($0, abs($1.0 - $1.1)) }
            alpha = next
            if change < 1e-8 { break }
        }
        return (0..<columns).map { m in
            alpha.indices.reduce(0.0) { $0 + alpha[$1] * x[$1 * columns + m] }
        }
    }
}

/// Columns of mean 0 and (population) variance 1; a constant column becomes 0.
enum Standardised {
    static func columns(_ features: [Float], count: Int, columns: Int) -> [Double] {
        var result = [Double](repeating: 0, count: features.count)
        for m in 0..<columns {
            let values = (0..<count).map { Double(features[$0 * columns + m]) }
            let mean = values.reduce(0, +) / Double(max(count, 1))
            let squares = values.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
            let deviation = (squares / Double(max(count, 1))).squareRoot()
            for cell in 0..<count where deviation > 1e-12 * abs(mean) {
                result[cell * columns + m] = (values[cell] - mean) / deviation
            }
        }
        return result
    }
}

/// The factor L of a positive definite matrix L L^T.
private struct Cholesky {
    private var rows: [[Double]]

    init?(_ matrix: [[Double]]) {
        rows = matrix
        for i in rows.indices {
            for j in 0...i {
                var sum = matrix[i][j]
                rows[i].withUnsafeBufferPointer { a in
                    rows[j].withUnsafeBufferPointer { b in
                        for k in 0..<j { sum -= a[k] * b[k] }
                    }
                }
                if i == j {
                    guard sum > 0 else { return nil }
                    rows[i][i] = sum.squareRoot()
                } else {
                    rows[i][j] = sum / rows[j][j]
                }
            }
        }
    }

    func solve(_ right: [Double]) -> [Double] {
        var x = right
        for i in x.indices {
            for k in 0..<i { x[i] -= rows[i][k] * x[k] }
            x[i] /= rows[i][i]
        }
        for i in x.indices.reversed() {
            x[i] /= rows[i][i]
            for k in 0..<i { x[k] -= rows[i][k] * x[i] }
        }
        return x
    }
}
