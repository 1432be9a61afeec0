import CSHA
import Glibc

/// SHA-256 (FIPS 180-4), fed piece by piece; by the processor's own instructions where it has them.
///
/// The digest does not depend on how the message is cut into pieces. Memory is constant; time is
/// O(bytes).
public struct SHA256: Sendable {
    private var state: SIMD8<UInt32> = SIMD8(
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
        0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19)
    private var pending: [UInt8] = []
    private var length: UInt64 = 0
    private var isPortable = !Self.hasInstructions

    /// The state before any byte.
    public init() { pending.reserveCapacity(64) }

    /// The state before any byte of a hash that uses no instructions of its own.
    package static var portable: SHA256 {
        var hash = SHA256()
        hash.isPortable = true
        return hash
    }

    /// Adds bytes to the message.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress, bytes.count > 0 else { return }
        length &+= UInt64(bytes.count)
        var offset = 0
        if !pending.isEmpty {
            let taken = min(64 - pending.count, bytes.count)
            pending.append(contentsOf: bytes[0..<taken])
            offset = taken
            guard pending.count == 64 else { return }
            pending.withUnsafeBytes { absorb($0.baseAddress!, blocks: 1) }
            pending.removeAll(keepingCapacity: true)
        }
        let blocks = (bytes.count - offset) / 64
        absorb(base + offset, blocks: blocks)
        pending.append(contentsOf: bytes[(offset + blocks * 64)...])
    }

    /// Adds bytes to the message.
    public mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// The 32 bytes of the digest of everything added so far; the value itself can be fed further.
    public func finalized() -> [UInt8] {
        var copy = self
        let bits = length &* 8
        let zeros = (119 - Int(length % 64)) % 64
        var padding: [UInt8] = [0x80]
        padding.append(contentsOf: repeatElement(0, count: zeros))
        for shift in stride(from: 56, through: 0, by: -8) {
            padding.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
        }
        copy.update(padding)
        return (0..<8).flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: copy.state[word] >> UInt32(24 - 8 * $0)) }
        }
    }

    /// The digest of a whole message as 64 lower-case hexadecimal digits.
    public static func hexadecimal(of bytes: [UInt8]) -> String {
        var hash = SHA256()
        hash.update(bytes)
        return hash.hexadecimal
    }

    /// The digest of everything added so far as 64 lower-case hexadecimal digits.
    public var hexadecimal: String { Hexadecimal.text(finalized()) }

    /// The state as 40 to 103 bytes, from which hashing can go on in another process.
    public var snapshot: [UInt8] {
        let words = (0..<8).flatMap { word in
            withUnsafeBytes(of: state[word].littleEndian) { Array($0) }
        }
        return words + withUnsafeBytes(of: length.littleEndian) { Array($0) } + pending
    }

    /// The state that `snapshot` gave; nil for bytes that are none.
    public init?(snapshot bytes: [UInt8]) {
        guard bytes.count >= 40 else { return nil }
        bytes.withUnsafeBytes { buffer in
            for word in 0..<8 {
                state[word] = UInt32(
                    littleEndian: buffer.loadUnaligned(
                        fromByteOffset: word * 4, as: UInt32.self))
            }
            length = UInt64(
                littleEndian: buffer.loadUnaligned(fromByteOffset: 32, as: UInt64.self))
        }
        pending = Array(bytes[40...])
        guard pending.count == Int(length % 64) else { return nil }
    }

    /// Whether the processor hashes by itself; `SEAM_KERNELS=base` says that it shall not.
    private static let hasInstructions =
        sha256_is_available() != 0 && getenv("SEAM_KERNELS").map { String(cString: $0) } != "base"

    private mutating func absorb(_ bytes: UnsafeRawPointer, blocks: Int) {
        guard blocks > 0 else { return }
        roundConstants.withUnsafeBufferPointer { constants in
            if !isPortable {
                withUnsafeMutableBytes(of: &state) { words in
                    sha256_absorb(
                        words.assumingMemoryBound(to: UInt32.self).baseAddress,
                        bytes.assumingMemoryBound(to: UInt8.self), blocks, constants.baseAddress)
                }
                return
            }
            for block in 0..<blocks {
                compress(&state, bytes + block * 64, constants.baseAddress!)
            }
        }
    }
}

