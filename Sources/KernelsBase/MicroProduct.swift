// Register tiles of the matrix product. Compiled twice like MicroKernels.swift, and under the same
// rule: only pointers, SIMD values and inlined helpers.

internal import CPrefetch

#if FMA || arch(arm64)
    /// A register's worth of the matrix product.
    private typealias Lanes = SIMD8<Float>
#else
    /// A register's worth of the matrix product.
    private typealias Lanes = SIMD4<Float>
#endif

private let lanes = Lanes.scalarCount

@inline(__always)
private func load(_ p: UnsafePointer<Float>) -> Lanes {
    UnsafeRawPointer(p).loadUnaligned(as: Lanes.self)
}

@inline(__always)
private func store(_ v: Lanes, _ p: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(p).storeBytes(of: v, as: Lanes.self)
}

/// c + a b, fused where the processor can.
@inline(__always)
private func madd(_ c: Lanes, _ a: Lanes, _ b: Lanes) -> Lanes {
    #if FMA || arch(arm64)
        c.addingProduct(a, b)
    #else
        c + a * b
    #endif
}

extension MicroKernels {
    /// Rows of a tile of the product.
    public static var tileRows: Int { 6 }
    /// Columns of a tile of the product.
    public static var tileColumns: Int { 2 * lanes }

    /// C += alpha A B for packed panels: A in panels of `tileRows` rows, B in panels of
    /// `tileColumns` columns, both padded with zeros, `depth` steps each.
    public static func product(
        rows: Int, columns: Int, depth: Int, alpha: Float, a: UnsafePointer<Float>,
        b: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>, stride: Int
    ) {
        product(
            rows: rows, columns: columns, depth: depth, alpha: alpha, a: a, panel: 6 &* depth,
            line: 1, step: 6, b: b, c: c, stride: stride, adding: true)
    }

    /// C = alpha A B, or C += alpha A B, where A is read as it lies: step p of row i of its panel n of
    /// `tileRows` rows is `a[n * panel + i * line + p * step]`. B is packed as above. Rows of A from
    /// `rows` on are not read.
    @inline(never)
    public static func product(
        rows: Int, columns: Int, depth: Int, alpha: Float, a: UnsafePointer<Float>, panel: Int,
        line: Int, step: Int, b: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>,
        stride: Int, adding: Bool
    ) {
        let scale = Lanes(repeating: alpha)
        var j = 0
        while j < columns {
            let width = min(2 &* lanes, columns &- j)
            var i = 0
            var start = a
            while i < rows {
                let height = min(6, rows &- i)
                let target = Target(
                    start: c + (i &* stride &+ j), stride: stride, rows: height, columns: width,
                    scale: scale, adding: adding)
                prefetch(target)
                if height > 4 {
                    tile6(target, depth, start, line, step, b + j &* depth)
                } else {
                    tile4(target, depth, start, line, step, b + j &* depth)
                }
                i &+= 6
                start += panel
            }
            j &+= 2 &* lanes
        }
    }
}

/// Where a tile's sums go.
private struct Target {
    let start: UnsafeMutablePointer<Float>
    let stride: Int
    let rows: Int
    let columns: Int
    let scale: Lanes
    let adding: Bool
}

/// Asks for the tile's lines of the result, which are needed only after all its steps: without it each
/// tile ends by waiting for them (a sixth of the time of a 1024 x 1024 product).
@inline(never)
private func prefetch(_ target: Target) {
    for row in 0..<target.rows {
        let c = target.start + row &* target.stride
        prefetch_to_write(c)
        prefetch_to_write(c + (target.columns &- 1))
    }
}

