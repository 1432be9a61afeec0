/// Dense single-precision matrix products over raw buffers, row-major.
public enum Matrix {
    /// C = alpha op(A) op(B) + beta C, with C of m x n and an inner length of k.
    ///
    /// Rows lie `lda`, `ldb`, `ldc` elements apart as stored (before any transposition). With a
    /// `beta` of 0 the old C is not read. The order of summation does not depend on the number of
    /// threads; it does depend on the instruction set (`InstructionSet.name`).
    ///
    /// Blocks of A and B are packed and multiplied in register tiles (Goto and van de Geijn, ACM TOMS
    /// 2008). Products of more than about 15 million terms use `Parallel.threads` threads.
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
        let left = Operand(
            start: a, line: transposeA ? 1 : lda, value: transposeA ? lda : 1,
            isFar: m * k > 1 << 17)
        let right = Operand(
            start: b, line: transposeB ? ldb : 1, value: transposeB ? 1 : ldb,
            isFar: n * k > 1 << 17)
        let target = Target(start: c, stride: ldc, alpha: alpha, adding: beta != 0)
        let kernels = InstructionSet.active
        let width = kernels.tileColumns
        let depth = depthBlock(k)
        let room = depth * ((min(n, columnBlock) + width - 1) / width * width)
        let panels = AlignedFloats(count: room)
        for column in stride(from: 0, to: n, by: columnBlock) {
            for step in stride(from: 0, to: k, by: depth) {
                let part = Part(
                    columns: column..<min(n, column + columnBlock),
                    steps: step..<min(k, step + depth))
                let threaded = Double(m) * Double(part.columns.count * part.steps.count) > 15e6
                part.pack(right, width, threaded, to: panels)
                part.multiply(m, left, panels, target, kernels, threaded)
            }
        }
    }

    /// Inner steps of a block: as even as can be, and at most 256, so that a panel of each factor stays
    /// in the nearest cache.
    private static func depthBlock(_ k: Int) -> Int {
        let blocks = (k + 255) / 256
        return (k + blocks - 1) / blocks
    }

    fileprivate static let columnBlock = 2048

    /// Rows of a block of A: as even as can be, in whole tiles, and at most 96, so that the block stays in
    /// the second cache.
    fileprivate static func rowBlock(_ m: Int) -> Int {
        let blocks = (m + 95) / 96
        return ((m + blocks - 1) / blocks + 5) / 6 * 6
    }

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

/// A factor: its lines run across the product's result, its values along the inner length.
private struct Operand: @unchecked Sendable {
    let start: UnsafePointer<Float>
    let line: Int
    let value: Int
    /// Whether it is larger than the nearer caches.
    let isFar: Bool
}

/// The result and the factor put before the product.
private struct Target: @unchecked Sendable {
    let start: UnsafeMutablePointer<Float>
    let stride: Int
    let alpha: Float
    /// Whether the first inner steps are added to what is there.
    let adding: Bool
}

/// One block of columns and inner steps.
private struct Part: Sendable {
    let columns: Range<Int>
    let steps: Range<Int>

    /// Packs the right factor's block.
    func pack(_ right: Operand, _ width: Int, _ threaded: Bool, to panels: AlignedFloats) {
        let depth = steps.count
        let stripe = threaded ? 16 * width : columnsRounded(to: width)
        let count = (columns.count + stripe - 1) / stripe
        run(count, threaded) { index in
            let first = index * stripe
            Kernels.pack(
                right.start + (columns.lowerBound + first) * right.line
                    + steps.lowerBound * right.value,
                lines: min(stripe, columns.count - first), depth: depth, lineStride: right.line,
                valueStride: right.value, width: width, isFar: right.isFar,
                to: panels.start + first * depth)
        }
    }

    /// Adds the block's share of the product to the result, by blocks of rows (and of columns, where
    /// there are too few rows for two threads).
    func multiply(
        _ m: Int, _ left: Operand, _ panels: AlignedFloats, _ target: Target,
        _ kernels: KernelTable, _ threaded: Bool
    ) {
        let depth = steps.count
        let rowBlock = Matrix.rowBlock(m)
        let rowBlocks = (m + rowBlock - 1) / rowBlock
        // At least nine pieces for two threads, of at least four tiles' columns.
        let wanted = threaded ? (rowBlocks + 8) / rowBlocks : 1
        let tiles = (columns.count + kernels.tileColumns - 1) / kernels.tileColumns
        let stripe = max(4, (tiles + wanted - 1) / wanted) * kernels.tileColumns
        let stripes = (columns.count + stripe - 1) / stripe
        run(rowBlocks * stripes, threaded) { index in
            let row = index / stripes * rowBlock
            let first = index % stripes * stripe
            let rows = min(rowBlock, m - row)
            let corner = left.start + row * left.line + steps.lowerBound * left.value
            let result =
                target.start + row * target.stride + columns.lowerBound + first
            let width = min(stripe, columns.count - first)
            let adding = target.adding || steps.lowerBound > 0
            if readsInPlace(left, rows: rows) {
                kernels.productInPlace(
                    rows, width, depth, target.alpha, corner, kernels.tileRows * left.line,
                    left.line, left.value, panels.start + first * depth, result, target.stride,
                    adding)
                return
            }
            withUnsafeTemporaryAllocation(
                of: Float.self, capacity: rowBlock * depth
            ) { block in
                guard let block = block.baseAddress else { return }
                Kernels.pack(
                    corner, lines: rows, depth: depth, lineStride: left.line,
                    valueStride: left.value, width: kernels.tileRows, isFar: left.isFar, to: block)
                kernels.productInPlace(
                    rows, width, depth, target.alpha, block, kernels.tileRows * depth, 1,
                    kernels.tileRows, panels.start + first * depth, result, target.stride, adding)
            }
        }
    }

    /// Whether a block of the left factor is better read as it lies: packing costs more than it
    /// gains where there are few columns, if the block lies close enough for the caches.
    private func readsInPlace(_ left: Operand, rows: Int) -> Bool {
        columns.count <= 256 && left.line * rows + left.value * steps.count <= 1 << 15
    }

    private func columnsRounded(to width: Int) -> Int {
        (columns.count + width - 1) / width * width
    }

    private func run(_ count: Int, _ threaded: Bool, _ body: @Sendable (Int) -> Void) {
        if threaded {
            Parallel.forEach(count, body)
        } else {
            for index in 0..<count { body(index) }
        }
    }
}
