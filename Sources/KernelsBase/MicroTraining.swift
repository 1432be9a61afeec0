// What the training of a network does between its products. Compiled twice like MicroKernels.swift, and
// under the same rule: only pointers, SIMD values and inlined helpers.

private typealias Float8 = SIMD8<Float>

extension MicroKernels {
    /// One step of Adam with the bias corrections already in `rate`; `count` is a multiple of 8.
    @inline(never)
    public static func adam(
        _ weights: UnsafeMutablePointer<Float>, _ first: UnsafeMutablePointer<Float>,
        _ second: UnsafeMutablePointer<Float>, _ gradient: UnsafePointer<Float>, _ count: Int,
        _ rate: Float
    ) {
        let (tenth, thousandth) = (Float8(repeating: 0.1), Float8(repeating: 0.001))
        let (size, epsilon) = (Float8(repeating: rate), Float8(repeating: 1e-7))
        var i = 0
        while i < count {
            let slope = load8(gradient + i)
            let (oldFirst, oldSecond) = (load8(first + i), load8(second + i))
            let m = oldFirst + tenth * (slope - oldFirst)
            let v = oldSecond + thousandth * (slope * slope - oldSecond)
            store8(m, first + i)
            store8(v, second + i)
            let step = size * m / (v.squareRoot() + epsilon)
            store8(load8(weights + i) - step, weights + i)
            i &+= 8
        }
    }

    /// The largest of `count` values, at least one.
    @inline(never)
    public static func largest(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
        var best = Float8(repeating: x[0])
        var i = 0
        while i &+ 8 <= count {
            let value = load8(x + i)
            best = best.replacing(with: value, where: value .> best)
            i &+= 8
        }
        var result = best[0]
        for lane in 1..<8 where best[lane] > result { result = best[lane] }
        while i < count {
            if x[i] > result { result = x[i] }
            i &+= 1
        }
        return result
    }

    /// x = (x - shift) * scale, and then e^x; gives the sum, always added in the same order.
    @inline(never)
    public static func expSum(
        _ x: UnsafeMutablePointer<Float>, _ count: Int, _ shift: Float, _ scale: Float
    ) -> Float {
        affine(x, count, scale, -shift * scale)
        exp(x, count)
        var sums = (Float8(), Float8())
        var i = 0
        while i &+ 16 <= count {
            sums.0 += load8(x + i)
            sums.1 += load8(x + (i &+ 8))
            i &+= 16
        }
        let s = sums.0 + sums.1
        var sum = ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]))
        while i < count {
            sum += x[i]
            i &+= 1
        }
        return sum
    }

    /// x = x * scale + shift.
    @inline(never)
    public static func affine(
        _ x: UnsafeMutablePointer<Float>, _ count: Int, _ scale: Float, _ shift: Float
    ) {
        let (factor, term) = (Float8(repeating: scale), Float8(repeating: shift))
        var i = 0
        while i &+ 8 <= count {
            store8(load8(x + i) * factor + term, x + i)
            i &+= 8
        }
        while i < count {
            x[i] = x[i] * scale + shift
            i &+= 1
        }
    }

    /// y[j * yRow + i] = x[i * 16 + j] for j in 0..<16 and i in 0..<16.
    @inline(never)
    public static func transpose16(
        _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ yRow: Int
    ) {
        var i = 0
        while i < 16 {
            var j = 0
            while j < 16 {
                let from = x + (i &* 16 &+ j)
                let (r0, r1) = (load4(from), load4(from + 16))
                let (r2, r3) = (load4(from + 32), load4(from + 48))
                let to = y + (j &* yRow &+ i)
                store4(SIMD4(r0[0], r1[0], r2[0], r3[0]), to)
                store4(SIMD4(r0[1], r1[1], r2[1], r3[1]), to + yRow)
                store4(SIMD4(r0[2], r1[2], r2[2], r3[2]), to + 2 &* yRow)
                store4(SIMD4(r0[3], r1[3], r2[3], r3[3]), to + 3 &* yRow)
                j &+= 4
            }
            i &+= 4
        }
    }

    /// 1 where a hash of (key, `start` + i) falls below x[i] of 0...1, else 0; `count` is a multiple
    /// of 8.
    @inline(never)
    public static func bernoulli(
        _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int,
        _ start: UInt32, _ key: UInt64
    ) {
        let low = SIMD8<UInt32>(repeating: UInt32(truncatingIfNeeded: key))
        let high = SIMD8<UInt32>(repeating: UInt32(truncatingIfNeeded: key &>> 32))
        var counter = SIMD8<UInt32>(repeating: start) &+ SIMD8(0, 1, 2, 3, 4, 5, 6, 7)
        let one = Float8(repeating: 1)
        var i = 0
        while i < count {
            // Wellons' lowbias32 with one half of the key before and one inside.
            var w = counter &+ low
            w = (w ^ (w &>> 16)) &* SIMD8(repeating: 0x7FEB_352D)
            w = (w ^ (w &>> 15) ^ high) &* SIMD8(repeating: 0x846C_A68B)
            w = w ^ (w &>> 16)
            // 23 random bits as a number in 1..<2
            let bits = (w &>> 9) | SIMD8(repeating: 0x3F80_0000)
            let uniform = unsafeBitCast(bits, to: Float8.self) - one
            store8(Float8().replacing(with: one, where: uniform .< load8(x + i)), y + i)
            counter = counter &+ SIMD8(repeating: 8)
            i &+= 8
        }
    }

    /// 1 / (1 + e^-x) in place, x taken within -80...80; `count` is a multiple of 8.
    @inline(never)
    public static func logistic(_ x: UnsafeMutablePointer<Float>, _ count: Int) {
        let one = Float8(repeating: 1)
        var i = 0
        while i < count {
            store8(one / (one + smallExponential(Float8() - load8(x + i))), x + i)
            i &+= 8
        }
    }

    /// For every row of `count` values (a multiple of 8, at most 120), `stride` apart: the sum of the
    /// positive ones and the product of all 1 + e^-|x|, so that sum + log(product) is the sum of
    /// log(1 + e^x). The values are lost.
    @inline(never)
    public static func softplusRows(
        _ x: UnsafeMutablePointer<Float>, _ rows: Int, _ stride: Int, _ count: Int,
        _ sums: UnsafeMutablePointer<Float>, _ products: UnsafeMutablePointer<Float>
    ) {
        let sign = SIMD8<UInt32>(repeating: 0x8000_0000)
        var row = 0
        while row < rows {
            let line = x + row &* stride
            var positive = Float8()
            var i = 0
            while i < count {
                let value = load8(line + i)
                positive += value.replacing(with: Float8(), where: value .< Float8())
                let negative = unsafeBitCast(value, to: SIMD8<UInt32>.self) | sign
                store8(unsafeBitCast(negative, to: Float8.self), line + i)
                i &+= 8
            }
            exp(line, count)
            var product = Float8(repeating: 1)
            i = 0
            while i < count {
                product *= load8(line + i) + Float8(repeating: 1)
                i &+= 8
            }
            sums[row] =
                ((positive[0] + positive[1]) + (positive[2] + positive[3]))
                + ((positive[4] + positive[5]) + (positive[6] + positive[7]))
            products[row] =
                ((product[0] * product[1]) * (product[2] * product[3]))
                * ((product[4] * product[5]) * (product[6] * product[7]))
            row &+= 1
        }
    }
}

