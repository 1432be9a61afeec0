/// Deflate (RFC 1951) by runs of one byte and a Huffman code, without a search for other repeats.
///
/// Images of counts hold hardly any other repeats: on them it is several times as fast as zlib's
/// level 1 and packs better. Blocks are 64 KiB; one that does not shrink is stored.
struct RunDeflate: ~Copyable {
    /// Bytes of a block.
    private static let blockSize = 65_536
    /// Most bytes of a stored block.
    private static let longestStored = 65_535
    /// Shortest run that is written as one, without the byte before it.
    private static let shortest = 4

    private var output: BitOutput

    /// The raw deflate stream of some bytes.
    static func pack(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        // Two stored blocks have at most ten bytes more than their content; eight are written at once.
        let blocks = bytes.count / blockSize + 1
        return [UInt8](unsafeUninitializedCapacity: bytes.count + blocks * 10 + 16) {
            buffer, count in
            var stream = RunDeflate(output: BitOutput(UnsafeMutableRawBufferPointer(buffer)))
            var start = 0
            repeat {
                let end = min(start + blockSize, bytes.count)
                stream.write(
                    UnsafeRawBufferPointer(rebasing: bytes[start..<end]),
                    isLast: end == bytes.count)
                start = end
            } while start < bytes.count
            stream.output.fillByte()
            count = stream.output.count
        }
    }

    private init(output: BitOutput) { self.output = output }

    private mutating func write(_ block: UnsafeRawBufferPointer, isLast: Bool) {
        let code = BlockCode(Self.counts(block))
        guard code.bits < block.count * 8 else {
            let first = UnsafeRawBufferPointer(rebasing: block.prefix(Self.longestStored))
            let rest = UnsafeRawBufferPointer(rebasing: block.dropFirst(Self.longestStored))
            store(first, isLast: isLast && rest.isEmpty)
            if !rest.isEmpty { store(rest, isLast: isLast) }
            return
        }
        output.put(isLast ? 1 : 0, 1)
        output.put(2, 2)
        code.writeHead(&output)
        Self.scan(block) { byte in
            output.put(code.symbols[Int(byte)])
        } run: { length in
            output.put(code.symbols[257 + Int(Self.lengthSymbols[length])])
            let (base, extra) = DeflateCodes.lengths[Int(Self.lengthSymbols[length])]
            output.put(UInt64(length - base), extra)
            // The first of two distance codes of one bit: distance 1.
            output.put(0, 1)
        }
        output.put(code.symbols[256])
    }

    private mutating func store(_ block: UnsafeRawBufferPointer, isLast: Bool) {
        output.put(isLast ? 1 : 0, 1)
        output.put(0, 2)
        output.fillByte()
        output.put(UInt64(block.count), 16)
        output.put(UInt64(~block.count & 0xFFFF), 16)
        for byte in block { output.put(UInt64(byte), 8) }
    }

    /// How often each symbol occurs.
    private static func counts(_ block: UnsafeRawBufferPointer) -> [Int] {
        var counts = [Int](repeating: 0, count: 286)
        counts[256] = 1
        counts.withUnsafeMutableBufferPointer { counts in
            scan(block) { byte in
                counts[Int(byte)] &+= 1
            } run: { length in
                counts[257 + Int(lengthSymbols[length])] &+= 1
            }
        }
        return counts
    }

    /// Goes through the bytes: each alone, or runs of `shortest` to 258 that repeat the byte before.
    @inline(__always)
    private static func scan(
        _ block: UnsafeRawBufferPointer, byte: (UInt8) -> Void, run: (Int) -> Void
    ) {
        guard let base = block.baseAddress, block.count > 0 else { return }
        byte(base.load(as: UInt8.self))
        var index = 1
        while index &+ shortest <= block.count {
            let four = base.loadUnaligned(fromByteOffset: index, as: UInt32.self)
            guard four == base.loadUnaligned(fromByteOffset: index &- 1, as: UInt32.self) else {
                byte(UInt8(truncatingIfNeeded: four))
                index &+= 1
                continue
            }
            let repeated = UInt8(truncatingIfNeeded: four)
            var length = shortest
            while length < 258, index &+ length < block.count,
                base.load(fromByteOffset: index &+ length, as: UInt8.self) == repeated
            { length &+= 1 }
            run(length)
            index &+= length
        }
        while index < block.count {
            byte(base.load(fromByteOffset: index, as: UInt8.self))
            index &+= 1
        }
    }

    /// The length symbol, less 257, of every length.
    private static let lengthSymbols: [UInt8] = (0...258).map { length in
        UInt8(DeflateCodes.lengths.lastIndex { $0.base <= length } ?? 0)
    }
}
