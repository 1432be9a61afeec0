/// The files of an upload that may be ion images, and those that are not.
struct Candidates: Sendable {
    /// Text files, in the order of the upload.
    var images: [SourceFile] = []
    /// Files of other kinds.
    var others: [SourceFile] = []
    /// What to call the measurement if the files' names do not say: an archive's name.
    var fallbackName: String?

    private static let textEndings = ["txt", "asc", "ascii", "dat", "xyz", "csv", "tsv"]
    /// What to send.
    private static let expected =
        "Send a .zip or .tar.gz of SurfaceLab ASCII exports, one file an ion; or an .imzML file with"
        + " its .ibd file; or a TIFF stack; or a BIF6 file; or an .npz of the arrays cube and mz."
    /// Names of text files that come with data and hold none.
    private static let proseNames = ["readme", "license", "licence", "notes", "changelog"]

    /// The members of an archive: `.txt` files, or other plain text where there are none.
    init(archive name: String, members: [SourceFile]) throws(ImportError) {
        images = members.filter { $0.ending == "txt" }
        if images.isEmpty {
            images = members.filter { Self.textEndings.contains($0.ending) }
        }
        let chosen = Set(images.map(\.name))
        others = members.filter { !chosen.contains($0.name) }
        setProseAside()
        fallbackName = Self.stem(of: name)
        if images.isEmpty { throw try diagnosis() }
    }

    /// Files sent one by one.
    init(files: [SourceFile]) throws(ImportError) {
        for file in files where !file.isLeftover {
            switch FileFormat(head: try file.head()) {
            case .text: images.append(file)
            case .empty where file.ending == "txt" || files.count == 1:
                throw ImportError(
                    .malformed, "A file is empty.",
                    places: [.init(file: file.shownName, line: nil, detail: "0 bytes")])
            default: others.append(file)
            }
        }
        setProseAside()
        if images.isEmpty { throw try diagnosis() }
        for file in others {
            let format = FileFormat(head: try file.head())
            guard format.isArchive else { continue }
            throw ImportError(
                .malformed, "An archive must be the only file of an upload.",
                places: [.init(file: file.shownName, line: nil, detail: format.text)])
        }
    }

    private mutating func setProseAside() {
        others += images.filter(Self.isProse)
        images.removeAll(where: Self.isProse)
    }

    /// Whether a file is text about the data by its name.
    static func isProse(_ file: SourceFile) -> Bool {
        let stem = stem(of: file.name)?.lowercased() ?? ""
        return proseNames.contains { stem.hasPrefix($0) }
    }

    /// The last part of a path without its ending; nil where nothing is left.
    static func stem(of path: String) -> String? {
        var name = path.split(separator: "/").last ?? ""
        if let point = name.lastIndex(of: "."), point != name.startIndex { name = name[..<point] }
        return name.isEmpty ? nil : String(name)
    }

    /// Why an upload without ASCII images is refused: the first known format among its files.
    func diagnosis() throws(ImportError) -> ImportError {
        guard !others.isEmpty else {
            return ImportError(
                .malformed,
                "There is no ASCII ion image (.txt) in it. \(Self.expected)")
        }
        var places: [ImportError.Place] = []
        var onlyArchives = true
        for file in others.prefix(20) {
            let format = FileFormat(head: try file.head())
            if !format.isArchive { onlyArchives = false }
            if case .known(let name) = format, name != "JSON", name != "XML" {
                return ImportError(
                    .unsupported, "The upload's format \(FileFormat.advice(for: name)).",
                    places: [.init(file: file.shownName, line: nil, detail: name)])
            }
            places.append(.init(file: file.shownName, line: nil, detail: format.text))
        }
        let what =
            onlyArchives
            ? "It holds archives only; archives inside an archive are not read."
            : "There is no ASCII ion image (.txt) in it."
        return ImportError(
            .malformed,
            "\(what) \(Self.expected)",
            places: places)
    }
}

extension FileFormat {
    /// A few words for a message.
    fileprivate var text: String {
        switch self {
        case .empty: "empty"
        case .zip: "a zip archive"
        case .tar: "a tar archive"
        case .gzip: "gzip"
        case .text: "text, but not an ion image"
        case .tiff: "a TIFF image"
        case .binary: "unknown binary data"
        case .known(let name): name
        }
    }
}
