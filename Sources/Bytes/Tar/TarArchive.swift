/// A tar archive in a file (ustar, pax and GNU long names), all headers checked before anything of
/// it is believed.
///
/// Refused: links, devices, holes, names that are absolute, climb or hide, names used twice, wrong
/// check sums, a missing end, bytes after the end. Members can be read by several threads at once.
public struct TarArchive: Sendable {
    /// One member.
    public struct Entry: Sendable, Hashable {
        /// Its path inside the archive, `/` between folders, without a leading `./`.
        public let name: String
        /// Bytes.
        public let size: Int
        /// Whether it is a folder.
        public let isDirectory: Bool
        /// Where its data begin in the file.
        public let offset: Int
    }

    /// The members in the order of the archive.
    public let entries: [Entry]
    /// The archive's bytes, unpacked.
    public let file: ReadableFile

    /// Checks an archive that is not compressed.
    ///
    /// - Throws: `TarError`, naming the member and what is wrong.
    /// - Complexity: O(members); reads headers only.
    public init(file: ReadableFile, limits: ZipLimits = ZipLimits()) throws(TarError) {
        self.file = file
        var reader = TarReader(file: file, limits: limits)
        entries = try reader.members()
    }

    /// Unpacks and checks an archive compressed with gzip.
    ///
    /// It is unpacked to a scratch file in `folder`, which has no name and goes with the archive's
    /// last reference. Memory is constant.
    /// - Throws: `TarError`; `.tooLarge` as soon as more comes out than `limits` allow.
    public init(
        gzip packed: ReadableFile, folder: String, limits: ZipLimits = ZipLimits()
    ) throws(TarError) {
        try self.init(file: try packed.gunzipped(folder: folder, limits: limits), limits: limits)
    }
}
