/// Bits written to memory, lowest first.
struct BitOutput {
    private let buffer: UnsafeMutableRawBufferPointer
    private var pending: UInt64 = 0
    private var pendingCount = 0
    /// Whole bytes that are written.
    private(set) var count = 0

    /// Writes into a buffer that has 8 bytes more than are written.
    init(_ buffer: UnsafeMutableRawBufferPointer) { self.buffer = buffer }

    /// Writes `length` bits, at most 16; the others of `bits` are 0.
    @inline(__always)
    mutating func put(_ bits: UInt64, _ length: Int) {
        pending |= bits &<< UInt64(pendingCount)
        pendingCount &+= length
        guard pendingCount >= 48 else { return }
        precondition(count &+ 8 <= buffer.count, "room for what is written")
        buffer.storeBytes(of: pending, toByteOffset: count, as: UInt64.self)
        let whole = pendingCount &>> 3
        count &+= whole
        pending &>>= UInt64(whole &* 8)
        pendingCount &= 7
    }

    /// Writes a code.
    @inline(__always)
    mutating func put(_ symbol: BlockCode.Symbol) { put(symbol.code, symbol.length) }

    /// Goes to the next whole byte and writes all that is pending.
    mutating func fillByte() {
        pendingCount = (pendingCount + 7) / 8 * 8
        while pendingCount > 0 {
            buffer[count] = UInt8(truncatingIfNeeded: pending)
            count += 1
            pending >>= 8
            pendingCount -= 8
        }
    }
}
