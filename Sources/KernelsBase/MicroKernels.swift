// The inner loops that gain from wide vectors. Each file here is compiled twice: in KernelsBase for
// every processor, and in KernelsAVX2 (a symbolic link to it) for x86-64-v3. `Kernels` picks one at
// the start. A debug build optimises each file alone, so each has its own small helpers. Only pointers, SIMD values and inlined helpers are used: anything else of the standard
// library would be emitted here as a weak symbol, and the linker could then run the wide copy of it
// on a processor without wide vectors.

private typealias Float8 = SIMD8<Float>
private typealias Int8x32 = SIMD8<Int32>

@inline(__always)
private func load8(_ p: UnsafePointer<Float>) -> Float8 {
    UnsafeRawPointer(p).loadUnaligned(as: Float8.self)
}

/// c + a b, fused where the processor can.
@inline(__always)
private func madd8(_ c: Float8, _ a: Float8, _ b: Float8) -> Float8 {
    #if FMA || arch(arm64)
        c.addingProduct(a, b)
    #else
        c + a * b
    #endif
}

/// The inner loops, for one instruction set.
public enum MicroKernels {
    /// Writes the numbers j for which not (norms[j] - 2 dots[j] > limit), and tells how many.
    ///
    /// `found` has room for `count` rounded up to 8.
    @inline(never)
    public static func scan(
        dots: UnsafePointer<Float>, norms: UnsafePointer<Float>, count: Int, limit: Float,
        found: UnsafeMutablePointer<Int32>
    ) -> Int {
        let bound = Float8(repeating: limit)
        let two = Float8(repeating: -2)
        var hits = 0
        var j = 0
        while j &+ 8 <= count {
            let value = madd8(load8(norms + j), two, load8(dots + j))
            if anyTrue(.!(value .> bound)) {
                for lane in 0..<8 {
                    found[hits] = Int32(truncatingIfNeeded: j &+ lane)
                    hits &+= value[lane] > limit ? 0 : 1
                }
            }
            j &+= 8
        }
        while j < count {
            found[hits] = Int32(truncatingIfNeeded: j)
            hits &+= norms[j] - 2 * dots[j] > limit ? 0 : 1
            j &+= 1
        }
        return hits
    }

    /// Sum of (x[i] - y[i])^2, always in the same order.
    @inline(never)
    public static func squaredDistance(
        _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ count: Int
    ) -> Float {
        var sums = Float8()
        var i = 0
        while i &+ 8 <= count {
            let d = load8(x + i) - load8(y + i)
            sums = madd8(sums, d, d)
            i &+= 8
        }
        var sum =
            ((sums[0] + sums[1]) + (sums[2] + sums[3]))
            + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
        while i < count {
            let d = x[i] - y[i]
            sum += d * d
            i &+= 1
        }
        return sum
    }

    /// e^x in place.
    @inline(never)
    public static func exp(_ x: UnsafeMutablePointer<Float>, _ count: Int) {
        apply(x, count) { exponential($0) }
    }

    /// Natural logarithm in place.
    @inline(never)
    public static func log(_ x: UnsafeMutablePointer<Float>, _ count: Int) {
        apply(x, count) { logarithm($0) }
    }

    /// Turns `half` uniform numbers in [0, 1) and as many after them into standard normal ones:
    /// radii sqrt(-2 ln(u + 2^-24)) times the cosine and the sine of the angles 2 pi v.
    @inline(never)
    public static func normals(_ x: UnsafeMutablePointer<Float>, _ half: Int) {
        var i = 0
        while i &+ 8 <= half {
            let (first, second) = normalPair(load8(x + i), load8(x + (half &+ i)))
            UnsafeMutableRawPointer(x + i).storeBytes(of: first, as: Float8.self)
            UnsafeMutableRawPointer(x + (half &+ i)).storeBytes(of: second, as: Float8.self)
            i &+= 8
        }
        while i < half {
            let (first, second) = normalPair(
                Float8(repeating: x[i]), Float8(repeating: x[half &+ i]))
            x[i] = first[0]
            x[half &+ i] = second[0]
            i &+= 1
        }
    }

