extension Eigen {
    /// Applies the reflections of `tridiagonalise` to rows of length n, blocks of them at a time
    /// (Schreiber and Van Loan 1989); false if `proceed` stopped it.
    ///
    /// - Parameters:
    ///   - v: row i holds the reflector of step i in its first i places.
    ///   - h: half of its squared length, 0 for none.
    ///   - rows: `count` vectors in the basis of the tridiagonal matrix, turned in place.
    static func applyReflections(
        _ n: Int, _ v: UnsafePointer<Double>, _ h: UnsafePointer<Double>,
        rows: UnsafeMutablePointer<Double>, count: Int, proceed: (Double) -> Bool
    ) -> Bool {
        let size = 32
        var reflectors = [Double](repeating: 0, count: size * n)
        var triangle = [Double](repeating: 0, count: size * size)
        var (products, turned) = (
            [Double](repeating: 0, count: count * size), [Double](repeating: 0, count: count * size)
        )
        for first in stride(from: 1, to: n, by: size) {
            guard proceed(Double(first) / Double(n)) else { return false }
            let block = min(size, n - first)
            let width = first + block - 1
            for r in 0..<block {
                for j in 0..<width {
                    reflectors[r * n + j] =
                        j < first + r && h[first + r] != 0 ? v[(first + r) * n + j] : 0
                }
            }
            fill(&triangle, reflectors, n, width, block) { h[first + $0] }
            for i in products.indices { (products[i], turned[i]) = (0, 0) }
            reflectors.withUnsafeBufferPointer { u in
                triangle.withUnsafeBufferPointer { t in
                    products.withUnsafeMutableBufferPointer { w in
                        turned.withUnsafeMutableBufferPointer { x in
                            guard let u = u.baseAddress, let t = t.baseAddress,
                                let w = w.baseAddress, let x = x.baseAddress
                            else { return }
                            let reflectors = MatrixView(u, row: n)
                            Matrix.add(
                                m: count, n: block, k: width, MatrixView(rows, row: n),
                                reflectors.transposed, to: w, ldc: size)
                            Matrix.add(
                                m: count, n: block, k: block, MatrixView(w, row: size),
                                MatrixView(t, row: size), to: x, ldc: size)
                            Matrix.add(
                                m: count, n: width, k: block, alpha: -1, MatrixView(x, row: size),
                                reflectors, to: rows, ldc: n)
                        }
                    }
                }
            }
        }
        return true
    }

    /// The triangle T with H_1 H_2 ... = I - U T U^T, for reflectors as rows u.
    private static func fill(
        _ triangle: inout [Double], _ reflectors: [Double], _ n: Int, _ width: Int, _ block: Int,
        _ h: (Int) -> Double
    ) {
        let size = 32
        for i in triangle.indices { triangle[i] = 0 }
        reflectors.withUnsafeBufferPointer { u in
            guard let u = u.baseAddress else { return }
            for j in 0..<block {
                let tau = h(j) == 0 ? 0 : 1 / h(j)
                let products = (0..<j).map { dotProduct(u + $0 * n, u + j * n, width) }
                for i in 0..<j {
                    var sum = 0.0
                    for q in i..<j { sum += triangle[i * size + q] * products[q] }
                    triangle[i * size + j] = -tau * sum
                }
                triangle[j * size + j] = tau
            }
        }
    }
}
