/// Reads and cross-checks all headers of an archive.
struct ZipReader {
    let file: ReadableFile
    let limits: ZipLimits

    /// Bytes of a directory that are read at most: far more than 100,000 members need.
    private static let largestDirectory = 256 << 20

    /// The headers in the order of the directory.
    func headers() throws(ZipError) -> [ZipHeader] {
        let directory = try ZipDirectory.find(in: file)
        guard directory.count <= limits.members else {
            throw ZipError(.tooMany(limit: limits.members))
        }
        guard directory.size <= Self.largestDirectory else {
            throw ZipError(.malformed("a directory of \(directory.size) bytes"))
        }
        var headers = try central(directory)
        try requireDistinct(headers)
        try requireTotal(headers)
        try checkLayout(&headers, end: directory.offset)
        return headers
    }

    private func central(_ directory: ZipDirectory) throws(ZipError) -> [ZipHeader] {
        let bytes = try file.zipBytes(directory.size, at: directory.offset)
        guard directory.count * ZipHeader.fixedSize <= bytes.count else {
            throw ZipError(.malformed("a directory cut off"))
        }
        var headers: [ZipHeader] = []
        headers.reserveCapacity(directory.count)
        var position = 0
        for _ in 0..<directory.count {
            let (header, next) = try ZipHeader.decode(bytes, at: position)
            try header.requireAcceptable(limits: limits)
            headers.append(header)
            position = next
        }
        guard position == bytes.count else {
            throw ZipError(.malformed("a directory with more than its members"))
        }
        return headers
    }

    private func requireDistinct(_ headers: [ZipHeader]) throws(ZipError) {
        var seen = Set<String>(minimumCapacity: headers.count)
        // A folder and a file of one name are one name too.
        for header in headers {
            let name = header.isDirectory ? String(header.name.dropLast()) : header.name
            guard seen.insert(name).inserted else {
                throw ZipError(.duplicate, member: header.name)
            }
        }
    }

    private func requireTotal(_ headers: [ZipHeader]) throws(ZipError) {
        var total = 0
        for header in headers {
            let (sum, overflow) = total.addingReportingOverflow(header.size)
            guard !overflow, sum <= limits.totalSize else {
                throw ZipError(.tooLarge(limit: limits.totalSize))
            }
            total = sum
        }
    }

    /// The members must fill the archive from its first byte to the directory without a gap.
    private func checkLayout(_ headers: inout [ZipHeader], end: Int) throws(ZipError) {
        let order = headers.indices.sorted { headers[$0].localOffset < headers[$1].localOffset }
        var position = 0
        for (rank, index) in order.enumerated() {
            let header = headers[index]
            guard header.localOffset == position else {
                let what =
                    header.localOffset < position ? "overlaps the one before" : "a gap before"
                throw ZipError(.malformed(what), member: header.name)
            }
            let local = try localHeader(of: header)
            headers[index].dataOffset = local.dataOffset
            let dataEnd = local.dataOffset + header.compressedSize
            let next = rank + 1 < order.count ? headers[order[rank + 1]].localOffset : end
            guard dataEnd <= next else {
                throw ZipError(.malformed("overlaps what follows"), member: header.name)
            }
            try checkTail(of: header, isWide: local.isWide, from: dataEnd, to: next)
            position = next
        }
        guard position == end else {
            throw ZipError(.malformed("bytes that belong to no member"))
        }
    }

    /// Reads a local header and requires it to say what the central one says.
    private func localHeader(
        of header: ZipHeader
    ) throws(ZipError) -> (dataOffset: Int, isWide: Bool) {
        let fixed = try file.zipBytes(30, at: header.localOffset)
        func refuse(_ what: String) -> ZipError {
            ZipError(.malformed("its two headers disagree: \(what)"), member: header.name)
        }
        guard fixed.number(UInt32.self, at: 0) == 0x0403_4B50 else { throw refuse("no header") }
        let nameSize = Int(fixed.number(UInt16.self, at: 26))
        let extraSize = Int(fixed.number(UInt16.self, at: 28))
        let rest = try file.zipBytes(nameSize + extraSize, at: header.localOffset + 30)
        guard rest[..<nameSize].elementsEqual(header.nameBytes) else { throw refuse("name") }
        guard fixed.number(UInt16.self, at: 6) == header.flags else { throw refuse("flags") }
        guard fixed.number(UInt16.self, at: 8) == header.method else { throw refuse("method") }
        let sizes = try ZipSizes.decode(
            extra: Array(rest[nameSize...]), size: fixed.number(UInt32.self, at: 22),
            compressed: fixed.number(UInt32.self, at: 18), offset: 0, member: header.name)
        let crc = fixed.number(UInt32.self, at: 14)
        // With a descriptor the local fields may be 0: the numbers follow the data (4.4.4, flag 3).
        let absent = header.hasDescriptor
        guard crc == header.crc || (absent && crc == 0) else { throw refuse("check sum") }
        guard sizes.size == header.size || (absent && sizes.size == 0) else {
            throw refuse("size")
        }
        guard sizes.compressed == header.compressedSize || (absent && sizes.compressed == 0) else {
            throw refuse("compressed size")
        }
        return (header.localOffset + 30 + nameSize + extraSize, sizes.isWide)
    }

    /// Between a member's data and the next header lies its descriptor (4.3.9), or nothing.
    private func checkTail(
        of header: ZipHeader, isWide: Bool, from start: Int, to end: Int
    ) throws(ZipError) {
        guard header.hasDescriptor else {
            guard start == end else {
                throw ZipError(.malformed("bytes after its data"), member: header.name)
            }
            return
        }
        let refusal = ZipError(.malformed("a damaged data descriptor"), member: header.name)
        guard [12, 16, 20, 24].contains(end - start) else { throw refusal }
        var bytes = try file.zipBytes(end - start, at: start)
        if bytes.count == 16 || bytes.count == 24 {
            guard bytes.number(UInt32.self, at: 0) == 0x0807_4B50 else { throw refusal }
            bytes.removeFirst(4)
        }
        let agrees: Bool
        if bytes.count == 12 {
            agrees =
                Int(bytes.number(UInt32.self, at: 4)) == header.compressedSize
                && Int(bytes.number(UInt32.self, at: 8)) == header.size
        } else {
            agrees =
                bytes.number(UInt64.self, at: 4) == UInt64(header.compressedSize)
                && bytes.number(UInt64.self, at: 12) == UInt64(header.size)
        }
        guard agrees, bytes.number(UInt32.self, at: 0) == header.crc else { throw refusal }
    }
}
