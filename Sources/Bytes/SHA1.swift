import CSHA

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// SHA-1 (FIPS 180-4, 6.1), for the check sums of files that name one; not for secrets.
public struct SHA1: Sendable {
    private var state: (UInt32, UInt32, UInt32, UInt32, UInt32) = (
        0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0
    )
    private var blocks = DigestBlocks()

    private let isPortable: Bool

    /// Whether the processor hashes by itself; `SEAM_KERNELS=base` says that it shall not.
    private static let hasInstructions =
        sha256_is_available() != 0 && getenv("SEAM_KERNELS").map { String(cString: $0) } != "base"

    /// The digest of nothing yet.
    public init() { isPortable = !Self.hasInstructions }

    /// As `init()`, without the processor's own instructions.
    public static var portable: SHA1 { SHA1(isPortable: true) }

    private init(isPortable: Bool) { self.isPortable = isPortable }

    /// Takes in bytes.
    public mutating func update(_ bytes: [UInt8]) {
        let isPortable = isPortable
        blocks.add(bytes) { Self.absorb($0, &state, isPortable: isPortable) }
    }

    /// The 20 bytes of the digest of all that was taken in.
    public func finalized() -> [UInt8] {
        var copy = self
        copy.blocks.pad(isBigEndian: true) {
            Self.absorb($0, &copy.state, isPortable: isPortable)
        }
        let words = [copy.state.0, copy.state.1, copy.state.2, copy.state.3, copy.state.4]
        return words.flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } }
    }

    /// Takes in whole blocks.
    private static func absorb(
        _ blocks: UnsafeRawBufferPointer,
        _ state: inout (UInt32, UInt32, UInt32, UInt32, UInt32), isPortable: Bool
    ) {
        if !isPortable, let base = blocks.baseAddress {
            withUnsafeMutableBytes(of: &state) { words in
                sha1_absorb(
                    words.assumingMemoryBound(to: UInt32.self).baseAddress,
                    base.assumingMemoryBound(to: UInt8.self), blocks.count / 64)
            }
            return
        }
        for start in stride(from: 0, to: blocks.count, by: 64) {
            compress(UnsafeRawBufferPointer(rebasing: blocks[start..<start + 64]), &state)
        }
    }

    private static func compress(
        _ block: UnsafeRawBufferPointer, _ state: inout (UInt32, UInt32, UInt32, UInt32, UInt32)
    ) {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 80) { words in
            for index in 0..<16 {
                words[index] = UInt32(
                    bigEndian: block.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
            }
            for index in 16..<80 {
                words[index] = rotated(
                    words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16], 1)
            }
            var (a, b, c, d, e) = state
            for index in 0..<80 {
                let (mix, constant): (UInt32, UInt32) =
                    switch index {
                    case ..<20: ((b & c) | (~b & d), 0x5A82_7999)
                    case ..<40: (b ^ c ^ d, 0x6ED9_EBA1)
                    case ..<60: ((b & c) | (b & d) | (c & d), 0x8F1B_BCDC)
                    default: (b ^ c ^ d, 0xCA62_C1D6)
                    }
                let next = rotated(a, 5) &+ mix &+ e &+ constant &+ words[index]
                (e, d, c, b, a) = (d, c, rotated(b, 30), a, next)
            }
            state = (
                state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d, state.4 &+ e
            )
        }
    }
}

private func rotated(_ x: UInt32, _ n: UInt32) -> UInt32 { (x &<< n) | (x &>> (32 &- n)) }
