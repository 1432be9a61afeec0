/// Cuts a message into the blocks of 64 bytes that SHA-1 and MD5 take, and pads its end.
struct DigestBlocks: Sendable {
    private var pending: [UInt8] = []
    private var total: UInt64 = 0

    /// Hands over the whole blocks of what came so far, one or many at a time.
    mutating func add(_ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) -> Void) {
        total &+= UInt64(bytes.count)
        var rest = bytes[...]
        if !pending.isEmpty {
            let part = rest.prefix(64 - pending.count)
            pending += part
            rest = rest.dropFirst(part.count)
            guard pending.count == 64 else { return }
            pending.withUnsafeBytes(body)
            pending.removeAll()
        }
        rest.withUnsafeBytes { raw in
            let whole = raw.count / 64 * 64
            if whole > 0 { body(UnsafeRawBufferPointer(rebasing: raw[..<whole])) }
        }
        pending = Array(rest.suffix(rest.count % 64))
    }

    /// Hands over the last blocks: a bit 1, zeros, and the length in bits.
    mutating func pad(isBigEndian: Bool, _ body: (UnsafeRawBufferPointer) -> Void) {
        let bits = total &* 8
        var end: [UInt8] = [0x80]
        end += [UInt8](repeating: 0, count: (119 - pending.count) % 64)
        end += withUnsafeBytes(of: isBigEndian ? bits.bigEndian : bits.littleEndian) { Array($0) }
        add(end, body)
    }
}
