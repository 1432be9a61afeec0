/// Zeroed memory for rows of floats, with room behind the last row for products that read too far.
public final class PanelRows: @unchecked Sendable {
    /// Values of a row.
    public let width: Int
    /// Floats from one row to the next, at least `width`.
    public let stride: Int
    /// The first row.
    public let start: UnsafeMutablePointer<Float>

    /// Room for `rows` rows of `width` values.
    public init(rows: Int, width: Int) {
        self.width = width
        stride = Panels.stride(width)
        let count = (rows + Panels.slackRows) * stride + Panels.columns
        start = UnsafeMutableRawPointer.allocate(
            byteCount: count * MemoryLayout<Float>.stride, alignment: 64
        ).bindMemory(to: Float.self, capacity: count)
        start.initialize(repeating: 0, count: count)
    }

    deinit { UnsafeMutableRawPointer(start).deallocate() }

    /// One row.
    public func row(_ index: Int) -> UnsafeMutablePointer<Float> { start + index * stride }

    /// Adds the inner products of all pairs of columns over the first `rows` rows to the upper triangle
    /// of `gram`, `width` x `width`.
    ///
    /// Products are summed in single precision over these rows and added in double precision. Pieces of
    /// work do not depend on the number of threads.
    ///
    /// - Parameters:
    ///   - rows: how many rows.
    ///   - gram: row-major; only places (i, j) with i at most j are touched.
    ///   - proceed: asked before each piece; false leaves it out.
    /// - Complexity: O(`rows` x `width`^2).
    public func addGram(
        rows: Int, to gram: UnsafeMutablePointer<Double>, proceed: @Sendable () -> Bool
    ) {
        nonisolated(unsafe) let gram = gram
        Parallel.forEachRange(width, grain: 96) { piece in
            guard proceed() else { return }
            let first = piece.lowerBound
            let columns = width - first
            var product = [Float](repeating: 0, count: piece.count * columns)
            product.withUnsafeMutableBufferPointer { out in
                guard let out = out.baseAddress else { return }
                Matrix.multiply(
                    m: piece.count, n: columns, k: rows, a: start + first, lda: stride,
                    transposeA: true, b: start + first, ldb: stride, c: out, ldc: columns)
            }
            for i in piece {
                for j in i..<width {
                    gram[i * width + j] += Double(product[(i - first) * columns + j - first])
                }
            }
        }
    }
}
