// Register tiles of the matrix product in double precision. Compiled twice like MicroKernels.swift,
// and under the same rule: only pointers, SIMD values and inlined helpers.

#if FMA || arch(arm64)
    private typealias Lanes = SIMD4<Double>
#else
    private typealias Lanes = SIMD2<Double>
#endif

private let lanes = Lanes.scalarCount

@inline(__always)
private func load(_ p: UnsafePointer<Double>) -> Lanes {
    UnsafeRawPointer(p).loadUnaligned(as: Lanes.self)
}

@inline(__always)
private func store(_ v: Lanes, _ p: UnsafeMutablePointer<Double>) {
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
    /// Columns of a tile of the product in double precision; it has `tileRows` rows.
    public static var doubleTileColumns: Int { 2 * lanes }

    /// C += alpha A B for packed panels, as for `Float`.
    @inline(never)
    public static func product(
        rows: Int, columns: Int, depth: Int, alpha: Double, a: UnsafePointer<Double>,
        b: UnsafePointer<Double>, c: UnsafeMutablePointer<Double>, stride: Int
    ) {
        var j = 0
        while j < columns {
            var i = 0
            while i < rows {
                let target = Target(
                    start: c + (i &* stride &+ j), stride: stride,
                    columns: min(2 &* lanes, columns &- j), scale: Lanes(repeating: alpha))
                tile(min(6, rows &- i), target, depth, a + i &* depth, b + j &* depth)
                i &+= 6
            }
            j &+= 2 &* lanes
        }
    }
}

/// Where a tile's sums go.
private struct Target {
    let start: UnsafeMutablePointer<Double>
    let stride: Int
    let columns: Int
    let scale: Lanes
}

/// 6 rows by two registers of columns, kept in twelve registers.
@inline(__always)
private func tile(
    _ rows: Int, _ target: Target, _ depth: Int, _ a: UnsafePointer<Double>,
    _ b: UnsafePointer<Double>
) {
    var c00 = Lanes()
    var (c01, c10, c11, c20, c21) = (c00, c00, c00, c00, c00)
    var (c30, c31, c40, c41, c50, c51) = (c00, c00, c00, c00, c00, c00)
    var (p, q) = (a, b)
    for _ in 0..<depth {
        let b0 = load(q)
        let b1 = load(q + lanes)
        let a0 = Lanes(repeating: p[0])
        c00 = madd(c00, a0, b0)
        c01 = madd(c01, a0, b1)
        let a1 = Lanes(repeating: p[1])
        c10 = madd(c10, a1, b0)
        c11 = madd(c11, a1, b1)
        let a2 = Lanes(repeating: p[2])
        c20 = madd(c20, a2, b0)
        c21 = madd(c21, a2, b1)
        let a3 = Lanes(repeating: p[3])
        c30 = madd(c30, a3, b0)
        c31 = madd(c31, a3, b1)
        let a4 = Lanes(repeating: p[4])
        c40 = madd(c40, a4, b0)
        c41 = madd(c41, a4, b1)
        let a5 = Lanes(repeating: p[5])
        c50 = madd(c50, a5, b0)
        c51 = madd(c51, a5, b1)
        p += 6
        q += 2 &* lanes
    }
    finish(target, 0, c00, c01)
    if rows > 1 { finish(target, 1, c10, c11) }
    if rows > 2 { finish(target, 2, c20, c21) }
    if rows > 3 { finish(target, 3, c30, c31) }
    if rows > 4 { finish(target, 4, c40, c41) }
    if rows > 5 { finish(target, 5, c50, c51) }
}

/// Adds a row of a tile.
@inline(__always)
private func finish(_ target: Target, _ row: Int, _ left: Lanes, _ right: Lanes) {
    let c = target.start + row &* target.stride
    if target.columns == 2 &* lanes {
        store(madd(load(c), target.scale, left), c)
        store(madd(load(c + lanes), target.scale, right), c + lanes)
    } else {
        let (l, r) = (target.scale * left, target.scale * right)
        for j in 0..<target.columns { c[j] += j < lanes ? l[j] : r[j &- lanes] }
    }
}
