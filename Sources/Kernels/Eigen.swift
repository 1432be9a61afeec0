/// Eigenvalues and eigenvectors of real symmetric matrices.
public enum Eigen {
    /// All eigenvalues, ascending, with orthonormal eigenvectors as rows.
    ///
    /// Householder tridiagonalisation and the implicit QL method (Bowdler, Martin, Reinsch and
    /// Wilkinson 1968, the EISPACK routines tred2 and tql2). Only the lower triangle is read.
    ///
    /// - Precondition: `matrix` has `order` x `order` finite values.
    /// - Returns: `values` of count n; eigenvector j is `vectors[j * n ..< (j + 1) * n]`. Its sign is
    ///   such that its component of largest magnitude (the first of equals) is positive.
    /// - Complexity: O(n^3); about 2 s for n = 1,000.
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
    ///   - proceed: Called with the share done, 0...1, after at most O(n^2) of the work.
    /// - Returns: as above, or nil if it was stopped.
    public static func symmetric(
        _ matrix: [Double], order: Int, proceed: (Double) -> Bool
    ) -> (values: [Double], vectors: [Double])? {
        precondition(matrix.count == order * order, "n x n values")
        guard order > 0 else { return ([], []) }
        // A power of two near the largest entry, so that squares neither over- nor underflow.
        let largest = matrix.reduce(0) { max($0, abs($1)) }
        let unit = largest.isNormal ? largest.binade : 1
        var vectors = matrix.map { $0 / unit }
        var diagonal = [Double](repeating: 0, count: order)
        var beside = [Double](repeating: 0, count: order)
        // Column k of the working matrix is row k here, so that the inner loops are contiguous.
        for i in 0..<order { for j in 0..<i { vectors[j * order + i] = vectors[i * order + j] } }
        let finished = vectors.withUnsafeMutableBufferPointer { v in
            diagonal.withUnsafeMutableBufferPointer { d in
                beside.withUnsafeMutableBufferPointer { e in
                    guard let v = v.baseAddress, let d = d.baseAddress, let e = e.baseAddress
                    else { return false }
                    return tridiagonalise(order, v, d, e) { proceed(0.4 * $0) }
                        && accumulate(order, v, d) { proceed(0.4 + 0.2 * $0) }
                        && implicitQL(order, v, d, e) { proceed(0.6 + 0.4 * $0) }
                }
            }
        }
        guard finished else { return nil }
        return ordered(diagonal.map { $0 * unit }, vectors, order)
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

    private static func ordered(
        _ values: [Double], _ vectors: [Double], _ n: Int
    ) -> (values: [Double], vectors: [Double]) {
        let order = values.indices.sorted {
            values[$0] == values[$1] ? $0 < $1 : values[$0] < values[$1]
        }
        var rows: [Double] = []
        rows.reserveCapacity(n * n)
        for j in order { rows.append(contentsOf: vectors[j * n..<(j + 1) * n]) }
        fixSigns(&rows, order: n)
        return (order.map { values[$0] }, rows)
    }
}
