/// Dense single-precision matrix products over raw buffers, row-major.
public enum Matrix {
    /// C = alpha op(A) op(B) + beta C, with C of m x n and an inner length of k.
    ///
    /// Rows lie `lda`, `ldb`, `ldc` elements apart as stored (before any transposition). With a
    /// `beta` of 0 the old C is not read. The order of summation does not depend on the number of
    /// threads; it does depend on the instruction set (`InstructionSet.name`).
    ///
    /// Blocks of A and B are packed and multiplied in register tiles (Goto and van de Geijn, ACM TOMS
    /// 2008). Products of more than about a million terms use `Parallel.threads` threads.
    public static func multiply(
        m: Int, n: Int, k: Int, alpha: Float = 1,
        a: UnsafePointer<Float>, lda: Int, transposeA: Bool = false,
        b: UnsafePointer<Float>, ldb: Int, transposeB: Bool = false,
        beta: Float = 0, c: UnsafeMutablePointer<Float>, ldc: Int
    ) {
        let hasTerms = m > 0 && n > 0 && k > 0 && alpha != 0
        // Without an old C the first inner steps write instead of adding.
        if beta != 0 || !hasTerms { scale(m, n, beta, c, ldc) }
        guard hasTerms else { return }
        let left = ProductFactor(
            start: a, line: transposeA ? 1 : lda, value: transposeA ? lda : 1,
            isFar: m * k > 1 << 17)
        let right = ProductFactor(
            start: b, line: transposeB ? ldb : 1, value: transposeB ? 1 : ldb,
            isFar: n * k > 1 << 17)
        let target = ProductTarget(start: c, stride: ldc, alpha: alpha, adding: beta != 0)
        let depth = depthBlock(k)
        let (blockRows, blockColumns) = (min(m, 96), min(n, columnBlock))
        let threads = Double(blockColumns) * Double(m) * Double(depth) > 1e6 ? Parallel.threads : 1
        let tiling = ProductTiling(
            m, blockColumns, depth, threads: threads,
            isReadInPlace: left.isNear(blockRows, depth, n))
        let panels = ProductPanels(tiling, m, blockColumns, depth)
        for column in stride(from: 0, to: n, by: columnBlock) {
            for step in stride(from: 0, to: k, by: depth) {
                let block = ProductBlock(
                    left: left, right: right, target: target, rows: m,
                    columns: column..<min(n, column + columnBlock),
                    steps: step..<min(k, step + depth), tiling: tiling, panels: panels)
                block.run()
            }
        }
    }

    /// Inner steps of a block: as even as can be, and at most 256, so that a panel of each factor stays
    /// in the nearest cache.
    private static func depthBlock(_ k: Int) -> Int {
        let blocks = (k + 255) / 256
        return (k + blocks - 1) / blocks
    }

    private static let columnBlock = 2048

    private static func scale(
        _ m: Int, _ n: Int, _ beta: Float, _ c: UnsafeMutablePointer<Float>, _ ldc: Int
    ) {
        guard beta != 1, n > 0 else { return }
        for i in 0..<m {
            let row = c + i * ldc
            if beta == 0 {
                row.update(repeating: 0, count: n)
            } else {
                for j in 0..<n { row[j] *= beta }
            }
        }
    }
}
