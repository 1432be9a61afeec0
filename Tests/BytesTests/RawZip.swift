import Bytes

/// A zip archive put together field by field, so that each can be wrong.
struct RawZip {
    struct Member {
        var name: [UInt8]
        var data: [UInt8] = []
        var method: UInt16 = 0
        var flags: UInt16 = 0
        var crc: UInt32
        var size: UInt32
        var compressedSize: UInt32
        var attributes: UInt32 = 0o100644 << 16
        var extra: [UInt8] = []
        var before: [UInt8] = []
        var after: [UInt8] = []
        // What the local header says, if it is not the same.
        var localName: [UInt8]?
        var localMethod: UInt16?
        var localFlags: UInt16?
        var localCRC: UInt32?
        var localSize: UInt32?
        var localCompressedSize: UInt32?
        var localExtra: [UInt8] = []
        var localSignature: UInt32 = 0x0403_4B50
        var offset: UInt32?

        /// A stored member.
        init(_ name: String, _ content: String = "content") {
            self.init(name: Array(name.utf8), content: Array(content.utf8))
        }

        init(name: [UInt8], content: [UInt8]) {
            self.name = name
            data = content
            crc = CRC32.of(content)
            size = UInt32(content.count)
            compressedSize = size
        }

        /// A deflated member.
        static func deflated(_ name: String, _ content: [UInt8]) -> Member {
            var member = Member(name: Array(name.utf8), content: content)
            member.data = Deflate.compress(content, level: 6, wrapping: .raw)
            member.compressedSize = UInt32(member.data.count)
            member.method = 8
            return member
        }
    }

    var members: [Member]
    var prefix: [UInt8] = []
    var beforeDirectory: [UInt8] = []
    var afterDirectory: [UInt8] = []
    var comment: [UInt8] = []
    var trailing: [UInt8] = []
    var count: UInt16?
    var directoryOffset: UInt32?
    var directorySize: UInt32?
    var disk: UInt16 = 0

    init(_ members: [Member]) { self.members = members }

    /// The archive's bytes.
    func bytes() -> [UInt8] {
        var bytes = prefix
        var offsets: [UInt32] = []
        for member in members {
            bytes += member.before
            offsets.append(member.offset ?? UInt32(bytes.count))
            bytes += local(member) + member.data + member.after
        }
        bytes += beforeDirectory
        let start = bytes.count
        for (member, offset) in zip(members, offsets) { bytes += central(member, offset) }
        let size = UInt32(bytes.count - start)
        bytes += afterDirectory
        bytes += number(UInt32(0x0605_4B50)) + number(disk) + number(disk)
        bytes += number(count ?? UInt16(members.count)) + number(count ?? UInt16(members.count))
        bytes += number(directorySize ?? size) + number(directoryOffset ?? UInt32(start))
        return bytes + number(UInt16(comment.count)) + comment + trailing
    }

    private func local(_ member: Member) -> [UInt8] {
        let name = member.localName ?? member.name
        return number(member.localSignature) + number(UInt16(20))
            + number(member.localFlags ?? member.flags)
            + number(member.localMethod ?? member.method) + number(UInt32(0))
            + number(member.localCRC ?? member.crc)
            + number(member.localCompressedSize ?? member.compressedSize)
            + number(member.localSize ?? member.size) + number(UInt16(name.count))
            + number(UInt16(member.localExtra.count)) + name + member.localExtra
    }

    private func central(_ member: Member, _ offset: UInt32) -> [UInt8] {
        number(UInt32(0x0201_4B50)) + number(UInt16(0x0314)) + number(UInt16(20))
            + number(member.flags) + number(member.method) + number(UInt32(0)) + number(member.crc)
            + number(member.compressedSize) + number(member.size)
            + number(UInt16(member.name.count)) + number(UInt16(member.extra.count))
            + [0, 0, 0, 0, 0, 0] + number(member.attributes) + number(offset) + member.name
            + member.extra
    }
}

/// A number's bytes, least significant first.
func number<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
