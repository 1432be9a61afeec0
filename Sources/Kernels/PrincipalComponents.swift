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
        precondition(points.count == count * dimension, "n x d values")
        let kept = min(components, dimension)
        guard count > 0, kept > 0 else { return [] }
        let centred = centred(points, count, dimension)
        var covariance = [Float](repeating: 0, count: dimension * dimension)
        Matrix.multiply(
            m: dimension, n: dimension, k: count, alpha: 1 / Float(count), a: centred,
            lda: dimension, transposeA: true, b: centred, ldb: dimension, c: &covariance,
            ldc: dimension)
        let vectors = Eigen.symmetric(covariance.map { Double($0) }, order: dimension).vectors
        var directions: [Float] = []
        directions.reserveCapacity(kept * dimension)
        for j in 0..<kept {
            let row = (dimension - 1 - j) * dimension
            directions.append(contentsOf: vectors[row..<row + dimension].map { Float($0) })
        }
        var result = [Float](repeating: 0, count: count * kept)
        Matrix.multiply(
            m: count, n: kept, k: dimension, a: centred, lda: dimension, b: directions,
            ldb: dimension, transposeB: true, c: &result, ldc: kept)
        return result
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
