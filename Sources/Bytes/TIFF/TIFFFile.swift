/// A TIFF file (TIFF 6.0, also BigTIFF) of one or many pages of numbers.
///
/// Read are whole numbers and floating point of 8 to 64 bits, in strips or tiles, uncompressed or by
/// deflate or PackBits, with or without a predictor. Nothing is allocated from a length that was not
/// held against the file's size.
public struct TIFFFile: Sendable {
    /// The pages in the order of the file, without previews (pages marked as of reduced resolution).
    public let pages: [TIFFPage]
    /// How many previews were passed over.
    public let previews: Int

    /// Most pages.
    private static let mostPages = 65_536

    /// Reads the directories of a part of a file.
    ///
    /// - Throws: `TIFFError` where one is damaged, beyond the file, or comes twice.
    /// - Complexity: O(pages).
    public init(_ file: ReadableFile, in range: Range<Int>) throws(TIFFError) {
        let input = try TIFFInput(file, in: range)
        var pages: [TIFFPage] = []
        var previews = 0
        var seen: Set<Int> = []
        var offset = input.first
        while offset != 0 {
            let number = pages.count + previews + 1
            guard seen.insert(offset).inserted else {
                throw TIFFError("the directory at byte \(offset) comes twice", page: number)
            }
            guard number <= Self.mostPages else {
                throw TIFFError("more than \(Self.mostPages) pages")
            }
            let directory = try TIFFDirectory(input, at: offset, page: number)
            if (try directory.number(254) ?? 0) & 1 == 1 {
                previews += 1
            } else {
                pages.append(try TIFFPage(input, directory))
            }
            offset = directory.next
        }
        guard !pages.isEmpty else { throw TIFFError("there is no page in it") }
        self.pages = pages
        self.previews = previews
    }
}
