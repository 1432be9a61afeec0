/// Where the central directory lies and what it should hold (APPNOTE 6.3.10, 4.3.14 to 4.3.16).
struct ZipDirectory: Equatable {
    /// Number of members.
    var count: Int
    /// Position of the first central header.
    var offset: Int
    /// Bytes of all central headers.
    var size: Int

    private static let endSize = 22
    private static let locatorSize = 20
    private static let wideEndSize = 56

    /// Finds the one end-of-archive record and believes it only if everything fits to the byte.
    static func find(in file: ReadableFile) throws(ZipError) -> ZipDirectory {
        let tailSize = min(file.size, endSize + 65_535)
        guard tailSize >= endSize else { throw ZipError(.notAnArchive) }
        let tailStart = file.size - tailSize
        let tail = try file.zipBytes(tailSize, at: tailStart)
        let end = try endRecord(in: tail)
        let directory = try wide(file, end: end, at: tailStart + end.position) ?? end.directory
        return directory
    }

    private struct EndRecord {
        var position: Int
        var directory: ZipDirectory
    }

    /// The record whose comment ends with the file; a second possible one is an attack on readers
    /// that search differently, and refused.
    private static func endRecord(in tail: [UInt8]) throws(ZipError) -> EndRecord {
        var found: [Int] = []
        for position in 0...(tail.count - endSize)
        where tail[position] == 0x50 && tail[position + 1] == 0x4B
            && tail[position + 2] == 5 && tail[position + 3] == 6
        {
            let comment = Int(tail.number(UInt16.self, at: position + 20))
            if position + endSize + comment == tail.count { found.append(position) }
        }
        guard let position = found.first else { throw ZipError(.notAnArchive) }
        guard found.count == 1 else {
            throw ZipError(.malformed("two end-of-archive records"))
        }
        let disk = tail.number(UInt16.self, at: position + 4)
        let startDisk = tail.number(UInt16.self, at: position + 6)
        let here = Int(tail.number(UInt16.self, at: position + 8))
        let count = Int(tail.number(UInt16.self, at: position + 10))
        guard disk == 0 || disk == 0xFFFF, startDisk == disk, here == count else {
            throw ZipError(.malformed("an archive in several parts"))
        }
        return EndRecord(
            position: position,
            directory: ZipDirectory(
                count: count, offset: Int(tail.number(UInt32.self, at: position + 16)),
                size: Int(tail.number(UInt32.self, at: position + 12))))
    }

    /// The directory by the zip64 records before the end record, or nil where there are none.
    ///
    /// Also checks that the directory ends exactly where those records begin.
    private static func wide(
        _ file: ReadableFile, end: EndRecord, at position: Int
    ) throws(ZipError) -> ZipDirectory? {
        let plain = end.directory
        guard position >= locatorSize + wideEndSize else {
            try plain.requireEnd(at: position)
            return nil
        }
        let locator = try file.zipBytes(locatorSize, at: position - locatorSize)
        guard locator.number(UInt32.self, at: 0) == 0x0706_4B50 else {
            try plain.requireEnd(at: position)
            return nil
        }
        let recordEnd = position - locatorSize
        guard let start = Int(exactly: locator.number(UInt64.self, at: 8)),
            start <= recordEnd - wideEndSize, locator.number(UInt32.self, at: 4) == 0,
            locator.number(UInt32.self, at: 16) == 1
        else { throw ZipError(.malformed("a zip64 locator that points outside")) }
        let record = try file.zipBytes(wideEndSize, at: start)
        guard record.number(UInt32.self, at: 0) == 0x0606_4B50,
            Int(exactly: record.number(UInt64.self, at: 4)) == recordEnd - start - 12,
            record.number(UInt32.self, at: 16) == 0, record.number(UInt32.self, at: 20) == 0,
            record.number(UInt64.self, at: 24) == record.number(UInt64.self, at: 32),
            let count = Int(exactly: record.number(UInt64.self, at: 32)),
            let size = Int(exactly: record.number(UInt64.self, at: 40)),
            let offset = Int(exactly: record.number(UInt64.self, at: 48))
        else { throw ZipError(.malformed("a damaged zip64 end record")) }
        let directory = ZipDirectory(count: count, offset: offset, size: size)
        guard plain.count == 0xFFFF || plain.count == count,
            plain.offset == 0xFFFF_FFFF || plain.offset == offset,
            plain.size == 0xFFFF_FFFF || plain.size == size
        else { throw ZipError(.malformed("two end records that disagree")) }
        try directory.requireEnd(at: start)
        return directory
    }

    /// - Throws: unless the directory ends exactly at `position`.
    private func requireEnd(at position: Int) throws(ZipError) {
        guard offset <= position, size == position - offset else {
            throw ZipError(
                .malformed("the directory does not lie where the end-of-archive record says"))
        }
    }
}

extension ReadableFile {
    /// `read`, with the errors of an archive.
    func zipBytes(_ count: Int, at offset: Int) throws(ZipError) -> [UInt8] {
        do throws(FileError) {
            return try read(count, at: offset)
        } catch {
            throw ZipError(error.reason == .endOfFile ? .malformed("cut off") : .file(error))
        }
    }
}
