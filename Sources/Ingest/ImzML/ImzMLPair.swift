/// The two files of an imzML pair among the files of an upload.
struct ImzMLPair {
    /// The XML file.
    let description: SourceFile
    /// The binary file.
    let binary: SourceFile
    /// Names of the other files.
    let others: [String]

    /// Whether an upload holds an imzML file.
    static func accepts(_ files: [SourceFile]) -> Bool {
        files.contains { $0.ending == "imzml" || $0.ending == "ibd" }
    }

    /// Finds them, in any folder and any case.
    ///
    /// - Throws: `ImportError` where one is missing or there are several.
    init(_ files: [SourceFile]) throws(ImportError) {
        let descriptions = files.filter { $0.ending == "imzml" }
        let binaries = files.filter { $0.ending == "ibd" }
        guard descriptions.count == 1, binaries.count == 1 else {
            let shown = (descriptions + binaries).prefix(20).map {
                ImportError.Place(file: $0.shownName, line: nil, detail: "\($0.size) bytes")
            }
            throw ImportError(
                .malformed,
                "Expected one .imzML file and its .ibd file, found \(descriptions.count) and"
                    + " \(binaries.count): send the pair in one .zip or .tar, or as two files of a"
                    + " form.", places: Array(shown))
        }
        description = descriptions[0]
        binary = binaries[0]
        others = files.filter { !["imzml", "ibd"].contains($0.ending) }.map(\.shownName)
    }
}
