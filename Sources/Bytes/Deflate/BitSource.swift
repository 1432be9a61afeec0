/// The bits of a deflate stream, lowest first (RFC 1951, section 3.1.1).
struct BitSource {
    private let input: UnsafeRawPointer
    private let count: Int
    private var next = 0
    private var loaded = 0
    /// The next bits; `refill` sees to at least 56 of them.
    private(set) var bits: UInt64 = 0

    /// Zeros that must follow the input.
    static let padding = 16

    /// - Precondition: `count` bytes and `padding` zeros at `input`.
    init(_ input: UnsafeRawPointer, count: Int) {
        self.input = input
        self.count = count
    }

    /// At least 56 bits, zeros behind the end; false where more was taken than there is.
    @inline(__always)
    mutating func refill() -> Bool {
        guard next &* 8 &- loaded <= count &* 8 else { return false }
        bits |= input.loadUnaligned(fromByteOffset: next, as: UInt64.self) &<< UInt64(loaded)
        next &+= (63 &- loaded) &>> 3
        loaded |= 56
        return true
    }

    /// The next `count` bits, not taken.
    @inline(__always)
    func look(_ count: Int) -> Int {
        Int(truncatingIfNeeded: bits & ((1 &<< UInt64(count)) &- 1))
    }

    /// Takes `count` bits.
    @inline(__always)
    mutating func skip(_ count: Int) {
        bits &>>= UInt64(count)
        loaded &-= count
    }

    /// The next `count` bits, taken.
    @inline(__always)
    mutating func take(_ count: Int) -> Int {
        let value = look(count)
        skip(count)
        return value
    }

    /// Bytes of which at least a bit was taken.
    var position: Int { (next * 8 - loaded + 7) / 8 }

    /// The bytes of a stored block from the next whole byte on, taken; nil where its length is wrong.
    mutating func takeStored() -> UnsafeRawBufferPointer? {
        let start = position
        guard count - start >= 4 else { return nil }
        let length = Int(input.loadUnaligned(fromByteOffset: start, as: UInt16.self))
        let check = Int(input.loadUnaligned(fromByteOffset: start + 2, as: UInt16.self))
        guard length == ~check & 0xFFFF, length <= count - start - 4 else { return nil }
        next = start + 4 + length
        bits = 0
        loaded = 0
        return UnsafeRawBufferPointer(start: input + (start + 4), count: length)
    }
}
