import CZlib

extension Deflate {
    /// A zlib stream (RFC 1950) of bytes that repeat only in runs, such as an image of counts: several
    /// times as fast as `compress` at level 1, and smaller on such bytes.
    ///
    /// The same bytes give the same result. Memory is that of the result.
    public static func compressRuns(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes { buffer in
            var stream: [UInt8] = [0x78, 0x01]
            stream += RunDeflate.pack(buffer)
            let check = adler(buffer)
            for shift in [24, 16, 8, 0] { stream.append(UInt8(check >> UInt32(shift) & 0xFF)) }
            return stream
        }
    }

    /// The bytes of a whole zlib stream that unpacks to exactly `size` bytes.
    ///
    /// Twice as fast as not to know the size. Memory is the two sizes.
    /// - Throws: `DeflateError`; `.limit` where it unpacks to more, `.truncated` where to less.
    public static func decompress(
        _ bytes: [UInt8], exactly size: Int
    ) throws(DeflateError) -> [UInt8] {
        if let result = whole(bytes, size: size) { return result }
        let result = try decompress(bytes, limit: size)
        guard result.count == size else { throw .truncated }
        return result
    }

    /// The unpacked bytes, or nil where anything is not as expected.
    private static func whole(_ bytes: [UInt8], size: Int) -> [UInt8]? {
        // RFC 1950: method 8, no preset dictionary, a check of both bytes; Adler-32 at the end.
        guard bytes.count >= 6, size >= 0, bytes[0] & 0x0F == 8, bytes[1] & 0x20 == 0,
            (Int(bytes[0]) << 8 + Int(bytes[1])) % 31 == 0
        else { return nil }
        let check = bytes.suffix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let count = bytes.count - 6
        var isWhole = false
        let result = [UInt8](unsafeUninitializedCapacity: size + WholeInflate.slack) {
            output, filled in
            withUnsafeTemporaryAllocation(
                byteCount: count + WholeInflate.padding, alignment: 16
            ) { input in
                input.copyBytes(from: bytes[2..<bytes.count - 4])
                input[count...].initializeMemory(as: UInt8.self, repeating: 0)
                guard let start = input.baseAddress, let base = output.baseAddress else { return }
                isWhole = WholeInflate.unpack(
                    start, count: count, into: UnsafeMutableRawPointer(base), outputCount: size)
            }
            filled = isWhole ? size : 0
        }
        guard isWhole, result.withUnsafeBytes({ adler($0) }) == check else { return nil }
        return result
    }

    private static func adler(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        guard let base = bytes.baseAddress else { return 1 }
        return UInt32(
            truncatingIfNeeded: adler32_z(
                1, base.assumingMemoryBound(to: UInt8.self), bytes.count))
    }
}
