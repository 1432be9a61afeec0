/// Walks through the headers of a tar archive and checks them.
struct TarReader {
    let file: ReadableFile
    let limits: ZipLimits

    private var position = 0
    private var total = 0
    private var seen: Set<String> = []
    private var entries: [TarArchive.Entry] = []
    /// What extended headers say about the member that follows them.
    private var longName: [UInt8]?
    private var longSize: Int?
    private var isExtended = false

    /// Most bytes of an extended header; names are far shorter.
    private static let largestExtension = 1 << 20

    /// A reader at the start of the file.
    init(file: ReadableFile, limits: ZipLimits) {
        self.file = file
        self.limits = limits
    }

    /// All members in the order of the archive.
    mutating func members() throws(TarError) -> [TarArchive.Entry] {
        while let header = try nextHeader() {
            switch header.kind {
            case UInt8(ascii: "x"): try extend(PaxRecords(try content(of: header)))
            case UInt8(ascii: "g"):
                let records = try PaxRecords(try content(of: header))
                guard records.path == nil, records.size == nil else {
                    throw TarError(.malformed("one name or size for all members"))
                }
            case UInt8(ascii: "L"):
                guard longName == nil else { throw TarError(.malformed("two long names")) }
                longName = Array(try content(of: header).prefix { $0 != 0 })
                isExtended = true
            case UInt8(ascii: "K"):
                _ = try content(of: header)
                isExtended = true
            default: try add(header)
            }
        }
        guard !isExtended else {
            throw TarError(.malformed("an extended header without a member"))
        }
        return entries
    }

    /// The next header, or nil at the two blocks of zeros that end an archive.
    private mutating func nextHeader() throws(TarError) -> TarHeader? {
        let block = try bytes(TarHeader.blockSize, at: position)
        position += TarHeader.blockSize
        if block.contains(where: { $0 != 0 }) { return try TarHeader(block[...]) }
        let second = try bytes(TarHeader.blockSize, at: position)
        position += TarHeader.blockSize
        guard second.allSatisfy({ $0 == 0 }) else {
            throw TarError(.malformed("a block of zeros between members"))
        }
        try requireZeros()
        return nil
    }

    /// After the end there is padding only: anything else would be hidden from other readers.
    private mutating func requireZeros() throws(TarError) {
        while position < file.size {
            let piece = try bytes(min(1 << 16, file.size - position), at: position)
            guard piece.allSatisfy({ $0 == 0 }) else {
                throw TarError(.malformed("bytes after its end"))
            }
            position += piece.count
        }
    }

    private func bytes(_ count: Int, at offset: Int) throws(TarError) -> [UInt8] {
        do throws(FileError) {
            return try file.read(count, at: offset)
        } catch {
            throw TarError(error.reason == .endOfFile ? .malformed("cut off") : .file(error))
        }
    }

    /// Passes over data and their padding.
    private mutating func skip(_ size: Int, member: String?) throws(TarError) {
        let padded = (size + TarHeader.blockSize - 1) / TarHeader.blockSize * TarHeader.blockSize
        guard padded <= file.size - position else {
            throw TarError(.malformed("cut off"), member: member)
        }
        position += padded
    }

    /// The data of an extended header.
    private mutating func content(of header: TarHeader) throws(TarError) -> [UInt8] {
        guard header.size <= Self.largestExtension else {
            throw TarError(.malformed("an extended header of \(header.size) bytes"))
        }
        let content = try bytes(header.size, at: position)
        try skip(header.size, member: nil)
        return content
    }

    private mutating func extend(_ records: PaxRecords) throws(TarError) {
        guard !records.isSparse else { throw TarError(.malformed("a sparse file")) }
        if let path = records.path {
            guard longName == nil else { throw TarError(.malformed("two long names")) }
            longName = path
        }
        if let size = records.size { longSize = size }
        isExtended = true
    }

    private mutating func add(_ header: TarHeader) throws(TarError) {
        let bytes = longName ?? header.name
        let size = longSize ?? header.size
        (longName, longSize, isExtended) = (nil, nil, false)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw TarError(
                .name("it is not UTF-8"), member: String(decoding: bytes, as: UTF8.self))
        }
        // `tar c .` writes ./ before every name.
        let name = text.hasPrefix("./") ? String(text.dropFirst(2)) : text
        let isFolder = header.kind == UInt8(ascii: "5")
        let isFile = [0, UInt8(ascii: "0"), UInt8(ascii: "7")].contains(header.kind)
        guard isFile || isFolder else { throw TarError(.specialFile, member: text) }
        if isFolder, name.isEmpty || name == "." {
            try skip(size, member: text)
            return
        }
        try requireAcceptable(name)
        guard !isFolder || size == 0 else {
            throw TarError(.malformed("a folder with data"), member: name)
        }
        guard !isFile || !name.hasSuffix("/") else {
            throw TarError(.name("a file's name ends with /"), member: name)
        }
        guard seen.insert(name.hasSuffix("/") ? String(name.dropLast()) : name).inserted else {
            throw TarError(.duplicate, member: name)
        }
        guard entries.count < limits.members else {
            throw TarError(.tooMany(limit: limits.members))
        }
        guard size <= limits.totalSize - total else {
            throw TarError(.tooLarge(limit: limits.totalSize), member: name)
        }
        total += size
        let start = position
        try skip(size, member: name)
        entries.append(
            TarArchive.Entry(name: name, size: size, isDirectory: isFolder, offset: start))
    }

    private func requireAcceptable(_ name: String) throws(TarError) {
        do throws(ZipError) {
            try ZipName.requireAcceptable(name)
        } catch {
            if case .name(let why) = error.problem { throw TarError(.name(why), member: name) }
            throw TarError(.name("it is not acceptable"), member: name)
        }
    }
}
