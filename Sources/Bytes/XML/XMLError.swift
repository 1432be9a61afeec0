/// What is wrong with an XML file, and on which line.
public struct XMLError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Line from 1.
    public let line: Int
    /// One sentence part: what was expected, what was found.
    public let description: String

    /// An error on a line.
    public init(line: Int, _ description: String) {
        self.line = line
        self.description = description
    }
}

/// What an XML file may hold before it is refused.
public struct XMLLimits: Sendable {
    /// Most elements inside each other.
    public var depth = 64
    /// Most bytes of one tag with its attributes.
    public var tagSize = 1 << 20
    /// Most attributes of one element.
    public var attributes = 64

    /// The limits named above.
    public init() {}
}
