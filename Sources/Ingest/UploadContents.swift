import Bytes

/// The files of an upload: those that were sent, or the members of the one archive.
struct UploadContents: Sendable {
    /// The files, without folders and leftovers.
    let files: [SourceFile]
    /// What the client calls the archive; nil where the files came one by one.
    let archiveName: String?
    /// The folder the upload lies in.
    let folder: String

    /// Opens files, and the archive if there is only one file and it is one.
    init(_ files: [UploadedFile]) throws(ImportError) {
        guard !files.isEmpty else { throw ImportError(.malformed, "The upload holds no file.") }
        var sources: [SourceFile] = []
        for file in files { sources.append(try Self.open(file)) }
        folder = Self.folder(of: files[0].path)
        let format = files.count == 1 ? FileFormat(head: try sources[0].head()) : .text
        guard format.isArchive else {
            self.files = sources
            archiveName = nil
            return
        }
        let members = try Self.members(of: files[0], format)
        guard !members.isEmpty else { throw ImportError(.malformed, "The archive is empty.") }
        self.files = members.filter { !$0.isFolder && !$0.isLeftover }
        archiveName = files[0].name
    }

    private static func open(_ file: UploadedFile) throws(ImportError) -> SourceFile {
        do throws(FileError) {
            return SourceFile(name: file.name, place: .disk(try ReadableFile(path: file.path)))
        } catch {
            throw ImportError(file: error, name: printable(file.name, limit: 120))
        }
    }

    private static func members(
        of file: UploadedFile, _ format: FileFormat
    ) throws(ImportError) -> [SourceFile] {
        guard format == .zip else { return try tarMembers(of: file, format) }
        do throws(ZipError) {
            let archive = try ZipArchive(path: file.path)
            return archive.entries.map { SourceFile(name: $0.name, place: .member(archive, $0)) }
        } catch { throw ImportError(zip: error) }
    }

    private static func tarMembers(
        of file: UploadedFile, _ format: FileFormat
    ) throws(ImportError) -> [SourceFile] {
        guard case .disk(let readable) = try open(file).place else { return [] }
        do throws(TarError) {
            let archive =
                format == .gzip
                ? try TarArchive(gzip: readable, folder: folder(of: file.path))
                : try TarArchive(file: readable)
            return archive.entries.map { SourceFile(name: $0.name, place: .tarMember(archive, $0)) }
        } catch { throw ImportError(tar: error) }
    }

    /// The folder a file lies in.
    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
