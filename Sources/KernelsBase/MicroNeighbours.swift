// The tile of the nearest neighbour search: products and their selection while they are in registers.
// Compiled twice like MicroKernels.swift, and under the same rule: only pointers, SIMD values and
// inlined helpers.

#if FMA || arch(arm64)
    private typealias Lanes = SIMD8<Float>
#else
    private typealias Lanes = SIMD4<Float>
#endif

private typealias LaneWords = Lanes.MaskStorage

private let lanes = Lanes.scalarCount

/// A block of points against another: packed as for `MicroKernels.product`, with each point's squared
/// length and the squared distance up to which it wants to hear of others.
/// A tuple, since a structure would bring functions of its own into both targets.
public typealias NeighbourPanels = (
    points: UnsafePointer<Float>, norms: UnsafePointer<Float>, limits: UnsafePointer<Float>
)

extension MicroKernels {
    /// Writes the pairs with not (|x|^2 + |y|^2 - 2 x y > larger of the two limits), and tells how many.
    ///
    /// - Parameters:
    ///   - rows: Points of `left`, at most 65,536.
    ///   - columns: Points of `right`, at most 65,536.
    ///   - depth: Coordinates of a point.
    ///   - left: In panels of `tileRows`; lengths and limits of whole panels can be read.
    ///   - right: In panels of `tileColumns`, likewise.
    ///   - found: Room for rows x columns pairs and 16 more; a pair is the bits of the squared distance,
    ///     then 16 bits of row, then 16 of column.
    @inline(never)
    public static func near(
        rows: Int, columns: Int, depth: Int, left: NeighbourPanels, right: NeighbourPanels,
        found: UnsafeMutablePointer<UInt64>
    ) -> Int {
        var count = 0
        var j = 0
        while j < columns {
            var i = 0
            while i < rows {
                count = nearTile(
                    i, min(6, rows &- i), j, min(2 &* lanes, columns &- j), depth, left, right,
                    found, count)
                i &+= 6
            }
            j &+= 2 &* lanes
        }
        return count
    }
}

@inline(__always)
private func load(_ p: UnsafePointer<Float>) -> Lanes {
    UnsafeRawPointer(p).loadUnaligned(as: Lanes.self)
}

@inline(__always)
private func madd(_ c: Lanes, _ a: Lanes, _ b: Lanes) -> Lanes {
    #if FMA || arch(arm64)
        c.addingProduct(a, b)
    #else
        c + a * b
    #endif
}

@inline(__always)
private func nearTile(
    _ i: Int, _ rows: Int, _ j: Int, _ columns: Int, _ depth: Int, _ left: NeighbourPanels,
    _ right: NeighbourPanels, _ found: UnsafeMutablePointer<UInt64>, _ known: Int
) -> Int {
    var c00 = Lanes()
    var (c01, c10, c11, c20, c21) = (c00, c00, c00, c00, c00)
    var (c30, c31, c40, c41, c50, c51) = (c00, c00, c00, c00, c00, c00)
    var (p, q) = (left.points + i &* depth, right.points + j &* depth)
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
    let columnNorms0 = load(right.norms + j)
    let columnNorms1 = load(right.norms + (j &+ lanes))
    let columnLimits0 = load(right.limits + j)
    let columnLimits1 = load(right.limits + (j &+ lanes))
    var count = known
    for line in 0..<6 where line < rows {
        let (dots0, dots1) =
            switch line {
            case 0: (c00, c01)
            case 1: (c10, c11)
            case 2: (c20, c21)
            case 3: (c30, c31)
            case 4: (c40, c41)
            default: (c50, c51)
            }
        let norm = Lanes(repeating: left.norms[i &+ line])
        let limit = Lanes(repeating: left.limits[i &+ line])
        let two = Lanes(repeating: -2)
        let squares0 = madd(columnNorms0 + norm, two, dots0)
        let squares1 = madd(columnNorms1 + norm, two, dots1)
        let bounds0 = columnLimits0.replacing(with: limit, where: columnLimits0 .< limit)
        let bounds1 = columnLimits1.replacing(with: limit, where: columnLimits1 .< limit)
        let far0 = squares0 .> bounds0
        let far1 = squares1 .> bounds1
        if allTrue(far0 .& far1) { continue }
        let code = UInt64(truncatingIfNeeded: (i &+ line) &<< 16 | j)
        count = write(squares0, nearBits(far0, columns), code, found, count)
        count = write(
            squares1, nearBits(far1, columns &- lanes), code &+ UInt64(lanes), found, count)
    }
    return count
}

/// Adds the columns of a register whose bit is set; uses the room after them for the squares.
@inline(__always)
private func write(
    _ squares: Lanes, _ near: UInt32, _ code: UInt64, _ found: UnsafeMutablePointer<UInt64>,
    _ known: Int
) -> Int {
    var count = known
    var bits = near
    let values = unsafeBitCast(squares, to: LaneWords.self)
    let scratch = UnsafeMutableRawPointer(found + (count &+ lanes))
    scratch.storeBytes(of: values, as: LaneWords.self)
    while bits != 0 {
        let lane = bits.trailingZeroBitCount
        let word = (scratch + 4 &* lane).loadUnaligned(as: UInt32.self)
        found[count] = UInt64(word) &<< 32 | (code &+ UInt64(truncatingIfNeeded: lane))
        count &+= 1
        bits &= bits &- 1
    }
    return count
}

/// A bit for every one of the first `columns` lanes that is not far.
@inline(__always)
private func nearBits(_ far: SIMDMask<Lanes.MaskStorage>, _ columns: Int) -> UInt32 {
    #if FMA || arch(arm64)
        let words = unsafeBitCast(far, to: SIMD8<UInt32>.self)
        let bits = ~words & SIMD8(1, 2, 4, 8, 16, 32, 64, 128)
        let four = bits.lowHalf | bits.highHalf
    #else
        let four = ~unsafeBitCast(far, to: SIMD4<UInt32>.self) & SIMD4(1, 2, 4, 8)
    #endif
    let two = four.lowHalf | four.highHalf
    let all: UInt32 = columns >= 32 ? .max : columns <= 0 ? 0 : (1 &<< UInt32(columns)) &- 1
    return (two[0] | two[1]) & all
}

@inline(__always)
private func allTrue(_ mask: SIMDMask<Lanes.MaskStorage>) -> Bool {
    #if FMA || arch(arm64)
        let words = unsafeBitCast(mask, to: SIMD4<UInt64>.self)
        let halves = words.lowHalf & words.highHalf
    #else
        let halves = unsafeBitCast(mask, to: SIMD2<UInt64>.self)
    #endif
    return halves[0] & halves[1] == .max
}
