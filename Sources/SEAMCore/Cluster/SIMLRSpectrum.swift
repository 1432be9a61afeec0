import Kernels

/// The spectral step of SIMLR: leading eigenvectors of S + S^T on the pattern of neighbours.
struct SIMLRSpectrum {
    /// Eigenvalues over the largest magnitude, falling.
    let values: [Double]
    /// n x c, column q an eigenvector.
    let vectors: [Double]

    /// - Parameters:
    ///   - similarity: S on the pattern, n x K.
    ///   - rank: c.
    init(
        _ similarity: [Double], cells: NearestCells, rank: Int, seed: UInt64, monitor: StageMonitor
    ) throws(AnalysisError) {
        let matrix = SymmetrisedPattern(similarity, cells: cells)
        let pairs = try matrix.leading(rank, seed: seed, monitor: monitor)
        var largest = 0.0
        for value in pairs.values { largest = max(largest, abs(value)) }
        values = pairs.values.map { largest > 0 ? $0 / largest : 0 }
        var columns = [Double](repeating: 0, count: cells.count * rank)
        for q in 0..<rank {
            for i in 0..<cells.count { columns[i * rank + q] = pairs.vectors[q * cells.count + i] }
        }
        vectors = columns
    }
}

/// S + S^T as compressed rows.
private struct SymmetrisedPattern {
    private let count: Int
    private var starts: [Int]
    private var columns: [Int]
    private var values: [Double]

    init(_ similarity: [Double], cells: NearestCells) {
        let (n, k) = (cells.count, cells.neighbours)
        var starts = [Int](repeating: 0, count: n + 1)
        for place in cells.indices.indices {
            starts[place / k + 1] += 1
            starts[cells.indices[place] + 1] += 1
        }
        for i in 0..<n { starts[i + 1] += starts[i] }
        var next = starts
        var columns = [Int](repeating: 0, count: 2 * n * k)
        var values = [Double](repeating: 0, count: 2 * n * k)
        for place in cells.indices.indices {
            let (i, j) = (place / k, cells.indices[place])
            for (row, column) in [(i, j), (j, i)] {
                columns[next[row]] = column
                values[next[row]] = similarity[place]
                next[row] += 1
            }
        }
        count = n
        self.starts = starts
        self.columns = columns
        self.values = values
    }

    /// The `rank` largest eigenvalues, falling, and their eigenvectors as rows.
    func leading(
        _ rank: Int, seed: UInt64, monitor: StageMonitor
    ) throws(AnalysisError) -> (values: [Double], vectors: [Double]) {
        if count <= 160 || rank * 3 > count {
            var dense = [Double](repeating: 0, count: count * count)
            for i in 0..<count {
                for e in starts[i]..<starts[i + 1] { dense[i * count + columns[e]] += values[e] }
            }
            return try leadingEigenpairs(
                dense, order: count, count: rank, seed: seed, monitor: monitor)
        }
        return try monitor.watching("similarity learning") { proceed in
            Eigen.leading(
                rank, order: count,
                apply: { source, target in
                    for i in 0..<count {
                        var sum = 0.0
                        for e in starts[i]..<starts[i + 1] { sum += values[e] * source[columns[e]] }
                        target[i] = sum
                    }
                }, seed: seed, proceed: proceed)
        }
    }
}
