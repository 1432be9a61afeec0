import Bytes

/// The archive of everything of an analysis while it is written: members under one folder, a list of
/// what they are, and their check sums.
struct BundleWriter {
    /// The folder all members are in.
    let folder: String
    private(set) var contents: [(path: String, meaning: String)] = []
    private var sums = ""

    init(folder: String) { self.folder = folder }

    /// Adds a member with what it is, for the list.
    mutating func add(
        _ path: String, _ bytes: [UInt8], _ meaning: String, to zip: inout ZipWriter
    ) throws(WorkbenchError) {
        contents.append((path, meaning))
        try put(path, bytes, to: &zip)
    }

    /// Tells of a folder whose members are added by others.
    mutating func tell(_ path: String, _ meaning: String) { contents.append((path, meaning)) }

    /// Adds the list of what there is, with some text before it, and the check sums.
    mutating func finish(_ text: String, to zip: inout ZipWriter) throws(WorkbenchError) {
        let width = contents.map(\.path.count).max() ?? 0
        var readme = text + "\nFILES\n\n"
        for entry in contents {
            let gap = String(repeating: " ", count: width - entry.path.count + 2)
            readme += "  \(entry.path)\(gap)\(entry.meaning)\n"
        }
        readme += "\nSHA256SUMS holds the check sums: sha256sum -c SHA256SUMS\n"
        try put("README.txt", Array(readme.utf8), to: &zip)
        try WorkbenchError.filing { () throws(FileError) in
            try zip.add(folder + "SHA256SUMS", Array(sums.utf8))
        }
    }

    private mutating func put(
        _ path: String, _ bytes: [UInt8], to zip: inout ZipWriter
    ) throws(WorkbenchError) {
        var hash = SHA256()
        hash.update(bytes)
        sums += "\(hash.hexadecimal)  \(path)\n"
        let isPacked = [".png", ".tif"].contains { path.hasSuffix($0) }
        try WorkbenchError.filing { () throws(FileError) in
            try zip.add(
                folder + path, bytes, compression: isPacked ? .stored : .deflate(level: 6))
        }
    }
}
