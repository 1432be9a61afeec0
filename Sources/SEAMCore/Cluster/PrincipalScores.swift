import Kernels

/// Principal component scores of n vectors, from their inner products.
struct PrincipalScores: Sendable {
    /// n.
    let count: Int
    /// Number of components kept.
    let dimension: Int
    /// n x dimension, by falling variance.
    let values: [Double]

    /// Eigenvectors of the doubly centred inner products times the roots of their eigenvalues.
    ///
    /// - Complexity: O(n^2 x dimension), or O(n^3) for small n.
    init(
        _ geometry: Geometry, dimension wanted: Int, seed: UInt64, monitor: StageMonitor
    ) throws(AnalysisError) {
        let n = geometry.count
        let pairs = try leadingEigenpairs(
            geometry.centred().gram, order: n, count: min(wanted, n), seed: seed, monitor: monitor)
        let kept = pairs.values.count { $0 > 1e-12 * max(pairs.values.first ?? 0, 1e-300) }
        var scores = [Double](repeating: 0, count: n * kept)
        for component in 0..<kept {
            let scale = pairs.values[component].squareRoot()
            for i in 0..<n {
                scores[i * kept + component] = scale * pairs.vectors[component * n + i]
            }
        }
        count = n
        dimension = kept
        values = scores
    }

    private init(count: Int, dimension: Int, values: [Double]) {
        self.count = count
        self.dimension = dimension
        self.values = values
    }

    /// The leading components that stand out of noise, at least one: their variance is above the largest
    /// that independent columns of the variance left over would have (Marchenko and Pastur 1967).
    ///
    /// - Parameters:
    ///   - geometry: what the components are of.
    ///   - columns: how many features its inner products were made from.
    func aboveNoise(of geometry: Geometry, columns: Int) -> PrincipalScores {
        let n = Double(count)
        let edge =
            (1 + (Double(columns) / n).squareRoot()) * (1 + (Double(columns) / n).squareRoot())
        let variances = variances
        var left = geometry.totalVariance
        var kept = 0
        while kept < dimension, kept < columns - 1 {
            let variance = variances[kept]
            left -= variance
            // The noise is what this and all later components leave.
            guard variance > edge * left / Double(columns - kept - 1) else { break }
            kept += 1
        }
        return leading(max(kept, min(1, dimension)))
    }

    /// The first components.
    func leading(_ kept: Int) -> PrincipalScores {
        let values = (0..<count).flatMap {
            self.values[$0 * dimension..<$0 * dimension + kept]
        }
        return PrincipalScores(count: count, dimension: kept, values: values)
    }

    /// Mean square of each component.
    var variances: [Double] {
        (0..<dimension).map { d in
            var square = 0.0
            for i in 0..<count { square += values[i * dimension + d] * values[i * dimension + d] }
            return square / Double(max(1, count))
        }
    }

    /// Every component times a factor of its own.
    func scaled(by factors: [Double]) -> PrincipalScores {
        PrincipalScores(
            count: count, dimension: dimension,
            values: values.indices.map { values[$0] * factors[$0 % dimension] })
    }

    /// Every component with the same variance.
    func whitened() -> PrincipalScores {
        scaled(by: variances.map { $0 > 0 ? 1 / $0.squareRoot() : 0 })
    }

    /// Every component times the share of its variance that lies between clusters, so that distances
    /// are those that tell the clusters apart.
    func weighted(by labels: [Int]) -> PrincipalScores {
        let clusters = (labels.max() ?? -1) + 1
        var sizes = [Double](repeating: 0, count: clusters)
        for label in labels { sizes[label] += 1 }
        var weighted = values
        for d in 0..<dimension {
            var sums = [Double](repeating: 0, count: clusters)
            var (total, square) = (0.0, 0.0)
            for i in 0..<count {
                let value = values[i * dimension + d]
                sums[labels[i]] += value
                total += value
                square += value * value
            }
            let mean = total / Double(count)
            var between = 0.0
            for cluster in 0..<clusters where sizes[cluster] > 0 {
                let own = sums[cluster] / sizes[cluster] - mean
                between += sizes[cluster] * own * own
            }
            let all = square - total * mean
            let share = all > 0 ? between / all : 0
            for i in 0..<count { weighted[i * dimension + d] *= share }
        }
        return PrincipalScores(count: count, dimension: dimension, values: weighted)
    }

    /// Angular distances of row `i` to all rows, into n places.
    func angularDistances(of i: Int, norms: [Double], into row: UnsafeMutablePointer<Double>) {
        values.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else {
                row.update(repeating: 0, count: count)
                return
            }
            for j in 0..<count {
                let scale = norms[i] * norms[j]
                let inner = dot(base + i * dimension, base + j * dimension, dimension)
                row[j] = max(0, 2 - 2 * (scale > 0 ? inner / scale : 0)).squareRoot()
            }
        }
        row[i] = 0
    }

    /// Euclidean distances of row `i` to all rows, into n places.
    func distances(of i: Int, into row: UnsafeMutablePointer<Double>) {
        values.withUnsafeBufferPointer { values in
            for j in 0..<count {
                var square = 0.0
                for d in 0..<dimension {
                    let difference = values[i * dimension + d] - values[j * dimension + d]
                    square += difference * difference
                }
                row[j] = square.squareRoot()
            }
        }
    }

    /// Lengths of the rows.
    var norms: [Double] {
        (0..<count).map { i in
            var square = 0.0
            for d in 0..<dimension {
                square += values[i * dimension + d] * values[i * dimension + d]
            }
            return square.squareRoot()
        }
    }
}

/// The largest eigenvalues of a dense symmetric matrix, falling, with eigenvectors as rows.
func leadingEigenpairs(
    _ matrix: [Double], order n: Int, count: Int, seed: UInt64, monitor: StageMonitor
) throws(AnalysisError) -> (values: [Double], vectors: [Double]) {
    if n <= 1_200 || count * 3 > n {
        let pairs = try monitor.watching("principal axes") {
            Eigen.symmetric(matrix, order: n, largest: count, proceed: $0)
        }
        return (
            pairs.values.reversed(),
            (0..<count).reversed().flatMap { pairs.vectors[$0 * n..<($0 + 1) * n] }
        )
    }
    return try monitor.watching("principal axes") { proceed in
        matrix.withUnsafeBufferPointer { matrix in
            guard let base = matrix.baseAddress else { return ([], []) }
            return Eigen.leading(
                count, order: n,
                applyBlock: { source, target, rows in
                    target.update(repeating: 0, count: rows * n)
                    Matrix.add(
                        m: rows, n: n, k: n, MatrixView(source, row: n), MatrixView(base, row: n),
                        to: target, ldc: n)
                }, seed: seed, tolerance: 1e-5, proceed: proceed)
        }
    }
}
