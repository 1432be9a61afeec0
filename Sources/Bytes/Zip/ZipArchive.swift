/// A zip archive in a file, checked before anything of it is believed.
///
/// Opening reads every central and local header and refuses an archive in which two readers could
/// see different things (APPNOTE 6.3.10): headers that disagree, names used twice, bytes between,
/// before or after the members, overlaps. Members can be read by several threads at once.
public struct ZipArchive: Sendable {
    /// One member.
    public struct Entry: Sendable, Hashable {
        /// Its path inside the archive, `/` between folders; a folder's ends with `/`.
        public let name: String
        /// Bytes unpacked.
        public let size: Int
        /// Bytes in the archive.
        public let compressedSize: Int
        /// Whether it is a folder.
        public let isDirectory: Bool
        /// Its place in `entries`.
        let index: Int
    }

    /// The members in the order of the directory.
    public let entries: [Entry]
    private let file: ReadableFile
    private let headers: [ZipHeader]

    /// Opens and checks an archive.
    ///
    /// - Throws: `ZipError`, naming the member and what is wrong.
    /// - Complexity: O(members); reads headers only.
    public init(path: String, limits: ZipLimits = ZipLimits()) throws(ZipError) {
        do throws(FileError) {
            file = try ReadableFile(path: path)
        } catch {
            throw ZipError(.file(error))
        }
        headers = try ZipReader(file: file, limits: limits).headers()
        entries = headers.enumerated().map { index, header in
            Entry(
                name: header.name, size: header.size, compressedSize: header.compressedSize,
                isDirectory: header.isDirectory, index: index)
        }
    }

    /// The bytes of a member.
    ///
    /// - Throws: `.tooLarge` if it has more than `limit` bytes, before anything is read;
    ///   `.size`, `.checksum`, `.data` if what comes out is not what the headers say.
    public func read(_ entry: Entry, limit: Int) throws(ZipError) -> [UInt8] {
        let header = headers[entry.index]
        guard header.size <= limit else {
            throw ZipError(.tooLarge(limit: limit), member: header.name)
        }
        return try ZipMember(file: file, header: header).bytes()
    }

    /// Hands over the bytes of a member in pieces; `body` answers false to stop early.
    ///
    /// The check sum is known only after the last piece: what was handed over before an error must
    /// be thrown away. Memory is constant.
    /// - Throws: as `read`, and never hands over more bytes than `entry.size`.
    public func stream(
        _ entry: Entry, _ body: (UnsafeRawBufferPointer) -> Bool
    ) throws(ZipError) {
        try ZipMember(file: file, header: headers[entry.index]).stream(body)
    }
}
