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
        let isZip = FileFormat(head: try sources[0].head()) == .zip
        sources = try Self.unpackingSingles(sources, folder: folder)
        let format = files.count == 1 ? FileFormat(head: try sources[0].head()) : .text
        guard format.isArchive else {
            self.files = sources
            archiveName = nil
            return
        }
        guard format != .zip || isZip else {
            throw ImportError(
                .malformed, "It holds archives only; archives inside an archive are not read.",
                places: [.init(file: sources[0].shownName, line: nil, detail: "a zip archive")])
        }
        let members = try Self.members(of: files[0], sources[0], format)
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

    /// The files, those compressed by gzip unpacked: of a tar archive, or of one file each.
    private static func unpackingSingles(
        _ files: [SourceFile], folder: String
    ) throws(ImportError) -> [SourceFile] {
        var result: [SourceFile] = []
        // All of them together may unpack to what one archive may.
        var limits = ZipLimits()
        for file in files {
            guard case .disk(let packed) = file.place, FileFormat(head: try file.head()) == .gzip
            else {
                result.append(file)
                continue
            }
            do throws(TarError) {
                let name = file.ending == "gz" ? String(file.name.dropLast(3)) : file.name
                let unpacked = try packed.gunzipped(folder: folder, limits: limits)
                limits.totalSize -= unpacked.size
                result.append(SourceFile(name: name, place: .disk(unpacked)))
            } catch { throw ImportError(tar: error) }
        }
        return result
    }

    private static func members(
        of file: UploadedFile, _ source: SourceFile, _ format: FileFormat
    ) throws(ImportError) -> [SourceFile] {
        guard case .disk(let readable) = source.place else { return [] }
        guard format == .zip else {
            do throws(TarError) {
                let archive = try TarArchive(file: readable)
                return archive.entries.map {
                    SourceFile(name: $0.name, place: .tarMember(archive, $0))
                }
            } catch { throw ImportError(tar: error) }
        }
        do throws(ZipError) {
            let archive = try ZipArchive(path: file.path)
            return archive.entries.map { SourceFile(name: $0.name, place: .member(archive, $0)) }
        } catch { throw ImportError(zip: error) }
    }

    /// The folder a file lies in.
    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
