/// Writes a zip archive into memory, to a file, or to a scratch file; the same members give the same
/// bytes. A member comes whole (`add`) or in pieces (`begin`, `write`, `end`).
///
/// All dates are 1980-01-01 00:00, names are flagged as UTF-8, modes are 0644 (folders 0755), and
/// zip64 records are written only where they are needed.
public struct ZipWriter {
    /// How a member is kept.
    public enum Compression: Sendable {
        /// As it is.
        case stored
        /// Deflated at a level from 0 to 9, or stored if that is not smaller.
        case deflate(level: Int)
    }

    private struct Member {
        var name: [UInt8]
        var method: UInt16
        var crc: UInt32
        var compressedSize: Int
        var size: Int
        var offset: Int
        var isDirectory: Bool
    }

    /// Where the bytes go.
    private enum Target {
        case memory
        case durable(DurableFile.Writer)
        case scratch(ScratchFile)
    }

    private let target: Target
    private var memory: [UInt8] = []
    /// Bytes written so far.
    private(set) var offset = 0
    private var members: [Member] = []
    private var names: Set<String> = []
    /// The member that comes in pieces at present.
    var open: OpenMember?

    /// 1980-01-01 in MS-DOS form, the earliest date there is.
    static let date: UInt16 = 0x0021

    /// An archive in memory.
    public init() { target = .memory }

    /// An archive in a file, which appears when `finish` is called.
    public init(path: String) throws(FileError) {
        target = .durable(try DurableFile.Writer(path: path))
    }

    /// An archive in a scratch file, which is the caller's to finish after `finish` of this.
    public init(scratch: ScratchFile) {
        precondition(scratch.size == 0, "an empty file")
        target = .scratch(scratch)
    }

    /// Adds a member.
    ///
    /// - Precondition: the name is not used yet, is not empty, and has at most 65,535 bytes.
    public mutating func add(
        _ name: String, _ bytes: [UInt8], compression: Compression = .deflate(level: 6)
    ) throws(FileError) {
        precondition(open == nil, "the member before has ended")
        let nameBytes = claim(name)
        var body = bytes
        var method: UInt16 = 0
        if case .deflate(let level) = compression, !bytes.isEmpty {
            let packed = Deflate.compress(bytes, level: level, wrapping: .raw)
            if packed.count < bytes.count {
                body = packed
                method = 8
            }
        }
        let member = Member(
            name: nameBytes, method: method, crc: CRC32.of(bytes), compressedSize: body.count,
            size: bytes.count, offset: offset, isDirectory: name.hasSuffix("/"))
        members.append(member)
        try emit(Self.localHeader(member))
        try emit(body)
    }

    /// Writes the directory and makes a file durable; the bytes of an archive in memory, else none.
    ///
    /// Nothing can be added afterwards.
    public mutating func finish() throws(FileError) -> [UInt8] {
        precondition(open == nil, "the last member has ended")
        let start = offset
        for member in members { try emit(Self.centralHeader(member)) }
        try emit(endRecords(start: start, size: offset - start))
        if case .durable(let file) = target { try file.commit() }
        defer { memory = [] }
        return memory
    }

    /// The bytes of a name, which nothing else can have any more.
    mutating func claim(_ name: String) -> [UInt8] {
        let bytes = Array(name.utf8)
        precondition(!bytes.isEmpty && bytes.count <= 0xFFFF, "a name of 1 to 65,535 bytes")
        precondition(names.insert(name).inserted, "each name once")
        return bytes
    }

    /// Puts a member that came in pieces into the directory.
    mutating func close(_ member: OpenMember) {
        members.append(
            Member(
                name: member.name, method: member.deflater == nil ? 0 : 8, crc: member.crc,
                compressedSize: member.compressedSize, size: member.size, offset: member.offset,
                isDirectory: false))
    }

    mutating func emit(_ bytes: [UInt8]) throws(FileError) {
        offset += bytes.count
        switch target {
        case .memory: memory.append(contentsOf: bytes)
        case .durable(let file): try file.write(bytes)
        case .scratch(let file): try file.write(bytes)
        }
    }

