import Bytes

/// One file to read: an uploaded one or a member of an archive.
struct SourceFile: Sendable {
    /// Where its bytes are.
    enum Place: Sendable {
        case disk(ReadableFile)
        case member(ZipArchive, ZipArchive.Entry)
    }

    /// What the client calls it, with its folders; not made printable.
    let name: String
    /// Where its bytes are.
    let place: Place

    /// Most bytes of one file: an 8,192 x 8,192 image of long lines.
    static let largestSize = 1_500_000_000

    /// Bytes, unpacked.
    var size: Int {
        switch place {
        case .disk(let file): file.size
        case .member(_, let entry): entry.size
        }
    }

    /// The name fit for a message.
    var shownName: String {
        name.isEmpty ? "the file without a name" : printable(name, limit: 120)
    }

    /// The first bytes.
    func head() throws(ImportError) -> [UInt8] {
        switch place {
        case .disk(let file):
            do throws(FileError) {
                return try file.read(min(FileFormat.headSize, file.size), at: 0)
            } catch { throw ImportError(file: error, name: shownName) }
        case .member(let archive, let entry):
            var head: [UInt8] = []
            do throws(ZipError) {
                try archive.stream(entry) { piece in
                    head.append(contentsOf: piece.prefix(FileFormat.headSize - head.count))
                    return head.count < FileFormat.headSize
                }
            } catch { throw ImportError(zip: error) }
            return head
        }
    }

    /// All bytes.
    func bytes() throws(ImportError) -> [UInt8] {
        guard size <= Self.largestSize else {
            throw ImportError(
                .tooLarge, "A file has more than \(Self.largestSize) bytes.",
                places: [.init(file: shownName, line: nil, detail: "\(size) bytes")])
        }
        switch place {
        case .disk(let file):
            do throws(FileError) {
                return try file.read(file.size, at: 0)
            } catch { throw ImportError(file: error, name: shownName) }
        case .member(let archive, let entry):
            do throws(ZipError) {
                return try archive.read(entry, limit: Self.largestSize)
            } catch { throw ImportError(zip: error) }
        }
    }

    /// Whether it is something an operating system leaves beside files.
    var isLeftover: Bool {
        let parts = name.split(separator: "/")
        if parts.contains(where: { $0.hasPrefix(".") || $0 == "__MACOSX" }) { return true }
        return ["thumbs.db", "desktop.ini"].contains(parts.last?.lowercased() ?? "")
    }

    /// The last part of its name after the point, in lower case; empty without one.
    var ending: String {
        let last = name.split(separator: "/").last ?? ""
        return last.lastIndex(of: ".").map { last[last.index(after: $0)...].lowercased() } ?? ""
    }
}

extension ImportError {
    /// What the reader of the upload's own file met: a fault of this machine, not of the data.
    init(file error: FileError, name: String) {
        self.init(
            .malformed, "A file of the upload cannot be read.",
            places: [.init(file: name, line: nil, detail: error.description)])
    }

    /// What is wrong with an archive.
    init(zip error: ZipError) {
        let kind: Kind =
            switch error.problem {
            case .tooMany, .tooLarge, .ratio: .tooLarge
            case .method: .unsupported
            default: .malformed
            }
        let places = error.member.map { member in
            [Place(file: member, line: nil, detail: error.description)]
        }
        self.init(kind, "The \(error.description).", places: places ?? [])
    }
}