/// 5 or 6 rows by two registers of columns, kept in twelve registers.
@inline(__always)
private func tile6(
    _ target: Target, _ depth: Int, _ a: UnsafePointer<Float>, _ line: Int, _ step: Int,
    _ b: UnsafePointer<Float>
) {
    var c00 = Lanes()
    var (c01, c10, c11, c20, c21) = (c00, c00, c00, c00, c00)
    var (c30, c31, c40, c41, c50, c51) = (c00, c00, c00, c00, c00, c00)
    let last = target.rows &- 1
    var (p, r, q) = (a, a + 3 &* line, b)
    // Where there is no sixth row the fifth is read again.
    let fifth = line
    let sixth = min(2, last &- 3) &* line
    for _ in 0..<depth {
        let b0 = load(q)
        let b1 = load(q + lanes)
        let a0 = Lanes(repeating: p[0])
        c00 = madd(c00, a0, b0)
        c01 = madd(c01, a0, b1)
        let a1 = Lanes(repeating: p[line])
        c10 = madd(c10, a1, b0)
        c11 = madd(c11, a1, b1)
        let a2 = Lanes(repeating: p[2 &* line])
        c20 = madd(c20, a2, b0)
        c21 = madd(c21, a2, b1)
        let a3 = Lanes(repeating: r[0])
        c30 = madd(c30, a3, b0)
        c31 = madd(c31, a3, b1)
        let a4 = Lanes(repeating: r[fifth])
        c40 = madd(c40, a4, b0)
        c41 = madd(c41, a4, b1)
        let a5 = Lanes(repeating: r[sixth])
        c50 = madd(c50, a5, b0)
        c51 = madd(c51, a5, b1)
        p += step
        r += step
        q += 2 &* lanes
    }
    finish(target, 0, c00, c01)
    finish(target, 1, c10, c11)
    finish(target, 2, c20, c21)
    finish(target, 3, c30, c31)
    finish(target, 4, c40, c41)
    if target.rows > 5 { finish(target, 5, c50, c51) }
}

/// 1 to 4 rows by two registers of columns.
@inline(__always)
private func tile4(
    _ target: Target, _ depth: Int, _ a: UnsafePointer<Float>, _ line: Int, _ step: Int,
    _ b: UnsafePointer<Float>
) {
    var c00 = Lanes()
    var (c01, c10, c11, c20, c21, c30, c31) = (c00, c00, c00, c00, c00, c00, c00)
    var (p, q) = (a, b)
    let last = target.rows &- 1
    let second = min(1, last) &* line
    let third = min(2, last) &* line
    let fourth = last &* line
    for _ in 0..<depth {
        let b0 = load(q)
        let b1 = load(q + lanes)
        let a0 = Lanes(repeating: p[0])
        c00 = madd(c00, a0, b0)
        c01 = madd(c01, a0, b1)
        let a1 = Lanes(repeating: p[second])
        c10 = madd(c10, a1, b0)
        c11 = madd(c11, a1, b1)
        let a2 = Lanes(repeating: p[third])
        c20 = madd(c20, a2, b0)
        c21 = madd(c21, a2, b1)
        let a3 = Lanes(repeating: p[fourth])
        c30 = madd(c30, a3, b0)
        c31 = madd(c31, a3, b1)
        p += step
        q += 2 &* lanes
    }
    finish(target, 0, c00, c01)
    if target.rows > 1 { finish(target, 1, c10, c11) }
    if target.rows > 2 { finish(target, 2, c20, c21) }
    if target.rows > 3 { finish(target, 3, c30, c31) }
}

/// Writes a row of a tile.
@inline(__always)
private func finish(_ target: Target, _ row: Int, _ left: Lanes, _ right: Lanes) {
    let c = target.start + row &* target.stride
    if target.columns == 2 &* lanes {
        if target.adding {
            store(madd(load(c), target.scale, left), c)
            store(madd(load(c + lanes), target.scale, right), c + lanes)
        } else {
            store(target.scale * left, c)
            store(target.scale * right, c + lanes)
        }
    } else {
        let (l, r) = (target.scale * left, target.scale * right)
        for j in 0..<target.columns {
            let value = j < lanes ? l[j] : r[j &- lanes]
            c[j] = target.adding ? c[j] + value : value
        }
    }
}
