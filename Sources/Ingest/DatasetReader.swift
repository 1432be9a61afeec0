import Bytes

/// Reads an upload into ion images.
public enum DatasetReader {
    /// Reads SurfaceLab ASCII images, an imzML pair, NumPy arrays, TIFF images or a BIF6 file: as one
    /// `.zip`, `.tar`, `.tar.gz` or `.npz`, compressed by `.gz`, or as files sent one by one.
    ///
    /// What a file is, is told from its bytes, and the parts of a set from their endings. Memory is
    /// the images, and at most 256 MiB of text (or one larger file), one plane of an array, or
    /// 512 MiB of sums of spectra; what must be read out of order is unpacked to a scratch file.
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
        var dataset = try read(contents, options, gate)
        if options.layers != nil, dataset.format != "imzml", dataset.layers == 1,
            dataset.format != "surfacelab-ascii", dataset.format != "tiff"
        {
            dataset.warnings.append("The data have no layers in depth: all of them are taken.")
        }
        return dataset
    }

    private static func read(
        _ contents: UploadContents, _ options: ImportOptions, _ gate: ProgressGate
    ) throws(ImportError) -> ImportedDataset {
        if ImzMLPair.accepts(contents.files) {
            return try ImzMLReader(options: options, progress: gate).read(contents)
        }
        if ArraySetReader.accepts(contents.files) {
            return try ArraySetReader(options: options, progress: gate).read(contents)
        }
        if try BIF6Reader.accepts(contents.files) {
            return try BIF6Reader(options: options, progress: gate).read(contents)
        }
        if try TiffSetReader.accepts(contents.files) {
            return try TiffSetReader(options: options, progress: gate).read(contents)
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
