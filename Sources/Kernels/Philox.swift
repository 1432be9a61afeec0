/// Counter-based random numbers (Philox4x32-10; Salmon et al., SC 2011).
///
/// A stream is named by (seed, stage, index), so every piece of work has its own and the numbers do
/// not depend on which thread draws them.
public struct Philox: Sendable, RandomNumberGenerator {
    private var counter: SIMD4<UInt32>
    private let key: SIMD2<UInt32>
    private var buffer = SIMD4<UInt32>()
    private var used = 4

    /// The stream of piece `index` of a stage.
    public init(seed: UInt64, stage: UInt32 = 0, index: UInt64 = 0) {
        key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        counter = SIMD4(
            0, stage, UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32))
    }

    /// One block of ten rounds: four words from a counter and a key.
    public static func block(
        counter: SIMD4<UInt32>, key: SIMD2<UInt32>
    ) -> SIMD4<UInt32> {
        var c = counter
        var k = key
        for _ in 0..<10 {
            let a = UInt64(0xD251_1F53) * UInt64(c.x)
            let b = UInt64(0xCD9E_8D57) * UInt64(c.z)
            c = SIMD4(
                UInt32(truncatingIfNeeded: b >> 32) ^ c.y ^ k.x, UInt32(truncatingIfNeeded: b),
                UInt32(truncatingIfNeeded: a >> 32) ^ c.w ^ k.y, UInt32(truncatingIfNeeded: a))
            k = k &+ SIMD2(0x9E37_79B9, 0xBB67_AE85)
        }
        return c
    }

    /// The next 32 random bits.
    public mutating func nextWord() -> UInt32 {
        if used == 4 {
            buffer = Self.block(counter: counter, key: key)
            counter.x &+= 1
            used = 0
        }
        defer { used += 1 }
        return buffer[used]
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        let low = UInt64(nextWord())
        return low | UInt64(nextWord()) << 32
    }

    /// A uniform number in [0, 1) with 24 bits.
    public mutating func uniform() -> Float { Float(nextWord() >> 8) * 0x1p-24 }

    /// A uniform number in [0, 1) with 53 bits.
    public mutating func uniformDouble() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A uniform index in 0..<`bound` (Lemire's multiplication; the bias is below bound / 2^32).
    public mutating func index(below bound: Int) -> Int {
        Int((UInt64(nextWord()) &* UInt64(bound)) >> 32)
    }
}
