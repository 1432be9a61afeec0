/// One central directory header, decoded (APPNOTE 6.3.10, 4.3.12).
struct ZipHeader {
    /// The name as stored.
    var nameBytes: [UInt8]
    /// The name decoded.
    var name: String
    /// General purpose flags.
    var flags: UInt16
    /// Compression method.
    var method: UInt16
    /// Check sum of the unpacked bytes.
    var crc: UInt32
    /// Bytes in the archive.
    var compressedSize: Int
    /// Bytes unpacked.
    var size: Int
    /// Position of the local header.
    var localOffset: Int
    /// The upper half holds the Unix mode.
    var attributes: UInt32
    /// Position of its data; known once the local header is read.
    var dataOffset = 0

    /// Sizes come after the data (general purpose flag 3).
    var hasDescriptor: Bool { flags & 8 != 0 }
    /// A folder's name ends with a stroke.
    var isDirectory: Bool { name.hasSuffix("/") }

    static let fixedSize = 46

    /// Decodes the header at `position` of the directory's bytes; returns it and where the next begins.
    static func decode(
        _ bytes: [UInt8], at position: Int
    ) throws(ZipError) -> (header: ZipHeader, next: Int) {
        guard position + fixedSize <= bytes.count,
            bytes.number(UInt32.self, at: position) == 0x0201_4B50
        else { throw ZipError(.malformed("a damaged directory")) }
        let nameSize = Int(bytes.number(UInt16.self, at: position + 28))
        let extraSize = Int(bytes.number(UInt16.self, at: position + 30))
        let commentSize = Int(bytes.number(UInt16.self, at: position + 32))
        let next = position + fixedSize + nameSize + extraSize + commentSize
        guard next <= bytes.count else { throw ZipError(.malformed("a directory cut off")) }
        let nameStart = position + fixedSize
        let nameBytes = Array(bytes[nameStart..<nameStart + nameSize])
        let flags = bytes.number(UInt16.self, at: position + 8)
        let name = try ZipName.decode(nameBytes, isUTF8: flags & 0x800 != 0)
        let extra = Array(bytes[nameStart + nameSize..<nameStart + nameSize + extraSize])
        let sizes = try ZipSizes.decode(
            extra: extra, size: bytes.number(UInt32.self, at: position + 24),
            compressed: bytes.number(UInt32.self, at: position + 20),
            offset: bytes.number(UInt32.self, at: position + 42), member: name)
        let disk = bytes.number(UInt16.self, at: position + 34)
        guard disk == 0 || disk == 0xFFFF else {
            throw ZipError(.malformed("an archive in several parts"), member: name)
        }
        let header = ZipHeader(
            nameBytes: nameBytes, name: name, flags: flags,
            method: bytes.number(UInt16.self, at: position + 10),
            crc: bytes.number(UInt32.self, at: position + 16),
            compressedSize: sizes.compressed, size: sizes.size, localOffset: sizes.offset,
            attributes: bytes.number(UInt32.self, at: position + 38))
        return (header, next)
    }

    /// Refuses what this reader does not take, whatever the rest of the archive says.
    func requireAcceptable(limits: ZipLimits) throws(ZipError) {
        try ZipName.requireAcceptable(name)
        let kind = attributes >> 16 & 0xF000
        guard kind == 0 || kind == 0x8000 || kind == 0x4000 else {
            throw ZipError(.specialFile, member: name)
        }
        guard kind != 0x4000 || isDirectory else {
            throw ZipError(.malformed("a folder whose name does not end with /"), member: name)
        }
        // Flags 0, 6 and 13: traditional, strong, and directory encryption; 5: patch data.
        guard flags & 0x2041 == 0 else { throw ZipError(.encrypted, member: name) }
        guard flags & 0x20 == 0 else { throw ZipError(.malformed("patch data"), member: name) }
        guard method == 0 || method == 8 else {
            throw ZipError(.method(Int(method)), member: name)
        }
        guard method == 8 || size == compressedSize else {
            throw ZipError(.malformed("stored, but with two sizes"), member: name)
        }
        guard !isDirectory || size == 0 else {
            throw ZipError(.malformed("a folder with contents"), member: name)
        }
        // 64 bytes of grace: an empty block and short matches at the start.
        let (most, overflow) = compressedSize.multipliedReportingOverflow(by: limits.ratio)
        guard overflow || size <= max(most, 64) else { throw ZipError(.ratio, member: name) }
    }
}

/// The three numbers that zip64 moves into an extra field when 32 bits do not hold them (4.5.3).
struct ZipSizes {
    var size: Int
    var compressed: Int
    var offset: Int
    /// Whether a zip64 field was there: then a data descriptor is wide.
    var isWide: Bool

    static func decode(
        extra: [UInt8], size: UInt32, compressed: UInt32, offset: UInt32, member: String
    ) throws(ZipError) -> ZipSizes {
        var sizes = ZipSizes(
            size: Int(size), compressed: Int(compressed), offset: Int(offset), isWide: false)
        guard let field = try wideField(extra, member: member) else { return sizes }
        sizes.isWide = true
        var position = field.lowerBound
        func next(_ stored: UInt32, _ value: inout Int) throws(ZipError) {
            guard stored == 0xFFFF_FFFF else { return }
            guard position + 8 <= field.upperBound,
                let number = Int(exactly: extra.number(UInt64.self, at: position)),
                number <= 1 << 60
            else { throw ZipError(.malformed("a damaged zip64 field"), member: member) }
            value = number
            position += 8
        }
        try next(size, &sizes.size)
        try next(compressed, &sizes.compressed)
        try next(offset, &sizes.offset)
        return sizes
    }

    /// Where the zip64 field's contents lie; the fields must fill the extra area, but for a tail
    /// shorter than a field's head, which some writers leave.
    private static func wideField(
        _ extra: [UInt8], member: String
    ) throws(ZipError) -> Range<Int>? {
        var found: Range<Int>?
        var position = 0
        while position + 4 <= extra.count {
            let start = position + 4
            let end = start + Int(extra.number(UInt16.self, at: position + 2))
            guard end <= extra.count else {
                throw ZipError(.malformed("a damaged extra field"), member: member)
            }
            if extra.number(UInt16.self, at: position) == 1 {
                guard found == nil else {
                    throw ZipError(.malformed("two zip64 fields"), member: member)
                }
                found = start..<end
            }
            position = end
        }
        return found
    }
}
