/// Eigenvalues and eigenvectors of real symmetric matrices.
public enum Eigen {
    /// All eigenvalues, ascending, with orthonormal eigenvectors as rows.
    ///
    /// Householder tridiagonalisation (Martin, Reinsch and Wilkinson 1968, the EISPACK routine tred2),
    /// dividing and conquering (Cuppen 1981), and the reflections in blocks. Only the lower triangle is
    /// read.
    ///
    /// - Precondition: `matrix` has `order` x `order` finite values.
    /// - Returns: `values` of count n; eigenvector j is `vectors[j * n ..< (j + 1) * n]`. Its sign is
    ///   such that its component of largest magnitude (the first of equals) is positive.
    /// - Complexity: O(n^3); about 0.3 s for n = 1,000 on two cores.
    public static func symmetric(
        _ matrix: [Double], order: Int
    ) -> (values: [Double], vectors: [Double]) {
        symmetric(matrix, order: order) { _ in true } ?? ([], [])
    }

    /// The same, telling the share of the work done and stopping where `proceed` says no.
    ///
    /// - Parameters:
    ///   - matrix: n x n values.
    ///   - order: n.
    ///   - proceed: Called with the share done, 0...1, now and then.
    /// - Returns: as above, or nil if it was stopped.
    public static func symmetric(
        _ matrix: [Double], order: Int, proceed: (Double) -> Bool
    ) -> (values: [Double], vectors: [Double])? {
        symmetric(matrix, order: order, largest: order, proceed: proceed)
    }

    /// The `largest` algebraically largest eigenvalues, ascending, with their eigenvectors as rows.
    ///
    /// - Parameters:
    ///   - matrix: n x n values.
    ///   - order: n.
    ///   - largest: How many, 0...n.
    ///   - proceed: Called with the share done, 0...1, now and then.
    /// - Returns: nil if it was stopped.
    /// - Complexity: O(n^3); less than all eigenvectors by n^2 (n - `largest`) steps.
    public static func symmetric(
        _ matrix: [Double], order n: Int, largest: Int, proceed: (Double) -> Bool
    ) -> (values: [Double], vectors: [Double])? {
        precondition(matrix.count == n * n, "n x n values")
        precondition((0...n).contains(largest), "0...n eigenvectors")
        guard n > 0 else { return ([], []) }
        // A power of two near the largest entry, so that squares neither over- nor underflow.
        let top = matrix.reduce(0) { max($0, abs($1)) }
        let unit = top.isNormal ? top.binade : 1
        var work = matrix.map { $0 / unit }
        var halves = [Double](repeating: 0, count: n)
        var beside = halves
        // Column k of the working matrix is row k here, so that the inner loops are contiguous.
        for i in 0..<n { for j in 0..<i { work[j * n + i] = work[i * n + j] } }
        let reduced = work.withUnsafeMutableBufferPointer { v in
            halves.withUnsafeMutableBufferPointer { d in
                beside.withUnsafeMutableBufferPointer { e in
                    guard let v = v.baseAddress, let d = d.baseAddress, let e = e.baseAddress
                    else { return false }
                    return tridiagonalise(n, v, d, e) { proceed(0.6 * $0) }
                }
            }
        }
        guard reduced else { return nil }
        let diagonal = (0..<n).map { work[$0 * n + $0] }
        guard
            let pairs = TridiagonalEigenpairs(
                diagonal: diagonal, beside: Array(beside[1...]),
                proceed: { proceed(0.6 + 0.2 * $0) })
        else { return nil }
        var vectors = Array(pairs.vectors[(n - largest) * n..<n * n])
        let turned = vectors.withUnsafeMutableBufferPointer { rows in
            guard let rows = rows.baseAddress else { return true }
            return applyReflections(n, work, halves, rows: rows, count: largest) {
                proceed(0.8 + 0.2 * $0)
            }
        }
        guard turned else { return nil }
        fixSigns(&vectors, order: n)
        return (pairs.values[(n - largest)...].map { $0 * unit }, vectors)
    }

    /// Turns each of the n-vectors in `vectors` so that its largest component is positive.
    static func fixSigns(_ vectors: inout [Double], order: Int) {
        guard order > 0 else { return }
        for start in stride(from: 0, to: vectors.count, by: order) {
            var best = start
            for i in start..<start + order where abs(vectors[i]) > abs(vectors[best]) { best = i }
            guard vectors[best] < 0 else { continue }
            for i in start..<start + order { vectors[i] = -vectors[i] }
        }
    }
}
