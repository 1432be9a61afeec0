// The step of a force-directed layout (UMAP's forces; McInnes, Healy and Melville 2018). Compiled
// twice like MicroKernels.swift, and under the same rule: only pointers, SIMD values and inlined
// helpers.

private typealias Float8 = SIMD8<Float>
private typealias Word8 = SIMD8<UInt32>

/// The edges of a layout and when they have their turns.
///
/// A tuple, since a structure would bring functions of its own into both targets. Point v has the edges
/// `offsets[v]`..<`offsets[v + 1]`; `targets` are their other ends, `periods` their epochs between two
/// turns (at least 1), `turns` the time of each edge's next turn.
public typealias LayoutEdges = (
    offsets: UnsafePointer<Int>, targets: UnsafePointer<Int32>, periods: UnsafePointer<Float>,
    turns: UnsafeMutablePointer<Float>
)

/// What does not change during an epoch of a layout; a tuple like `LayoutEdges`.
///
/// `old` and `new` are the places before and after it, four floats a point (the fourth is not used);
/// `others` those the pushes come from, `drawn` of them (at most 4,096; at least 2 if they are the points);
/// `drawsPoints` says that they are the points in their order, so that none pushes itself. `rate` is the
/// length of a step, `a` and `b` are of the curve 1 / (1 + a d^(2b)), `key` is of the random numbers.
public typealias LayoutEpoch = (
    old: UnsafePointer<Float>, new: UnsafeMutablePointer<Float>, others: UnsafePointer<Float>,
    drawn: Int, drawsPoints: Bool, rate: Float, a: Float, b: Float, key: UInt32
)

extension MicroKernels {
    /// Writes the other ends of the edges of `first`..<`last` that have their turn at `time`, point by
    /// point, and where each point's end; moves their turns on and tells how many they are.
    ///
    /// - Parameters:
    ///   - ends: Room for `last` - `first` numbers.
    ///   - active: Room for the points' edges.
    @inline(never)
    public static func dueEdges(
        _ edges: LayoutEdges, first: Int, last: Int, time: Float,
        ends: UnsafeMutablePointer<Int32>, active: UnsafeMutablePointer<Int32>
    ) -> Int {
        let (turns, periods) = (edges.turns, edges.periods)
        let now = Float8(repeating: time)
        var count = 0
        var edge = edges.offsets[first]
        var v = first
        while v < last {
            let end = edges.offsets[v &+ 1]
            while edge &+ 8 <= end {
                let turn = load8(turns + edge)
                let later = turn .> now
                var due = ~signBits(later) & 0xFF
                if due != 0 {
                    let next = turn + load8(periods + edge)
                    store8(next.replacing(with: turn, where: later), turns + edge)
                }
                while due != 0 {
                    active[count] = edges.targets[edge &+ due.trailingZeroBitCount]
                    count &+= 1
                    due &= due &- 1
                }
                edge &+= 8
            }
            while edge < end {
                if turns[edge] <= time {
                    turns[edge] += periods[edge]
                    active[count] = edges.targets[edge]
                    count &+= 1
                }
                edge &+= 1
            }
            ends[v &- first] = Int32(truncatingIfNeeded: count)
            v &+= 1
        }
        return count
    }

    /// Moves the points `first`..<`last` through one epoch.
    ///
    /// Each point walks its edges whose turn it is and moves a copy of itself by each: twice the pull
    /// towards the other end, and pushes away from five drawn by a hash of (key, point, edge). All
    /// others are read at their `old` places, so the result does not depend on the order of points.
    /// Eight points walk side by side; one that has come to its end makes room for the next.
    ///
    /// - Parameters:
    ///   - ends: Where each point's edges end in `active`.
    ///   - active: The other ends.
    ///   - lanes: Room for 64 numbers.
    @inline(never)
    public static func layoutEpoch(
        _ epoch: LayoutEpoch, first: Int, last: Int, ends: UnsafePointer<Int32>,
        active: UnsafePointer<Int32>, lanes: UnsafeMutablePointer<Int32>
    ) {
        let walk = Walk(lanes)
        var (next, begin) = (first, 0)
        while true {
            var walking: Int32 = 0
            for lane in 0..<8 {
                if walk.at[lane] == walk.end[lane] {
                    walk.leave(lane, epoch)
                    // Points without an edge stay where they are.
                    while next < last, Int(ends[next &- first]) == begin {
                        copyPlace(next, epoch)
                        next &+= 1
                    }
                    if next < last {
                        let end = Int(ends[next &- first])
                        walk.enter(lane, next, begin, end, epoch)
                        next &+= 1
                        begin = end
                    }
                }
                walking |= walk.alive[lane]
            }
            if walking == 0 { return }
            walk.step(epoch, active)
        }
    }
}

/// A bit for each lane that is true.
@inline(__always)
private func signBits(_ mask: SIMDMask<SIMD8<Int32>>) -> UInt32 {
    let bits = unsafeBitCast(mask, to: Word8.self) & Word8(1, 2, 4, 8, 16, 32, 64, 128)
    let four = bits.lowHalf | bits.highHalf
    let two = four.lowHalf | four.highHalf
    return two[0] | two[1]
}

