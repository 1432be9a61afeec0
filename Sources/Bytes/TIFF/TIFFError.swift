/// What is wrong with a TIFF file.
public struct TIFFError: Error, Sendable, Equatable {
    /// What was expected and what was found, as a part of a sentence.
    public var what: String
    /// The page from 1, where there is one.
    public var page: Int?
    /// Whether the file may be right but is of a kind that is not read.
    public var isUnsupported: Bool

    /// An error.
    public init(_ what: String, page: Int? = nil, isUnsupported: Bool = false) {
        self.what = what
        self.page = page
        self.isUnsupported = isUnsupported
    }
}

extension TIFFError: CustomStringConvertible {
    /// `page 3: the strip …`.
    public var description: String { page.map { "page \($0): \(what)" } ?? what }
}
