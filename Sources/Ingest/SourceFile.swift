import Bytes
import Glibc

/// One file to read: an uploaded one or a member of an archive.
struct SourceFile: Sendable {
    /// Where its bytes are.
    enum Place: Sendable {
        case disk(ReadableFile)
        case member(ZipArchive, ZipArchive.Entry)
        case tarMember(TarArchive, TarArchive.Entry)
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
        case .tarMember(_, let entry): entry.size
        }
    }

    /// Whether it is a folder of an archive.
    var isFolder: Bool {
        switch place {
        case .disk: false
        case .member(_, let entry): entry.isDirectory
        case .tarMember(_, let entry): entry.isDirectory
        }
    }

    /// The name fit for a message.
    var shownName: String {
        name.isEmpty ? "the file without a name" : printable(name, limit: 120)
    }

    /// The first bytes.
    func head() throws(ImportError) -> [UInt8] {
        if case .member = place {
            var head: [UInt8] = []
            try stream { piece in
                head.append(contentsOf: piece.prefix(FileFormat.headSize - head.count))
                return head.count < FileFormat.headSize
            }
            return head
        }
        return try read(min(FileFormat.headSize, size))
    }

    /// All bytes.
    func bytes() throws(ImportError) -> [UInt8] {
        guard size <= Self.largestSize else {
            throw ImportError(
                .tooLarge, "A file has more than \(Self.largestSize) bytes.",
                places: [.init(file: shownName, line: nil, detail: "\(size) bytes")])
        }
        guard case .member(let archive, let entry) = place else { return try read(size) }
        do throws(ZipError) {
            return try archive.read(entry, limit: Self.largestSize)
        } catch { throw ImportError(zip: error) }
    }

    /// Hands over the bytes in pieces; `body` answers false to stop early. Memory is constant.
    ///
    /// What was handed over before an error must be thrown away.
    func stream(_ body: (UnsafeRawBufferPointer) -> Bool) throws(ImportError) {
        switch place {
        case .member(let archive, let entry):
            do throws(ZipError) {
                try archive.stream(entry, body)
            } catch { throw ImportError(zip: error) }
        case .disk(let file): try stream(file, from: 0, body)
        case .tarMember(let archive, let entry): try stream(archive.file, from: entry.offset, body)
        }
    }

    /// The bytes on disk, for reading at any place; a member of a zip archive is unpacked to a
    /// scratch file and checked.
    func onDisk(scratch folder: String) throws(ImportError) -> FileSlice {
        switch place {
        case .disk(let file): return FileSlice(file: file, offset: 0, size: file.size)
        case .tarMember(let archive, let entry):
            return FileSlice(file: archive.file, offset: entry.offset, size: entry.size)
        case .member: break
        }
        let scratch: ScratchFile
        do throws(FileError) {
            scratch = try ScratchFile(folder: folder)
        } catch { throw ImportError(file: error, name: shownName) }
        var failure: FileError?
        try stream { piece in
            do throws(FileError) { try scratch.write(piece) } catch { failure = error }
            return failure == nil
        }
        if let failure { throw ImportError(file: failure, name: shownName) }
        return FileSlice(file: scratch.finish(), offset: 0, size: size)
    }

    /// The first bytes of a file that lies on disk unpacked.
    private func read(_ count: Int) throws(ImportError) -> [UInt8] {
        do throws(FileError) {
            switch place {
            case .disk(let file): return try file.read(count, at: 0)
            case .tarMember(let archive, let entry):
                return try archive.file.read(count, at: entry.offset)
            case .member: preconditionFailure("a member of a zip archive is unpacked")
            }
        } catch { throw ImportError(file: error, name: shownName) }
    }

    private func stream(
        _ file: ReadableFile, from start: Int, _ body: (UnsafeRawBufferPointer) -> Bool
    ) throws(ImportError) {
        let pieceSize = 256 << 10
        var done = 0
        while done < size {
            let piece: [UInt8]
            do throws(FileError) {
                piece = try file.read(min(pieceSize, size - done), at: start + done)
            } catch { throw ImportError(file: error, name: shownName) }
            guard piece.withUnsafeBytes(body) else { return }
            done += piece.count
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

/// A part of a file on disk.
struct FileSlice: Sendable {
    /// The file.
    let file: ReadableFile
    /// Where the part begins.
    let offset: Int
    /// Its bytes.
    let size: Int
}

extension ImportError {
    /// What the reader of the upload's own file met.
    init(file error: FileError, name: String) {
        self =
            ImportError(machine: error)
            ?? ImportError(
                .malformed, "A file of the upload cannot be read.",
                places: [.init(file: name, line: nil, detail: error.description)])
    }

    /// A fault of this machine, not of the data; nil for a file that is not there or too short.
    private init?(machine error: FileError) {
        if error.isNoSpace {
            self.init(.noRoom, "There is no room to unpack the upload; nothing was kept of it.")
            return
        }
        guard let number = error.errorNumber, ![ENOENT, EACCES, EISDIR, ENOTDIR].contains(number)
        else { return nil }
        self.init(
            .unreadable, "The service could not read the upload.",
            places: [.init(file: "", line: nil, detail: error.description)])
    }

    /// What is wrong with a tar archive.
    init(tar error: TarError) {
        if case .file(let failure) = error.problem, let fault = ImportError(machine: failure) {
            self = fault
            return
        }
        let kind: Kind =
            switch error.problem {
            case .tooMany, .tooLarge: .tooLarge
            default: .malformed
            }
        let places = error.member.map { member in
            [Place(file: member, line: nil, detail: error.description)]
        }
        self.init(kind, "The \(error.description).", places: places ?? [])
    }

    /// What is wrong with a zip archive.
    init(zip error: ZipError) {
        if case .file(let failure) = error.problem, let fault = ImportError(machine: failure) {
            self = fault
            return
        }
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
