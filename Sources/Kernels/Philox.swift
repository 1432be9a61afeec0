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
        var (x, y, z, w) = (counter.x, counter.y, counter.z, counter.w)
        var (k0, k1) = (key.x, key.y)
        for _ in 0..<10 {
            let a = UInt64(0xD251_1F53) &* UInt64(x)
            let b = UInt64(0xCD9E_8D57) &* UInt64(z)
            x = UInt32(truncatingIfNeeded: b &>> 32) ^ y ^ k0
            z = UInt32(truncatingIfNeeded: a &>> 32) ^ w ^ k1
            y = UInt32(truncatingIfNeeded: b)
            w = UInt32(truncatingIfNeeded: a)
            k0 = k0 &+ 0x9E37_79B9
            k1 = k1 &+ 0xBB67_AE85
        }
        return SIMD4(x, y, z, w)
    }

    /// Whether words of the last block are left.
    var isInsideBlock: Bool { used < 4 }

    /// Writes 8 `steps` whole blocks.
    mutating func writeBlocks(steps: Int, to words: UnsafeMutablePointer<UInt32>) {
        InstructionSet.active.philox(
            counter.x, counter.y, counter.z, counter.w, key.x, key.y, steps, words)
        counter.x &+= UInt32(truncatingIfNeeded: 8 * steps)
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
