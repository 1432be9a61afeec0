/// What is wrong with a zip archive, and in which member.
public struct ZipError: Error, Sendable, Equatable {
    /// The kinds of wrong.
    public enum Problem: Sendable, Equatable {
        /// There is no end-of-archive record: not a zip, or cut off.
        case notAnArchive
        /// The records contradict each other or the format; the text says how.
        case malformed(String)
        /// The member's name is not acceptable; the text says why.
        case name(String)
        /// Two members have one name.
        case duplicate
        /// A link, a device or another thing that is neither file nor folder.
        case specialFile
        /// It needs a password.
        case encrypted
        /// Compressed by a method other than 0 (stored) and 8 (deflate).
        case method(Int)
        /// More members than allowed.
        case tooMany(limit: Int)
        /// Unpacks to more bytes than allowed.
        case tooLarge(limit: Int)
        /// Claims to unpack to more than deflate can hold in that many bytes, or than allowed.
        case ratio
        /// The unpacked bytes are not as many as both headers say.
        case size
        /// The unpacked bytes do not have the check sum of the headers.
        case checksum
        /// The deflated data are damaged or end too early or too late.
        case data(DeflateError)
        /// The system refused to read.
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

extension ZipError: CustomStringConvertible {
    /// "member a/b.txt: the check sum is wrong".
    public var description: String {
        guard let member else { return "zip archive: \(text)" }
        return "zip archive, member \(member): \(text)"
    }

    private var text: String {
        switch problem {
        case .notAnArchive: "no end-of-archive record: not a zip archive, or one that is cut off"
        case .malformed(let what): what
        case .name(let why): "refused name: \(why)"
        case .duplicate: "there are two members of this name"
        case .specialFile: "a link or special file, not a plain file"
        case .encrypted: "encrypted; make the archive without a password"
        case .method(let number):
            "compression method \(number); only stored (0) and deflate (8) are read"
        case .tooMany(let limit): "more than \(limit) members"
        case .tooLarge(let limit): "unpacks to more than \(limit) bytes"
        case .ratio: "claims to unpack to more than its compressed bytes can hold"
        case .size: "unpacks to another size than its header says"
        case .checksum: "the check sum (CRC-32) is wrong"
        case .data(let error): error.description
        case .file(let error): error.description
        }
    }
}

/// Text fit for a message: control characters become `?`, and it is cut after `limit` characters.
public func printable(_ text: String, limit: Int) -> String {
    var result = ""
    var count = 0
    for scalar in text.unicodeScalars {
        guard count < limit else { return result + "…" }
        let value = scalar.value
        let hidden = value < 0x20 || (0x7F...0x9F).contains(value) || isFormatting(value)
        result.unicodeScalars.append(hidden ? "?" : scalar)
        count += 1
    }
    return result
}

/// Marks that change how the text around them is shown: bidirectional controls and the like.
private func isFormatting(_ value: UInt32) -> Bool {
    (0x200B...0x200F).contains(value) || (0x2028...0x202E).contains(value)
        || (0x2060...0x206F).contains(value) || value == 0xFEFF
}