/// e^x for x taken within -80...80, where one scaling is enough (Cephes expf).
@inline(__always)
private func smallExponential(_ input: Float8) -> Float8 {
    var x = input.replacing(with: 80, where: input .> 80)
    x = x.replacing(with: -80, where: x .< -80)
    let magic = Float8(repeating: 12_582_912)
    let shifted = madd8(magic, x, Float8(repeating: 1.442_695_04))
    let n = shifted - magic
    var r = madd8(x, n, Float8(repeating: -0.693_359_375))
    r = madd8(r, n, Float8(repeating: 2.121_944_4e-4))
    var p = Float8(repeating: 1.987_569_15e-4)
    p = madd8(Float8(repeating: 1.398_199_95e-3), p, r)
    p = madd8(Float8(repeating: 8.333_451_9e-3), p, r)
    p = madd8(Float8(repeating: 4.166_579_6e-2), p, r)
    p = madd8(Float8(repeating: 1.666_666_55e-1), p, r)
    p = madd8(Float8(repeating: 5.000_000_1e-1), p, r)
    p = madd8(r, p, r * r) + Float8(repeating: 1)
    let whole =
        unsafeBitCast(shifted, to: SIMD8<Int32>.self)
        &- unsafeBitCast(magic, to: SIMD8<Int32>.self)
    return p * unsafeBitCast((whole &+ 127) &<< 23, to: Float8.self)
}

@inline(__always)
private func load8(_ p: UnsafePointer<Float>) -> Float8 {
    UnsafeRawPointer(p).loadUnaligned(as: Float8.self)
}

@inline(__always)
private func load4(_ p: UnsafePointer<Float>) -> SIMD4<Float> {
    UnsafeRawPointer(p).loadUnaligned(as: SIMD4<Float>.self)
}

@inline(__always)
private func store8(_ v: Float8, _ p: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(p).storeBytes(of: v, as: Float8.self)
}

@inline(__always)
private func store4(_ v: SIMD4<Float>, _ p: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(p).storeBytes(of: v, as: SIMD4<Float>.self)
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
