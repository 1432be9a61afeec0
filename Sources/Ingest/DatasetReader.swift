import Bytes

/// Reads an upload into ion images.
public enum DatasetReader {
    /// Reads one archive, or one or many ASCII files.
    ///
    /// What a file is, is told from its bytes. The files of an archive are unpacked and parsed on
    /// all cores; memory is the images, and at most 256 MiB of text at a time (or one larger file).
    /// - Parameters:
    ///   - files: what was uploaded.
    ///   - options: how to read it.
    ///   - progress: gets the part done, 0...1, never falling, one call at a time but on any
    ///     thread; answers false to stop.
    /// - Throws: `ImportError`, with files and lines.
    public static func read(
        files: [UploadedFile], options: ImportOptions,
        progress: @escaping @Sendable (Double) -> Bool
    ) throws(ImportError) -> ImportedDataset {
        if let size = options.pixelSizeMicrometres {
            guard size.isFinite, size > 0, size <= 1e6 else {
                throw ImportError(
                    .malformed, "A pixel size is above 0 and at most 1,000,000 micrometres.")
            }
        }
        let contents = try UploadContents(files)
        let gate = ProgressGate(progress)
        if ArraySetReader.accepts(contents.files) {
            return try ArraySetReader(options: options, progress: gate).read(contents)
        }
        var candidates =
            if let archive = contents.archiveName {
                try Candidates(archive: archive, members: contents.files)
            } else {
                try Candidates(files: contents.files)
            }
        let reader = AsciiSetReader(options: options, progress: gate)
        return try reader.read(&candidates)
    }
}
