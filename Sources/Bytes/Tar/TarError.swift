/// What is wrong with a tar archive, and in which member.
public struct TarError: Error, Sendable, Equatable {
    /// The kinds of wrong.
    public enum Problem: Sendable, Equatable {
        /// The headers contradict the format; the text says how.
        case malformed(String)
        /// The member's name is not acceptable; the text says why.
        case name(String)
        /// Two members have one name.
        case duplicate
        /// A link, a device or another thing that is neither file nor folder.
        case specialFile
        /// More members than allowed.
        case tooMany(limit: Int)
        /// Unpacks to more bytes than allowed.
        case tooLarge(limit: Int)
        /// The gzip data around it are damaged or end too early.
        case data(DeflateError)
        /// The system refused to read or write.
        case file(FileError)
    }

    /// The member, as far as it has a name; made printable and short.
    public let member: String?
    /// What is wrong.
    public let problem: Problem

    /// A problem with the archive (`member` nil) or with one member.
    public init(_ problem: Problem, member: String? = nil) {
        self.problem = problem
        self.member = member.map { printable($0, limit: 120) }
    }
}

extension TarError: CustomStringConvertible {
    /// "tar archive, member a/b.txt: a link or special file, not a plain file".
    public var description: String {
        guard let member else { return "tar archive: \(text)" }
        return "tar archive, member \(member): \(text)"
    }

    private var text: String {
        switch problem {
        case .malformed(let what): what
        case .name(let why): "refused name: \(why)"
        case .duplicate: "there are two members of this name"
        case .specialFile: "a link or special file, not a plain file"
        case .tooMany(let limit): "more than \(limit) members"
        case .tooLarge(let limit): "unpacks to more than \(limit) bytes"
        case .data(let error): error.description
        case .file(let error): error.description
        }
    }
}
