// Blocks of random words, and what is drawn from them. Compiled twice like MicroKernels.swift, and
// under the same rule: only pointers, SIMD values and inlined helpers.

private typealias Wide = SIMD8<UInt64>
private typealias Word8 = SIMD8<UInt32>
private typealias Float8 = SIMD8<Float>

extension MicroKernels {
    /// Writes 8 blocks of Philox4x32-10 a step, 32 words: those of the counters (x + i, y, z, w) in
    /// order, x modulo 2^32.
    @inline(never)
    public static func philox(
        x: UInt32, y: UInt32, z: UInt32, w: UInt32, key0: UInt32, key1: UInt32, steps: Int,
        words: UnsafeMutablePointer<UInt32>
    ) {
        let low = Wide(repeating: 0xFFFF_FFFF)
        let first = Wide(0, 1, 2, 3, 4, 5, 6, 7)
        let (m0, m1) = (Wide(repeating: 0xD251_1F53), Wide(repeating: 0xCD9E_8D57))
        var step = 0
        while step < steps {
            let start = x &+ UInt32(truncatingIfNeeded: 8 &* step)
            var c0 = (Wide(repeating: UInt64(start)) &+ first) & low
            var c1 = Wide(repeating: UInt64(y))
            var c2 = Wide(repeating: UInt64(z))
            var c3 = Wide(repeating: UInt64(w))
            var (k0, k1) = (key0, key1)
            for _ in 0..<10 {
                let a = m0 &* (c0 & low)
                let b = m1 &* (c2 & low)
                c0 = (b &>> 32) ^ c1 ^ Wide(repeating: UInt64(k0))
                c2 = (a &>> 32) ^ c3 ^ Wide(repeating: UInt64(k1))
                c1 = b & low
                c3 = a & low
                k0 = k0 &+ 0x9E37_79B9
                k1 = k1 &+ 0xBB67_AE85
            }
            let target = UnsafeMutableRawPointer(words + 32 &* step)
            target.storeBytes(of: c0 | (c1 &<< 32), as: Wide.self)
            target.storeBytes(of: c2 | (c3 &<< 32), toByteOffset: 64, as: Wide.self)
            interleave(target)
            step &+= 1
        }
    }

    /// Turns words into uniform numbers in [0, 1) with 24 bits.
    @inline(never)
    public static func uniforms(
        _ words: UnsafePointer<UInt32>, _ values: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        var i = 0
        while i &+ 8 <= count {
            let word = UnsafeRawPointer(words + i).loadUnaligned(as: Word8.self)
            UnsafeMutableRawPointer(values + i).storeBytes(of: unit(word), as: Float8.self)
            i &+= 8
        }
        while i < count {
            values[i] = Float(Int32(truncatingIfNeeded: words[i] &>> 8)) * 0x1p-24
            i &+= 1
        }
    }
}

/// Puts each of eight pairs of words before the pair eight pairs later. Apart from the rounds, or the
/// compiler would shuffle in every one of them.
@inline(never)
private func interleave(_ words: UnsafeMutableRawPointer) {
    let left = words.loadUnaligned(as: Wide.self)
    let right = words.loadUnaligned(fromByteOffset: 64, as: Wide.self)
    for block in 0..<8 {
        words.storeBytes(of: left[block], toByteOffset: 16 &* block, as: UInt64.self)
        words.storeBytes(of: right[block], toByteOffset: 16 &* block &+ 8, as: UInt64.self)
    }
}

/// The upper 24 bits as a number in [0, 1), exact.
@inline(__always)
private func unit(_ words: Word8) -> Float8 {
    // 2^23 + the upper 23 bits of the 24 as a float, and the last bit apart: no conversion is needed.
    let bits = words &>> 8
    let magic = Word8(repeating: 0x4B00_0000)
    let upper = unsafeBitCast((bits &>> 1) | magic, to: Float8.self) - Float8(repeating: 8_388_608)
    let last =
        unsafeBitCast((bits & Word8(repeating: 1)) | magic, to: Float8.self)
        - Float8(repeating: 8_388_608)
    return (upper * 2 + last) * Float8(repeating: 0x1p-24)
}