    /// Replaces bytes that are written already.
    mutating func patch(_ bytes: [UInt8], at place: Int) throws(FileError) {
        switch target {
        case .memory: memory.replaceSubrange(place..<place + bytes.count, with: bytes)
        case .durable: preconditionFailure("pieces go into memory or a scratch file")
        case .scratch(let file): try file.replace(bytes, at: place)
        }
    }

    private static func narrow(_ number: Int) -> UInt32 { UInt32(clamping: number) }

    private static func isWide(_ number: Int) -> Bool { number >= 0xFFFF_FFFF }

    /// APPNOTE 6.3.10, 4.3.7.
    private static func localHeader(_ member: Member) -> [UInt8] {
        let wide = isWide(member.size) || isWide(member.compressedSize)
        var header: [UInt8] = []
        header.append(number: UInt32(0x0403_4B50))
        header.append(number: UInt16(wide ? 45 : 20))
        header.append(number: UInt16(0x800))
        header.append(number: member.method)
        header.append(number: UInt16(0))
        header.append(number: date)
        header.append(number: member.crc)
        header.append(number: wide ? UInt32.max : narrow(member.compressedSize))
        header.append(number: wide ? UInt32.max : narrow(member.size))
        header.append(number: UInt16(member.name.count))
        header.append(number: UInt16(wide ? 20 : 0))
        header.append(contentsOf: member.name)
        if wide {
            header.append(number: UInt16(1))
            header.append(number: UInt16(16))
            header.append(number: UInt64(member.size))
            header.append(number: UInt64(member.compressedSize))
        }
        return header
    }

    /// APPNOTE 6.3.10, 4.3.12.
    private static func centralHeader(_ member: Member) -> [UInt8] {
        let wideNumbers = [member.size, member.compressedSize, member.offset].filter(isWide)
        var header: [UInt8] = []
        header.append(number: UInt32(0x0201_4B50))
        header.append(number: UInt16(3 << 8 | 45))
        header.append(number: UInt16(wideNumbers.isEmpty ? 20 : 45))
        header.append(number: UInt16(0x800))
        header.append(number: member.method)
        header.append(number: UInt16(0))
        header.append(number: date)
        header.append(number: member.crc)
        header.append(number: narrow(member.compressedSize))
        header.append(number: narrow(member.size))
        header.append(number: UInt16(member.name.count))
        header.append(number: UInt16(wideNumbers.isEmpty ? 0 : 4 + 8 * wideNumbers.count))
        header.append(contentsOf: [0, 0, 0, 0, 0, 0])
        let mode: UInt32 = member.isDirectory ? 0o040755 : 0o100644
        header.append(number: mode << 16 | (member.isDirectory ? 0x10 : 0))
        header.append(number: narrow(member.offset))
        header.append(contentsOf: member.name)
        if !wideNumbers.isEmpty {
            header.append(number: UInt16(1))
            header.append(number: UInt16(8 * wideNumbers.count))
            for number in wideNumbers { header.append(number: UInt64(number)) }
        }
        return header
    }

    /// APPNOTE 6.3.10, 4.3.14 to 4.3.16.
    private func endRecords(start: Int, size: Int) -> [UInt8] {
        let wide = members.count >= 0xFFFF || Self.isWide(start) || Self.isWide(size)
        var record: [UInt8] = []
        if wide {
            record.append(number: UInt32(0x0606_4B50))
            record.append(number: UInt64(44))
            record.append(number: UInt16(3 << 8 | 45))
            record.append(number: UInt16(45))
            record.append(number: UInt64(0))
            record.append(number: UInt64(members.count))
            record.append(number: UInt64(members.count))
            record.append(number: UInt64(size))
            record.append(number: UInt64(start))
            record.append(number: UInt32(0x0706_4B50))
            record.append(number: UInt32(0))
            record.append(number: UInt64(start + size))
            record.append(number: UInt32(1))
        }
        let count = UInt16(clamping: members.count)
        record.append(number: UInt32(0x0605_4B50))
        record.append(number: UInt32(0))
        record.append(number: count)
        record.append(number: count)
        record.append(number: Self.narrow(size))
        record.append(number: Self.narrow(start))
        record.append(number: UInt16(0))
        return record
    }
}