/// Bytes as hexadecimal digits.
public enum Hexadecimal {
    /// Two lower-case digits a byte.
    public static func text(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}

@inline(__always)
private func rotated(_ x: UInt32, _ n: UInt32) -> UInt32 { (x &>> n) | (x &<< (32 &- n)) }

/// One round with the working variables already in their places: changes d and h only.
@inline(__always)
private func step(
    _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32,
    _ g: UInt32, _ h: inout UInt32, _ word: UInt32
) {
    let sum1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
    let choice = g ^ (e & (f ^ g))
    let first = h &+ sum1 &+ choice &+ word
    let sum0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
    let majority = (a & b) | (c & (a | b))
    d = d &+ first
    h = first &+ sum0 &+ majority
}

/// One word of the message schedule from those 15, 2, 16 and 7 before it.
@inline(__always)
private func expanded(_ w15: UInt32, _ w2: UInt32, _ w16: UInt32, _ w7: UInt32) -> UInt32 {
    let s0 = rotated(w15, 7) ^ rotated(w15, 18) ^ (w15 &>> 3)
    let s1 = rotated(w2, 17) ^ rotated(w2, 19) ^ (w2 &>> 10)
    return w16 &+ s0 &+ w7 &+ s1
}

/// The compression function over one block of 64 bytes (FIPS 180-4, section 6.2.2).
///
/// The schedule is a window of 16 words, renewed as the rounds go, so that both run side by side.
@inline(__always)
private func compress(
    _ state: inout SIMD8<UInt32>, _ block: UnsafeRawPointer, _ k: UnsafePointer<UInt32>
) {
    @inline(__always) func word(_ i: Int) -> UInt32 {
        UInt32(bigEndian: block.loadUnaligned(fromByteOffset: 4 &* i, as: UInt32.self))
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    var i = 0
    var w0 = word(0)
    var w1 = word(1)
    var w2 = word(2)
    var w3 = word(3)
    var w4 = word(4)
    var w5 = word(5)
    var w6 = word(6)
    var w7 = word(7)
    var w8 = word(8)
    var w9 = word(9)
    var w10 = word(10)
    var w11 = word(11)
    var w12 = word(12)
    var w13 = word(13)
    var w14 = word(14)
    var w15 = word(15)
    while true {
        step(a, b, c, &d, e, f, g, &h, k[i &+ 0] &+ w0)
        step(h, a, b, &c, d, e, f, &g, k[i &+ 1] &+ w1)
        step(g, h, a, &b, c, d, e, &f, k[i &+ 2] &+ w2)
        step(f, g, h, &a, b, c, d, &e, k[i &+ 3] &+ w3)
        step(e, f, g, &h, a, b, c, &d, k[i &+ 4] &+ w4)
        step(d, e, f, &g, h, a, b, &c, k[i &+ 5] &+ w5)
        step(c, d, e, &f, g, h, a, &b, k[i &+ 6] &+ w6)
        step(b, c, d, &e, f, g, h, &a, k[i &+ 7] &+ w7)
        step(a, b, c, &d, e, f, g, &h, k[i &+ 8] &+ w8)
        step(h, a, b, &c, d, e, f, &g, k[i &+ 9] &+ w9)
        step(g, h, a, &b, c, d, e, &f, k[i &+ 10] &+ w10)
        step(f, g, h, &a, b, c, d, &e, k[i &+ 11] &+ w11)
        step(e, f, g, &h, a, b, c, &d, k[i &+ 12] &+ w12)
        step(d, e, f, &g, h, a, b, &c, k[i &+ 13] &+ w13)
        step(c, d, e, &f, g, h, a, &b, k[i &+ 14] &+ w14)
        step(b, c, d, &e, f, g, h, &a, k[i &+ 15] &+ w15)
        i &+= 16
        if i == 64 { break }
        w0 = expanded(w1, w14, w0, w9)
        w1 = expanded(w2, w15, w1, w10)
        w2 = expanded(w3, w0, w2, w11)
        w3 = expanded(w4, w1, w3, w12)
        w4 = expanded(w5, w2, w4, w13)
        w5 = expanded(w6, w3, w5, w14)
        w6 = expanded(w7, w4, w6, w15)
        w7 = expanded(w8, w5, w7, w0)
        w8 = expanded(w9, w6, w8, w1)
        w9 = expanded(w10, w7, w9, w2)
        w10 = expanded(w11, w8, w10, w3)
        w11 = expanded(w12, w9, w11, w4)
        w12 = expanded(w13, w10, w12, w5)
        w13 = expanded(w14, w11, w13, w6)
        w14 = expanded(w15, w12, w14, w7)
        w15 = expanded(w0, w13, w15, w8)
    }
    state = state &+ SIMD8(a, b, c, d, e, f, g, h)
}

private let roundConstants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
    0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
    0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
    0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
    0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
    0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
    0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
    0xc671_78f2,
]