    /// 1 / (1 + e^-x) in place.
    @inline(never)
    public static func sigmoid(_ x: UnsafeMutablePointer<Float>, _ count: Int) {
        let one = Float8(repeating: 1)
        apply(x, count) { one / (one + exponential(Float8() - $0)) }
    }

    /// log(1 + e^x) in place.
    @inline(never)
    public static func softplus(_ x: UnsafeMutablePointer<Float>, _ count: Int) {
        apply(x, count) { softened($0) }
    }
}

@inline(__always)
private func anyTrue(_ mask: SIMDMask<SIMD8<Int32>>) -> Bool {
    let words = unsafeBitCast(mask, to: SIMD4<UInt64>.self)
    let halves = words.lowHalf | words.highHalf
    return halves[0] | halves[1] != 0
}

/// Applies `body` eight values at a time; the last few are padded with zeros.
@inline(__always)
private func apply(
    _ x: UnsafeMutablePointer<Float>, _ count: Int, _ body: (Float8) -> Float8
) {
    var i = 0
    while i &+ 8 <= count {
        UnsafeMutableRawPointer(x + i).storeBytes(of: body(load8(x + i)), as: Float8.self)
        i &+= 8
    }
    guard i < count else { return }
    var rest = Float8()
    for lane in 0..<(count &- i) { rest[lane] = x[i &+ lane] }
    rest = body(rest)
    for lane in 0..<(count &- i) { x[i &+ lane] = rest[lane] }
}

@inline(__always)
private func bits(_ x: Float8) -> Int8x32 { unsafeBitCast(x, to: Int8x32.self) }

@inline(__always)
private func floats(_ x: Int8x32) -> Float8 { unsafeBitCast(x, to: Float8.self) }

/// 2^n for n in -126...127.
@inline(__always)
private func powerOfTwo(_ n: Int8x32) -> Float8 { floats((n &+ 127) &<< 23) }

/// e^x: a polynomial on +-ln(2)/2 (Cephes expf), scaled in two steps so that subnormal and infinite
/// results come out right.
@inline(__always)
private func exponential(_ input: Float8) -> Float8 {
    var x = input.replacing(with: 90, where: input .> 90)
    x = x.replacing(with: -105, where: x .< -105)
    let magic = Float8(repeating: 12_582_912)
    let shifted = madd8(magic, x, Float8(repeating: 1.442_695_04))
    let n = shifted - magic
    let whole = bits(shifted) &- bits(magic)
    var r = madd8(x, n, Float8(repeating: -0.693_359_375))
    r = madd8(r, n, Float8(repeating: 2.121_944_4e-4))
    var p = Float8(repeating: 1.987_569_15e-4)
    p = madd8(Float8(repeating: 1.398_199_95e-3), p, r)
    p = madd8(Float8(repeating: 8.333_451_9e-3), p, r)
    p = madd8(Float8(repeating: 4.166_579_6e-2), p, r)
    p = madd8(Float8(repeating: 1.666_666_55e-1), p, r)
    p = madd8(Float8(repeating: 5.000_000_1e-1), p, r)
    p = madd8(r, p, r * r) + Float8(repeating: 1)
    let half = whole &>> 1
    return p * powerOfTwo(half) * powerOfTwo(whole &- half)
}

/// ln x, special cases apart: zero, negative, subnormal, infinite, not a number.
@inline(__always)
private func logarithm(_ input: Float8) -> Float8 {
    let least = Float8(repeating: .leastNormalMagnitude)
    let infinity = Float8(repeating: .infinity)
    if anyTrue(.!(input .>= least)) || anyTrue(input .== infinity) {
        let tiny = input .< least
        let x = input.replacing(with: input * Float8(repeating: 33_554_432), where: tiny)
        var result = commonLogarithm(x)
        result.replace(with: result - Float8(repeating: 17.328_679_5), where: tiny)
        result.replace(with: Float8(repeating: -.infinity), where: input .== Float8())
        result.replace(with: Float8(repeating: .nan), where: input .< Float8())
        result.replace(with: input, where: input .== infinity)
        return result.replacing(with: input, where: input .!= input)
    }
    return commonLogarithm(input)
}

