extension ZipWriter {
    /// A member whose bytes come in pieces.
    struct OpenMember {
        var name: [UInt8]
        var offset: Int
        var crc: UInt32 = 0
        var size = 0
        var compressedSize = 0
        /// Nil where the member is stored.
        var deflater: DeflateStream?
    }

    /// Begins a member whose bytes come in pieces; its sizes are put into its header at its end, so that
    /// readers of the stream know them too. The header always has the fields of zip64.
    ///
    /// - Precondition: no member is open; the archive is in memory or in a scratch file; the name is not
    ///   used yet, is not empty, and has at most 65,535 bytes.
    public mutating func begin(
        _ name: String, compression: Compression = .deflate(level: 4)
    ) throws(FileError) {
        precondition(open == nil, "one member at a time")
        var member = OpenMember(name: claim(name), offset: offset)
        if case .deflate(let level) = compression {
            member.deflater = DeflateStream(level: level, wrapping: .raw)
        }
        let method: UInt16 = member.deflater == nil ? 0 : 8
        open = member
        try emit(Self.openHeader(name: member.name, method: method))
    }

    /// Adds bytes to the open member.
    ///
    /// - Precondition: there is one.
    public mutating func write(_ bytes: [UInt8]) throws(FileError) {
        guard var member = open else { preconditionFailure("a member is open") }
        let body = member.deflater?.compressed(bytes) ?? bytes
        member.crc = CRC32.of(bytes, continuing: member.crc)
        member.size += bytes.count
        member.compressedSize += body.count
        open = member
        try emit(body)
    }

    /// Ends the open member.
    ///
    /// - Precondition: there is one.
    public mutating func end() throws(FileError) {
        guard var member = open else { preconditionFailure("a member is open") }
        open = nil
        if let rest = member.deflater?.finish() {
            member.compressedSize += rest.count
            try emit(rest)
        }
        var crc: [UInt8] = []
        crc.append(number: member.crc)
        try patch(crc, at: member.offset + 14)
        var sizes: [UInt8] = []
        sizes.append(number: UInt64(member.size))
        sizes.append(number: UInt64(member.compressedSize))
        try patch(sizes, at: member.offset + 30 + member.name.count + 4)
        close(member)
    }

    /// APPNOTE 6.3.10, 4.3.7 and 4.5.3, with check sum and sizes still to come.
    private static func openHeader(name: [UInt8], method: UInt16) -> [UInt8] {
        var header: [UInt8] = []
        header.append(number: UInt32(0x0403_4B50))
        header.append(number: UInt16(45))
        header.append(number: UInt16(0x800))
        header.append(number: method)
        header.append(number: UInt16(0))
        header.append(number: date)
        header.append(number: UInt32(0))
        header.append(number: UInt32.max)
        header.append(number: UInt32.max)
        header.append(number: UInt16(name.count))
        header.append(number: UInt16(20))
        header.append(contentsOf: name)
        header.append(number: UInt16(1))
        header.append(number: UInt16(16))
        header.append(number: UInt64(0))
        header.append(number: UInt64(0))
        return header
    }
}
