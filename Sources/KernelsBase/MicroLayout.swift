// The step of a force-directed layout (UMAP's forces; McInnes, Healy and Melville 2018). Compiled
// twice like MicroKernels.swift, and under the same rule: only pointers, SIMD values and inlined
// helpers.

private typealias Float8 = SIMD8<Float>
private typealias Word8 = SIMD8<UInt32>

extension MicroKernels {
    /// Moves the points `first`..<`last` through one epoch.
    ///
    /// Point v has the edges `offsets[v]`..<`offsets[v + 1]`: their other ends, the epochs between two
    /// turns (at least 1) and the time of the next turn. Each point walks its edges whose turn it is and moves a copy of itself: towards the other end
    /// twice, and away from five points drawn by a hash of (key, point, edge). All others are read at
    /// their `old` places, so the result does not depend on the order of points. Places are four
    /// floats a point; the fourth is not used.
    @inline(never)
    public static func layoutEpoch(
        count: Int, offsets: UnsafePointer<Int>, targets: UnsafePointer<Int32>,
        periods: UnsafePointer<Float>, turns: UnsafeMutablePointer<Float>, first: Int, last: Int,
        old: UnsafePointer<Float>,
        new: UnsafeMutablePointer<Float>, time: Float, rate: Float, a: Float, b: Float, key: UInt32
    ) {
        var v = first
        while v < last {
            movePoint(v, count, offsets, targets, periods, turns, old, new, time, rate, a, b, key)
            v &+= 1
        }
    }
}

@inline(__always)
private func movePoint(
    _ v: Int, _ count: Int, _ offsets: UnsafePointer<Int>, _ targets: UnsafePointer<Int32>,
    _ periods: UnsafePointer<Float>, _ turns: UnsafeMutablePointer<Float>,
    _ old: UnsafePointer<Float>, _ new: UnsafeMutablePointer<Float>,
    _ time: Float, _ rate: Float, _ a: Float, _ b: Float, _ key: UInt32
) {
    let me = UInt32(truncatingIfNeeded: v)
    var place = SIMD4<Float>(old[4 &* v], old[4 &* v &+ 1], old[4 &* v &+ 2], 0)
    var stream = Word8(repeating: key ^ (me &* 0x9E37_79B9)) &+ Word8(0, 1, 2, 3, 4, 5, 6, 7)
    // Lane 0 is the second pull of the edge before, lane 1 the first pull of this edge.
    var before = v
    var active = false
    var edge = offsets[v]
    let end = offsets[v &+ 1]
    while edge < end {
        defer { edge &+= 1 }
        if turns[edge] > time { continue }
        turns[edge] += periods[edge]
        let other = Int(targets[edge])
        let words = mixed(stream)
        stream = stream &+ Word8(repeating: 8)
        var (x, y, z) = (Float8(), Float8(), Float8())
        var weight = Float8(repeating: 1)
        weight[0] = active ? 1 : 0
        weight[7] = 0
        take(before, 0, old, &x, &y, &z)
        take(other, 1, old, &x, &y, &z)
        for lane in 2..<7 {
            let drawn = Int(
                truncatingIfNeeded: (UInt64(words[lane]) &* UInt64(truncatingIfNeeded: count))
                    &>> 32)
            take(drawn, lane, old, &x, &y, &z)
            if drawn == v { weight[lane] = 0 }
        }
        place += step(place, x, y, z, weight, rate, a, b)
        before = other
        active = true
    }
    if active {
        var (x, y, z) = (Float8(), Float8(), Float8())
        take(before, 0, old, &x, &y, &z)
        place += step(place, x, y, z, Float8(1, 0, 0, 0, 0, 0, 0, 0), rate, a, b)
    }
    new[4 &* v] = place[0]
    new[4 &* v &+ 1] = place[1]
    new[4 &* v &+ 2] = place[2]
    new[4 &* v &+ 3] = 0
}

@inline(__always)
private func take(
    _ point: Int, _ lane: Int, _ places: UnsafePointer<Float>, _ x: inout Float8,
    _ y: inout Float8, _ z: inout Float8
) {
    x[lane] = places[4 &* point]
    y[lane] = places[4 &* point &+ 1]
    z[lane] = places[4 &* point &+ 2]
}

