/// Principal component analysis of many points in few dimensions.
public enum PrincipalComponents {
    /// The points' coordinates along the directions of largest variance.
    ///
    /// - Parameters:
    ///   - points: n x d, row-major, finite.
    ///   - count: n.
    ///   - dimension: d.
    ///   - components: m; at most d are given.
    /// - Returns: n x min(m, d) coordinates about the mean, the direction of largest variance first. The
    ///   sign of a direction is such that its largest coefficient is positive.
    /// - Complexity: O(n d^2 + d^3) time, O(d^2) memory besides a centred copy of the points.
    public static func project(
        points: [Float], count: Int, dimension: Int, components: Int
    ) -> [Float] {
        project(points: points, count: count, dimension: dimension, components: components) { _ in
            true
        } ?? []
    }

    /// The same, telling the share of the work done and stopping where `proceed` says no.
    ///
    /// - Parameters:
    ///   - points: n x d.
    ///   - count: n.
    ///   - dimension: d.
    ///   - components: m.
    ///   - proceed: Called with the share done, 0...1.
    /// - Returns: as above, or nil if it was stopped.
    public static func project(
        points: [Float], count: Int, dimension: Int, components: Int, proceed: (Double) -> Bool
    ) -> [Float]? {
        precondition(points.count == count * dimension, "n x d values")
        let kept = min(components, dimension)
        guard count > 0, kept > 0 else { return [] }
        let centred = centred(points, count, dimension)
        guard
            let covariance = covariance(
                centred, count, dimension, proceed: { proceed(0.1 + 0.5 * $0) }),
            let vectors = Eigen.symmetric(
                covariance.map { Double($0) }, order: dimension,
                proceed: { proceed(0.6 + 0.3 * $0) }
            )?.vectors
        else { return nil }
        var directions: [Float] = []
        directions.reserveCapacity(kept * dimension)
        for j in 0..<kept {
            let row = (dimension - 1 - j) * dimension
            directions.append(contentsOf: vectors[row..<row + dimension].map { Float($0) })
        }
        guard proceed(0.9) else { return nil }
        var result = [Float](repeating: 0, count: count * kept)
        Matrix.multiply(
            m: count, n: kept, k: dimension, a: centred, lda: dimension, b: directions,
            ldb: dimension, transposeB: true, c: &result, ldc: kept)
        return result
    }

    /// Mean products of the columns, d x d, a block of points at a time.
    private static func covariance(
        _ centred: [Float], _ count: Int, _ dimension: Int, proceed: (Double) -> Bool
    ) -> [Float]? {
        var sums = [Float](repeating: 0, count: dimension * dimension)
        // Multiples of the product's inner blocks, so that the sums are those of one product.
        let terms = 1_000_000_000 / (dimension * dimension)
        let block = max(1, min(terms, count) / 4_096) * 4_096
        let done = centred.withUnsafeBufferPointer { points in
            guard let points = points.baseAddress else { return false }
            for first in stride(from: 0, to: count, by: block) {
                guard proceed(Double(first) / Double(count)) else { return false }
                let rows = points + first * dimension
                Matrix.multiply(
                    m: dimension, n: dimension, k: min(block, count - first),
                    alpha: 1 / Float(count), a: rows, lda: dimension, transposeA: true, b: rows,
                    ldb: dimension, beta: 1, c: &sums, ldc: dimension)
            }
            return true
        }
        return done ? sums : nil
    }

    private static func centred(_ points: [Float], _ count: Int, _ dimension: Int) -> [Float] {
        var sums = [Double](repeating: 0, count: dimension)
        var result = points
        result.withUnsafeMutableBufferPointer { result in
            sums.withUnsafeMutableBufferPointer { sums in
                for i in 0..<count {
                    for c in 0..<dimension { sums[c] += Double(result[i * dimension + c]) }
                }
                for c in 0..<dimension { sums[c] /= Double(count) }
                for i in 0..<count {
                    for c in 0..<dimension { result[i * dimension + c] -= Float(sums[c]) }
                }
            }
        }
        return result
    }
}
