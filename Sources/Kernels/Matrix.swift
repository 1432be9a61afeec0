/// Dense single-precision matrix products over raw buffers, row-major.
public enum Matrix {
    /// C = alpha op(A) op(B) + beta C, with C of m x n and an inner length of k.
    ///
    /// Rows lie `lda`, `ldb`, `ldc` elements apart as stored (before any transposition). The order of
    /// summation does not depend on the number of threads.
    public static func multiply(
        m: Int, n: Int, k: Int, alpha: Float = 1,
        a: UnsafePointer<Float>, lda: Int, transposeA: Bool = false,
        b: UnsafePointer<Float>, ldb: Int, transposeB: Bool = false,
        beta: Float = 0, c: UnsafeMutablePointer<Float>, ldc: Int
    ) {
        for i in 0..<m {
            for j in 0..<n { c[i * ldc + j] = beta == 0 ? 0 : beta * c[i * ldc + j] }
            for p in 0..<k {
                let left = alpha * (transposeA ? a[p * lda + i] : a[i * lda + p])
                if transposeB {
                    for j in 0..<n { c[i * ldc + j] += left * b[j * ldb + p] }
                } else {
                    for j in 0..<n { c[i * ldc + j] += left * b[p * ldb + j] }
                }
            }
        }
    }
}