@inline(__always)
private func copyPlace(_ v: Int, _ epoch: LayoutEpoch) {
    let from = UnsafeRawPointer(epoch.old + 4 &* v)
    UnsafeMutableRawPointer(epoch.new + 4 &* v).storeBytes(
        of: from.loadUnaligned(as: SIMD4<Float>.self), as: SIMD4<Float>.self)
}

/// Eight points on their walks along their edges.
private struct Walk {
    /// Where each is in the list of edges, and where its edges end.
    let at: UnsafeMutablePointer<Int32>
    let end: UnsafeMutablePointer<Int32>
    let point: UnsafeMutablePointer<Int32>
    /// 1 for a lane with a point, else 0.
    let alive: UnsafeMutablePointer<Int32>
    let stream: UnsafeMutablePointer<Int32>
    let x: UnsafeMutablePointer<Float>
    let y: UnsafeMutablePointer<Float>
    let z: UnsafeMutablePointer<Float>

    @inline(__always)
    init(_ room: UnsafeMutablePointer<Int32>) {
        at = room
        end = room + 8
        point = room + 16
        alive = room + 24
        stream = room + 32
        x = UnsafeMutableRawPointer(room + 40).assumingMemoryBound(to: Float.self)
        y = x + 8
        z = x + 16
        for i in 0..<64 { room[i] = 0 }
    }

    @inline(__always)
    func leave(_ lane: Int, _ epoch: LayoutEpoch) {
        if alive[lane] == 0 { return }
        let place = SIMD4<Float>(x[lane], y[lane], z[lane], 0)
        UnsafeMutableRawPointer(epoch.new + 4 &* Int(point[lane])).storeBytes(
            of: place, as: SIMD4<Float>.self)
        // A lane without a point looks at the first edge, at no weight.
        alive[lane] = 0
        at[lane] = 0
        end[lane] = 0
    }

    @inline(__always)
    func enter(_ lane: Int, _ v: Int, _ begin: Int, _ stop: Int, _ epoch: LayoutEpoch) {
        at[lane] = Int32(truncatingIfNeeded: begin)
        end[lane] = Int32(truncatingIfNeeded: stop)
        point[lane] = Int32(truncatingIfNeeded: v)
        alive[lane] = 1
        let word = epoch.key ^ (UInt32(truncatingIfNeeded: v) &* 0x9E37_79B9)
        stream[lane] = Int32(bitPattern: word)
        x[lane] = epoch.old[4 &* v]
        y[lane] = epoch.old[4 &* v &+ 1]
        z[lane] = epoch.old[4 &* v &+ 2]
    }

    /// Moves each point by its next edge.
    @inline(__always)
    func step(_ epoch: LayoutEpoch, _ active: UnsafePointer<Int32>) {
        let (hereX, hereY, hereZ) = (load8(x), load8(y), load8(z))
        let (a, b) = (Float8(repeating: epoch.a), Float8(repeating: epoch.b))
        let rate = Float8(repeating: epoch.rate)
        let other = Places(epoch.old) { lane in Int(active[Int(at[lane])]) }
        var (dx, dy, dz) = (other.x - hereX, other.y - hereY, other.z - hereZ)
        let pull = pulls(squares(dx, dy, dz), a, b, rate)
        // Two pulls of at most 4 each.
        var sumX = clipped(pull * dx, 8)
        var sumY = clipped(pull * dy, 8)
        var sumZ = clipped(pull * dz, 8)
        let numbers = unsafeBitCast(words(stream), to: Word8.self)
        let count = Word8(repeating: UInt32(truncatingIfNeeded: epoch.drawn))
        // Not itself: the one before.
        let nobody = Word8(repeating: .max)
        let point = unsafeBitCast(words(self.point), to: Word8.self)
        let own = epoch.drawsPoints ? point : nobody
        let before = (point &- 1).replacing(with: 1, where: point .== 0)
        for draw: UInt32 in 0..<5 {
            var index = ((mixed(numbers &+ Word8(repeating: draw)) &>> 12) &* count) &>> 20
            index = index.replacing(with: before, where: index .== own)
            let far = Places(epoch.others) { lane in Int(index[lane]) }
            (dx, dy, dz) = (hereX - far.x, hereY - far.y, hereZ - far.z)
            let push = pushes(squares(dx, dy, dz), a, b)
            sumX += clipped(push * dx, 4)
            sumY += clipped(push * dy, 4)
            sumZ += clipped(push * dz, 4)
        }
        let alive = words(self.alive)
        let scale = rate * floats(alive)
        store8(fused(hereX, scale, sumX), x)
        store8(fused(hereY, scale, sumY), y)
        store8(fused(hereZ, scale, sumZ), z)
        storeWords(words(at) &+ alive, at)
        storeWords(words(stream) &+ SIMD8(repeating: 8), stream)
    }
}

/// Places of eight points.
private struct Places {
    let x: Float8
    let y: Float8
    let z: Float8