/// ln x of normal positive numbers: a polynomial on sqrt(1/2)...sqrt(2) (Cephes logf).
@inline(__always)
private func commonLogarithm(_ x: Float8) -> Float8 {
    // The exponent that brings the fraction into 0.7071...1.4142.
    let root = Int8x32(repeating: 0x3F35_04F3)
    let exponent = (bits(x) &- root) &>> 23
    let m = floats(bits(x) &- (exponent &<< 23)) - Float8(repeating: 1)
    let magic = Int8x32(repeating: 0x4B40_0000)
    let e = floats(exponent &+ magic) - floats(magic)
    var p = Float8(repeating: 7.037_683_63e-2)
    p = madd8(Float8(repeating: -1.151_461_03e-1), p, m)
    p = madd8(Float8(repeating: 1.167_699_87e-1), p, m)
    p = madd8(Float8(repeating: -1.242_014_08e-1), p, m)
    p = madd8(Float8(repeating: 1.424_932_28e-1), p, m)
    p = madd8(Float8(repeating: -1.666_805_77e-1), p, m)
    p = madd8(Float8(repeating: 2.000_071_48e-1), p, m)
    p = madd8(Float8(repeating: -2.499_999_4e-1), p, m)
    p = madd8(Float8(repeating: 3.333_333_1e-1), p, m)
    let square = m * m
    p = p * m * square
    p = madd8(p, e, Float8(repeating: -2.121_944_4e-4))
    p = madd8(p, square, Float8(repeating: -0.5))
    return madd8(m + p, e, Float8(repeating: 0.693_359_375))
}

/// Two standard normal numbers from two uniform ones in [0, 1).
@inline(__always)
private func normalPair(_ u: Float8, _ v: Float8) -> (Float8, Float8) {
    let logarithm = commonLogarithm(u + Float8(repeating: 0x1p-24))
    let radius = (logarithm * Float8(repeating: -2)).squareRoot()
    let (cosine, sine) = turn(v)
    return (radius * cosine, radius * sine)
}

/// Cosine and sine of 2 pi v for v in [0, 1]: the nearest quarter turn taken off, then the polynomials
/// of Cephes' cosf and sinf on +-pi/4.
@inline(__always)
private func turn(_ v: Float8) -> (Float8, Float8) {
    let magic = Float8(repeating: 12_582_912)
    let shifted = v * Float8(repeating: 4) + magic
    let quarter = bits(shifted) &- bits(magic)
    // Exact: both are multiples of the last place of v.
    let rest = v * Float8(repeating: 4) - (shifted - magic)
    let x = rest * Float8(repeating: 1.570_796_33)
    let square = x * x
    var s = Float8(repeating: -1.951_529_59e-4)
    s = madd8(Float8(repeating: 8.332_160_9e-3), s, square)
    s = madd8(Float8(repeating: -1.666_665_46e-1), s, square)
    s = madd8(x, s * square, x)
    var c = Float8(repeating: 2.443_315_71e-5)
    c = madd8(Float8(repeating: -1.388_731_63e-3), c, square)
    c = madd8(Float8(repeating: 4.166_664_57e-2), c, square)
    c = madd8(Float8(repeating: -0.5), c, square)
    c = madd8(Float8(repeating: 1), c, square)
    let odd = (quarter & 1) .== 1
    let cosine = c.replacing(with: s, where: odd)
    let sine = s.replacing(with: c, where: odd)
    // The sign bit: of the cosine in quarters 1 and 2, of the sine in 2 and 3.
    let one = Int8x32(repeating: 1)
    let two = Int8x32(repeating: 2)
    return (
        floats(bits(cosine) ^ (((quarter &+ one) & two) &<< 30)),
        floats(bits(sine) ^ ((quarter & two) &<< 30))
    )
}

/// max(x, 0) + log(1 + e^-|x|), the last by Kahan's correction of log(1 + e).
@inline(__always)
private func softened(_ x: Float8) -> Float8 {
    let one = Float8(repeating: 1)
    let size = floats(bits(x) & Int8x32(repeating: 0x7FFF_FFFF))
    let e = exponential(Float8() - size)
    let u = one + e
    let small = u .== one
    let ratio = e / (u - one).replacing(with: one, where: small)
    let tail = (commonLogarithm(u) * ratio).replacing(with: e, where: small)
    let positive = x.replacing(with: Float8(), where: x .< Float8())
    return positive + tail
}
