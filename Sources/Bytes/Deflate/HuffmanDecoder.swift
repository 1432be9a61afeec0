/// A table that says what the next bits of a deflate stream are (RFC 1951, section 3.2.2): one look for
/// codes up to `rootBits`, a second one, into a part of the table behind the first, for longer ones.
///
/// An entry's low 8 bits say how many bits it takes with its extra bits, the next 4 how many of them
/// are the code, the rest is the content (`Entry`).
struct HuffmanDecoder: ~Copyable {
    /// What an entry says besides its lengths.
    enum Entry {
        /// The content is a byte.
        static let literal: UInt32 = 1 << 31
        /// Neither a byte nor a length or distance: one of the three below.
        static let special: UInt32 = 1 << 15
        /// The content is where the second table begins; the extra bits index it.
        static let longer: UInt32 = 1 << 14
        /// The block ends.
        static let end: UInt32 = 1 << 13
    }

    /// Longest code of the format.
    static let longest = 15

    let rootBits: Int
    let entries: UnsafeMutablePointer<UInt32>
    private let symbolEntries: [UInt32]

    /// Room for a table of at most `capacity` entries; `symbolEntries` are the contents by symbol, with
    /// the number of extra bits in the low 8 bits.
    init(rootBits: Int, capacity: Int, symbolEntries: [UInt32]) {
        self.rootBits = rootBits
        self.symbolEntries = symbolEntries
        self.capacity = capacity
        entries = .allocate(capacity: capacity)
        entries.initialize(repeating: Entry.special, count: capacity)
    }

    private let capacity: Int

    deinit { entries.deallocate() }

    /// Fills the table for code lengths by symbol; false where they are no code as the format wants
    /// it: oversubscribed, or incomplete (`single` allows a lone code of one bit).
    ///
    /// - Precondition: no more lengths than symbols, none above 15.
    mutating func fill(_ lengths: ArraySlice<UInt8>, single: Bool = true) -> Bool {
        precondition(lengths.count <= symbolEntries.count)
        var counts = [Int](repeating: 0, count: Self.longest + 1)
        for length in lengths { counts[Int(length)] += 1 }
        counts[0] = 0
        guard Self.isCode(counts, single: single) else { return false }
        entries.update(repeating: Entry.special, count: capacity)
        // Symbols by length, then by number: the order of their codes.
        var starts = [Int](repeating: 0, count: Self.longest + 2)
        for length in 1...Self.longest { starts[length + 1] = starts[length] + counts[length] }
        var sorted = [Int](repeating: 0, count: lengths.count)
        for (symbol, length) in lengths.enumerated() where length > 0 {
            sorted[starts[Int(length)]] = symbol
            starts[Int(length)] += 1
        }
        return place(sorted, counts: counts)
    }

    /// Kraft's sum: not above 1, and 1 unless there is at most one code, of one bit.
    private static func isCode(_ counts: [Int], single: Bool) -> Bool {
        var left = 1
        for length in 1...longest {
            left = left * 2 - counts[length]
            if left < 0 { return false }
        }
        let total = counts.reduce(0, +)
        return left == 0 || single && (total == 0 || total == 1 && counts[1] == 1)
    }

    private mutating func place(_ sorted: [Int], counts: [Int]) -> Bool {
        var code = 0
        var position = 0
        var free = 1 << rootBits
        // The second table in use: the root bits it stands for, where it begins and its index bits.
        var prefix = -1
        var (start, bits) = (0, 0)
        for length in 1...Self.longest {
            var remaining = counts[length]
            while remaining > 0 {
                let reversed = Self.reversed(code, bits: length)
                let content = symbolEntries[sorted[position]]
                if length <= rootBits {
                    let entry = content + UInt32(length) + UInt32(length) << 8
                    fill(entry, from: reversed, step: 1 << length, below: 1 << rootBits)
                } else {
                    let root = reversed & (1 << rootBits - 1)
                    if root != prefix {
                        prefix = root
                        start = free
                        bits = Self.indexBits(counts, length, remaining, rootBits)
                        free += 1 << bits
                        guard free <= capacity else { return false }
                        entries[root] =
                            Entry.special | Entry.longer | UInt32(start) << 16 | UInt32(bits) << 8
                            | UInt32(rootBits)
                    }
                    let rest = length - rootBits
                    let entry = content + UInt32(rest) + UInt32(rest) << 8
                    fill(
                        entry, from: start + reversed >> rootBits, step: 1 << rest,
                        below: start + 1 << bits)
                }
                code += 1
                position += 1
                remaining -= 1
            }
            code <<= 1
        }
        return true
    }

    private func fill(_ entry: UInt32, from first: Int, step: Int, below end: Int) {
        precondition(first >= 0 && end <= capacity)
        for index in stride(from: first, to: end, by: step) { entries[index] = entry }
    }

    /// How many bits index the second table whose first code has `length` bits: as many as hold all
    /// codes with the same root bits.
    private static func indexBits(
        _ counts: [Int], _ length: Int, _ remaining: Int, _ rootBits: Int
    ) -> Int {
        var bits = length - rootBits
        var room = 1 << bits - remaining
        while room > 0, rootBits + bits < longest {
            bits += 1
            room = room * 2 - counts[rootBits + bits]
        }
        return bits
    }

    private static func reversed(_ code: Int, bits: Int) -> Int {
        Int(UInt16(truncatingIfNeeded: code).bitReversed16 >> UInt16(16 - bits))
    }
}

extension UInt16 {
    /// The bits in the opposite order.
    var bitReversed16: UInt16 {
        var x = self
        x = x >> 1 & 0x5555 | (x & 0x5555) << 1
        x = x >> 2 & 0x3333 | (x & 0x3333) << 2
        x = x >> 4 & 0x0F0F | (x & 0x0F0F) << 4
        return x.byteSwapped
    }
}