/// The move of `place` under the pulls of lanes 0 and 1 and the pushes of the others.
@inline(__always)
private func step(
    _ place: SIMD4<Float>, _ x: Float8, _ y: Float8, _ z: Float8, _ weight: Float8, _ rate: Float,
    _ a: Float, _ b: Float
) -> SIMD4<Float> {
    let dx = Float8(repeating: place[0]) - x
    let dy = Float8(repeating: place[1]) - y
    let dz = Float8(repeating: place[2]) - z
    let square = dx * dx + dy * dy + dz * dz
    let safe = square.replacing(with: 1e-30, where: square .< 1e-30)
    // (distance^2)^b
    let power = powerOfE(naturalLog(safe) * Float8(repeating: b))
    let pulls = Float8(1, 1, 0, 0, 0, 0, 0, 0)
    let pushes = Float8(repeating: 1) - pulls
    let above = pulls * power * Float8(repeating: -2 * a * b) + pushes * Float8(repeating: 2 * b)
    let below =
        (safe + pushes * Float8(repeating: 0.001))
        * (Float8(repeating: 1) + Float8(repeating: a) * power)
    let force = weight * above / below
    return SIMD4(
        total(clipped(force * dx)), total(clipped(force * dy)), total(clipped(force * dz)), 0)
        * SIMD4(repeating: rate)
}

/// Into -4...4.
@inline(__always)
private func clipped(_ v: Float8) -> Float8 {
    let low = v.replacing(with: 4, where: v .> 4)
    return low.replacing(with: -4, where: low .< -4)
}

@inline(__always)
private func total(_ v: Float8) -> Float {
    let four = v.lowHalf + v.highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
}

/// A finaliser of 32-bit words (Wellons' lowbias32).
@inline(__always)
private func mixed(_ words: Word8) -> Word8 {
    var w = words
    w = (w ^ (w &>> 16)) &* Word8(repeating: 0x7FEB_352D)
    w = (w ^ (w &>> 15)) &* Word8(repeating: 0x846C_A68B)
    return w ^ (w &>> 16)
}

@inline(__always)
private func fused(_ c: Float8, _ a: Float8, _ b: Float8) -> Float8 {
    #if FMA || arch(arm64)
        c.addingProduct(a, b)
    #else
        c + a * b
    #endif
}

/// ln x of a positive normal number (Cephes logf, without the special cases).
@inline(__always)
private func naturalLog(_ x: Float8) -> Float8 {
    let words = unsafeBitCast(x, to: SIMD8<Int32>.self)
    let exponent = (words &- SIMD8(repeating: 0x3F35_04F3)) &>> 23
    let m =
        unsafeBitCast(words &- (exponent &<< 23), to: Float8.self) - Float8(repeating: 1)
    let magic = SIMD8<Int32>(repeating: 0x4B40_0000)
    let e =
        unsafeBitCast(exponent &+ magic, to: Float8.self) - unsafeBitCast(magic, to: Float8.self)
    var p = Float8(repeating: 7.037_683_63e-2)
    p = fused(Float8(repeating: -1.151_461_03e-1), p, m)
    p = fused(Float8(repeating: 1.167_699_87e-1), p, m)
    p = fused(Float8(repeating: -1.242_014_08e-1), p, m)
    p = fused(Float8(repeating: 1.424_932_28e-1), p, m)
    p = fused(Float8(repeating: -1.666_805_77e-1), p, m)
    p = fused(Float8(repeating: 2.000_071_48e-1), p, m)
    p = fused(Float8(repeating: -2.499_999_4e-1), p, m)
    p = fused(Float8(repeating: 3.333_333_1e-1), p, m)
    let square = m * m
    p = fused(p * m * square, square, Float8(repeating: -0.5))
    return fused(m + p, e, Float8(repeating: 0.693_147_2))
}

/// e^x for x within -87...88 (Cephes expf, one scaling).
@inline(__always)
private func powerOfE(_ input: Float8) -> Float8 {
    let high = input.replacing(with: 88, where: input .> 88)
    let x = high.replacing(with: -87, where: high .< -87)
    let magic = Float8(repeating: 12_582_912)
    let shifted = fused(magic, x, Float8(repeating: 1.442_695_04))
    let n = shifted - magic
    var r = fused(x, n, Float8(repeating: -0.693_359_375))
    r = fused(r, n, Float8(repeating: 2.121_944_4e-4))
    var p = Float8(repeating: 1.987_569_15e-4)
    p = fused(Float8(repeating: 1.398_199_95e-3), p, r)
    p = fused(Float8(repeating: 8.333_451_9e-3), p, r)
    p = fused(Float8(repeating: 4.166_579_6e-2), p, r)
    p = fused(Float8(repeating: 1.666_666_55e-1), p, r)
    p = fused(Float8(repeating: 5.000_000_1e-1), p, r)
    p = fused(r, p, r * r) + Float8(repeating: 1)
    let whole =
        unsafeBitCast(shifted, to: SIMD8<Int32>.self)
        &- unsafeBitCast(magic, to: SIMD8<Int32>.self)
    return p * unsafeBitCast((whole &+ 127) &<< 23, to: Float8.self)
}
