/// One block of 512 bytes that begins a member (POSIX.1-2001 `pax`, ustar interchange format).
struct TarHeader {
    /// Bytes of a block.
    static let blockSize = 512

    /// The name in this block, with its prefix; may be replaced by an extended header.
    let name: [UInt8]
    /// Bytes of data that follow.
    let size: Int
    /// `0` file, `5` folder, `x` and `g` pax records, `L` and `K` GNU long names, others.
    let kind: UInt8

    /// Reads a block that is not all zero.
    ///
    /// - Throws: `.malformed` for another format, a wrong check sum, a number that is none.
    init(_ block: ArraySlice<UInt8>) throws(TarError) {
        precondition(block.count == Self.blockSize, "a whole block")
        let bytes = Array(block)
        guard bytes[257..<262].elementsEqual("ustar".utf8) else {
            throw TarError(.malformed("a header that is not of the ustar format"))
        }
        guard Self.octal(bytes[148..<156]) == Self.checksum(bytes) else {
            throw TarError(.malformed("the check sum of a header is wrong"))
        }
        let own = bytes[0..<100].prefix { $0 != 0 }
        // GNU tar ("ustar  ") keeps times where POSIX ("ustar", 0) keeps the prefix.
        let prefix = bytes[262] == 0 ? bytes[345..<500].prefix { $0 != 0 } : []
        let name = prefix.isEmpty ? Array(own) : Array(prefix) + [UInt8(ascii: "/")] + own
        guard let size = Self.number(bytes[124..<136]) else {
            throw TarError(
                .malformed("a size that is no number"),
                member: String(decoding: name, as: UTF8.self))
        }
        self.name = name
        self.size = size
        kind = bytes[156]
    }

    /// The sum of all bytes, those of the sum itself taken as blanks.
    private static func checksum(_ bytes: [UInt8]) -> Int {
        var sum = 8 * 0x20
        for (index, byte) in bytes.enumerated() where !(148..<156).contains(index) {
            sum += Int(byte)
        }
        return sum
    }

    /// Octal digits between blanks and zeros, or nil.
    private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
        let rest = field.drop { $0 == 0x20 }
        let digits = rest.prefix { (0x30...0x37).contains($0) }
        guard !digits.isEmpty, rest.dropFirst(digits.count).allSatisfy({ $0 == 0 || $0 == 0x20 })
        else { return nil }
        return digits.reduce(0) { $0 << 3 | Int($1 - 0x30) }
    }

    /// Octal digits, or GNU's base 256 (first byte 0x80) up to 2^62.
    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        guard let first = field.first, first & 0x80 != 0 else { return octal(field) }
        guard first == 0x80 else { return nil }
        var value = 0
        for byte in field.dropFirst() {
            guard value < 1 << 54 else { return nil }
            value = value << 8 | Int(byte)
        }
        return value
    }
}
