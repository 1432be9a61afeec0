// Products of small matrices that need no packing on the left. Compiled twice like MicroKernels.swift,
// and under the same rule: only pointers, SIMD values and inlined helpers.

#if FMA || arch(arm64)
    private typealias Lanes = SIMD8<Float>
#else
    private typealias Lanes = SIMD4<Float>
#endif

private let lanes = Lanes.scalarCount

/// How a tile goes to memory.
private struct Finish {
    let adding: Bool
    let rectifying: Bool
    let gate: UnsafePointer<Float>?
}

extension MicroKernels {
    /// C = A B or C += A B for 16 columns of B and C.
    ///
    /// Value (i, p) of A is at `a[i * aRow + p * aStep]`, row p of B at `b + p * bStep`, row i of C at
    /// `c + i * cRow`. Up to five rows of A behind the last are read and not used. Then negative values
    /// become 0 (`rectifying`), or those where `gate`, laid out like C, is not above 0.
    @inline(never)
    public static func panelProduct(
        rows: Int, depth: Int, a: UnsafePointer<Float>, aRow: Int, aStep: Int,
        b: UnsafePointer<Float>, bStep: Int, c: UnsafeMutablePointer<Float>, cRow: Int,
        adding: Bool, rectifying: Bool, gate: UnsafePointer<Float>?
    ) {
        var column = 0
        while column < 16 {
            var i = 0
            while i < rows {
                let left = rows &- i
                let place = i &* cRow &+ column
                let finish = Finish(
                    adding: adding, rectifying: rectifying, gate: gate.map { $0 + place })
                // Tiles of six and four rows, so that an even number of rows is met exactly.
                if left > 4, left != 7, left != 8 {
                    sixRows(
                        left, depth, a + i &* aRow, aRow, aStep, b + column, bStep, c + place,
                        cRow, finish)
                    i &+= 6
                } else {
                    fourRows(
                        left, depth, a + i &* aRow, aRow, aStep, b + column, bStep, c + place,
                        cRow, finish)
                    i &+= 4
                }
            }
            column &+= 2 &* lanes
        }
    }
}

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

@inline(__always)
private func put(
    _ value: Lanes, _ c: UnsafeMutablePointer<Float>, _ gate: UnsafePointer<Float>?,
    _ finish: Finish
) {
    var v = finish.adding ? load(c) + value : value
    if finish.rectifying { v.replace(with: Lanes(), where: v .< Lanes()) }
    if let gate { v.replace(with: Lanes(), where: load(gate) .<= Lanes()) }
    store(v, c)
}

@inline(__always)
private func putRow(
    _ left: Lanes, _ right: Lanes, _ row: Int, _ c: UnsafeMutablePointer<Float>, _ cRow: Int,
    _ finish: Finish
) {
    let place = row &* cRow
    put(left, c + place, finish.gate.map { $0 + place }, finish)
    put(right, c + (place &+ lanes), finish.gate.map { $0 + (place &+ lanes) }, finish)
}

@inline(__always)
private func sixRows(
    _ rows: Int, _ depth: Int, _ a: UnsafePointer<Float>, _ aRow: Int, _ aStep: Int,
    _ b: UnsafePointer<Float>, _ bStep: Int, _ c: UnsafeMutablePointer<Float>, _ cRow: Int,
    _ finish: Finish
) {
    var c00 = Lanes()
    var (c01, c10, c11, c20, c21) = (c00, c00, c00, c00, c00)
    var (c30, c31, c40, c41, c50, c51) = (c00, c00, c00, c00, c00, c00)
    // Two walking places of A, so that addresses do not hang on one long chain of additions.
    var (p, r, q) = (a, a + 3 &* aRow, b)
    let two = 2 &* aRow
    for _ in 0..<depth {
        let b0 = load(q)
        let b1 = load(q + lanes)
        let a0 = Lanes(repeating: p[0])
        c00 = madd(c00, a0, b0)
        c01 = madd(c01, a0, b1)
        let a1 = Lanes(repeating: p[aRow])
        c10 = madd(c10, a1, b0)
        c11 = madd(c11, a1, b1)
        let a2 = Lanes(repeating: p[two])
        c20 = madd(c20, a2, b0)
        c21 = madd(c21, a2, b1)
        let a3 = Lanes(repeating: r[0])
        c30 = madd(c30, a3, b0)
        c31 = madd(c31, a3, b1)
        let a4 = Lanes(repeating: r[aRow])
        c40 = madd(c40, a4, b0)
        c41 = madd(c41, a4, b1)
        let a5 = Lanes(repeating: r[two])
        c50 = madd(c50, a5, b0)
        c51 = madd(c51, a5, b1)
        p += aStep
        r += aStep
        q += bStep
    }
    putRow(c00, c01, 0, c, cRow, finish)
    if rows > 1 { putRow(c10, c11, 1, c, cRow, finish) }
    if rows > 2 { putRow(c20, c21, 2, c, cRow, finish) }
    if rows > 3 { putRow(c30, c31, 3, c, cRow, finish) }
    if rows > 4 { putRow(c40, c41, 4, c, cRow, finish) }
    if rows > 5 { putRow(c50, c51, 5, c, cRow, finish) }
}

@inline(__always)
private func fourRows(
    _ rows: Int, _ depth: Int, _ a: UnsafePointer<Float>, _ aRow: Int, _ aStep: Int,
    _ b: UnsafePointer<Float>, _ bStep: Int, _ c: UnsafeMutablePointer<Float>, _ cRow: Int,
    _ finish: Finish
) {
    var c00 = Lanes()
    var (c01, c10, c11, c20, c21, c30, c31) = (c00, c00, c00, c00, c00, c00, c00)
    var (p, q) = (a, b)
    let two = 2 &* aRow
    let three = 3 &* aRow
    for _ in 0..<depth {
        let b0 = load(q)
        let b1 = load(q + lanes)
        let a0 = Lanes(repeating: p[0])
        c00 = madd(c00, a0, b0)
        c01 = madd(c01, a0, b1)
        let a1 = Lanes(repeating: p[aRow])
        c10 = madd(c10, a1, b0)
        c11 = madd(c11, a1, b1)
        let a2 = Lanes(repeating: p[two])
        c20 = madd(c20, a2, b0)
        c21 = madd(c21, a2, b1)
        let a3 = Lanes(repeating: p[three])
        c30 = madd(c30, a3, b0)
        c31 = madd(c31, a3, b1)
        p += aStep
        q += bStep
    }
    putRow(c00, c01, 0, c, cRow, finish)
    if rows > 1 { putRow(c10, c11, 1, c, cRow, finish) }
    if rows > 2 { putRow(c20, c21, 2, c, cRow, finish) }
    if rows > 3 { putRow(c30, c31, 3, c, cRow, finish) }
}