    @inline(__always)
    init(_ places: UnsafePointer<Float>, _ index: (Int) -> Int) {
        let (p, q) = (place(places, index(0)), place(places, index(1)))
        let (r, s) = (place(places, index(2)), place(places, index(3)))
        let (t, u) = (place(places, index(4)), place(places, index(5)))
        let (v, w) = (place(places, index(6)), place(places, index(7)))
        x = Float8(p[0], q[0], r[0], s[0], t[0], u[0], v[0], w[0])
        y = Float8(p[1], q[1], r[1], s[1], t[1], u[1], v[1], w[1])
        z = Float8(p[2], q[2], r[2], s[2], t[2], u[2], v[2], w[2])
    }
}

@inline(__always)
private func place(_ places: UnsafePointer<Float>, _ v: Int) -> SIMD4<Float> {
    UnsafeRawPointer(places + 4 &* v).loadUnaligned(as: SIMD4<Float>.self)
}

/// Lengths squared, kept from zero.
@inline(__always)
private func squares(_ dx: Float8, _ dy: Float8, _ dz: Float8) -> Float8 {
    let square = fused(fused(dx * dx, dy, dy), dz, dz)
    return square.replacing(with: 1e-30, where: square .< 1e-30)
}

/// What two steps of the pull along an edge, one after the other, move together, over distance and rate;
/// they come no further than the other's place.
@inline(__always)
private func pulls(_ square: Float8, _ a: Float8, _ b: Float8, _ rate: Float8) -> Float8 {
    let (one, two) = (Float8(repeating: 1), Float8(repeating: 2))
    let power = power(square, b)
    let share = rate * (two * a * b * power) / (square * fused(one, a, power))
    let once = share.replacing(with: one, where: share .> one)
    return once * (two - once) / rate
}

/// The push between two points, over their distance.
@inline(__always)
private func pushes(_ square: Float8, _ a: Float8, _ b: Float8) -> Float8 {
    let power = power(square, b)
    let below = (square + Float8(repeating: 0.001)) * fused(Float8(repeating: 1), a, power)
    return Float8(repeating: 2) * b / below
}

/// square^b to five digits: 2^(b log2(square)) by polynomials.
@inline(__always)
private func power(_ square: Float8, _ b: Float8) -> Float8 {
    let bits = unsafeBitCast(square, to: SIMD8<Int32>.self)
    let exponent = (bits &- SIMD8(repeating: 0x3F35_04F3)) &>> 23
    let m = unsafeBitCast(bits &- (exponent &<< 23), to: Float8.self) - Float8(repeating: 1)
    let magic = Float8(repeating: 12_582_912)
    let whole =
        unsafeBitCast(
            exponent &+ unsafeBitCast(magic, to: SIMD8<Int32>.self), to: Float8.self) - magic
    var p = Float8(repeating: -0.206605268)
    p = fused(Float8(repeating: 0.322143069), p, m)
    p = fused(Float8(repeating: -0.367483743), p, m)
    p = fused(Float8(repeating: 0.479349669), p, m)
    p = fused(Float8(repeating: -0.721132268), p, m)
    p = fused(Float8(repeating: 1.44271342), p, m)
    let log = fused(whole, m, p)
    let scaled = log * b
    let shifted = scaled + magic
    let f = scaled - (shifted - magic)
    var q = Float8(repeating: 0.00957010188)
    q = fused(Float8(repeating: 0.0559178618), q, f)
    q = fused(Float8(repeating: 0.240247448), q, f)
    q = fused(Float8(repeating: 0.693121815), q, f)
    q = fused(Float8(repeating: 0.999999261), q, f)
    let scale = unsafeBitCast(shifted, to: SIMD8<Int32>.self) &<< 23
    return unsafeBitCast(unsafeBitCast(q, to: SIMD8<Int32>.self) &+ scale, to: Float8.self)
}

/// Into -most...most.
@inline(__always)
private func clipped(_ v: Float8, _ most: Float) -> Float8 {
    let high = Float8(repeating: most)
    let low = v.replacing(with: high, where: v .> high)
    return low.replacing(with: Float8() - high, where: low .< Float8() - high)
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

@inline(__always)
private func load8(_ p: UnsafePointer<Float>) -> Float8 {
    UnsafeRawPointer(p).loadUnaligned(as: Float8.self)
}

@inline(__always)
private func store8(_ v: Float8, _ p: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(p).storeBytes(of: v, as: Float8.self)
}

@inline(__always)
private func words(_ p: UnsafePointer<Int32>) -> SIMD8<Int32> {
    UnsafeRawPointer(p).loadUnaligned(as: SIMD8<Int32>.self)
}

@inline(__always)
private func storeWords(_ v: SIMD8<Int32>, _ p: UnsafeMutablePointer<Int32>) {
    UnsafeMutableRawPointer(p).storeBytes(of: v, as: SIMD8<Int32>.self)
}

/// 0 or 1 as a float.
@inline(__always)
private func floats(_ v: SIMD8<Int32>) -> Float8 {
    let one = unsafeBitCast(Float8(repeating: 1), to: SIMD8<Int32>.self)
    return unsafeBitCast((SIMD8<Int32>() &- v) & one, to: Float8.self)
}
