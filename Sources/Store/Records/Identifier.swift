import Glibc
import Synchronization

/// Makes identifiers: a prefix and 26 characters that sort by the time they were made.
///
/// 48 bits of milliseconds since 1970 and 80 random bits in Crockford's base 32, lower case (the
/// layout of ULID). Inside a process each one is larger than the one before, even if the clock
/// stands still or goes back.
public enum Identifier {
    private struct Last {
        var milliseconds: UInt64 = 0
        var high: UInt64 = 0
        var low: UInt64 = 0
    }

    private static let last = Mutex(Last())
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// A new identifier such as `ds_01jb4xq0t3nv5e6y8rmdzk2w7h`.
    ///
    /// The prefix is put before it with an underscore; it has letters that a URL may hold.
    public static func make(prefix: String) -> String {
        let bits = next(at: UInt64(max(0, Timestamp.microsecondsNow() / 1000)))
        var characters: [UInt8] = []
        characters.reserveCapacity(26)
        // 128 bits from the top: 26 digits of 5 bits, the first of which holds only 3.
        for digit in (0..<26).reversed() {
            let shift = digit * 5
            characters.append(alphabet[Int(field(bits, shift))])
        }
        return prefix + "_" + String(decoding: characters, as: UTF8.self)
    }

    /// Five bits of a 128-bit number, `shift` bits from its end.
    private static func field(_ bits: (high: UInt64, low: UInt64), _ shift: Int) -> UInt64 {
        if shift >= 64 { return (bits.high >> UInt64(shift - 64)) & 31 }
        let low = bits.low >> UInt64(shift)
        guard shift > 59 else { return low & 31 }
        return (low | (bits.high << UInt64(64 - shift))) & 31
    }

    /// The next 128-bit number: 48 bits of time, 80 random bits or the last number plus one.
    private static func next(at now: UInt64) -> (high: UInt64, low: UInt64) {
        last.withLock { last in
            if now > last.milliseconds {
                last.milliseconds = now
                // The top random bit stays clear, which leaves room to count up.
                last.high = (now & 0xFFFF_FFFF_FFFF) << 16 | UInt64.random(in: 0...0x7FFF)
                last.low = UInt64.random(in: 0...UInt64.max)
            } else {
                let (low, carry) = last.low.addingReportingOverflow(1)
                last.low = low
                if carry { last.high &+= 1 }
            }
            return (last.high, last.low)
        }
    }
}
