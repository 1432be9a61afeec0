import Bytes
import Export
import Imaging
public import Store

extension Workbench {
    /// The forms of all ion images of a dataset in one file, the default first.
    public static let imageForms = ["npz", "npy", "tif", "ome.tif", "imzml.zip"]

    /// A name for files of a dataset, without an ending.
    public func fileName(of dataset: DatasetRecord) -> String { FileNames.safe(dataset.name) }

    /// All ion images of a dataset in one file.
    ///
    /// - Throws: `.notAcceptable` for imzML of a dataset whose channels have no m/z; `.storageFull`.
    /// - Complexity: O(ions x pixels); holds one image, for imzML also `blockBytes` of spectra.
    public func images(
        _ dataset: DatasetRecord, form: String
    ) throws(WorkbenchError) -> ResultContent {
        let ions = try ions(of: dataset)
        let types = try WorkbenchError.storing { () throws(StoreError) in
            try store.imageTypes(dataset: dataset.id)
        }
        let type = ImageType(holding: types.compactMap(ImageType.init(rawValue:)))
        switch form {
        case "npy": return try cube(dataset, ions, type)
        case "tif", "ome.tif": return try stack(dataset, ions, type, isOME: form == "ome.tif")
        case "imzml.zip": return try imzML(dataset, ions, type)
        default: return try arrays(dataset, ions, type)
        }
    }

    private func cube(
        _ dataset: DatasetRecord, _ ions: [IonRecord], _ type: ImageType
    ) throws(WorkbenchError) -> ResultContent {
        try scratchFile { file throws(WorkbenchError) in
            func write(_ bytes: [UInt8]) throws(WorkbenchError) {
                try WorkbenchError.filing { () throws(FileError) in try file.write(bytes) }
            }
            try write(CubeWriter.header(grid: dataset.grid, images: ions.count, type: type))
            try eachImage(dataset, ions.map(\.index)) { image throws(WorkbenchError) in
                try write(CubeWriter.plane(image, type: type))
            }
        }
    }

    private func arrays(
        _ dataset: DatasetRecord, _ ions: [IonRecord], _ type: ImageType
    ) throws(WorkbenchError) -> ResultContent {
        try archive { zip throws(WorkbenchError) in
            let target = zip
            var writer = try WorkbenchError.filing { () throws(FileError) in
                try CubeWriter(
                    grid: dataset.grid, channels: ions.map(\.channel), type: type, into: target)
            }
            try eachImage(dataset, ions.map(\.index)) { image throws(WorkbenchError) in
                try WorkbenchError.filing { () throws(FileError) in try writer.add(image) }
            }
            zip = try WorkbenchError.filing { () throws(FileError) in try writer.finish() }
        }
    }

    private func stack(
        _ dataset: DatasetRecord, _ ions: [IonRecord], _ type: ImageType, isOME: Bool
    ) throws(WorkbenchError) -> ResultContent {
        try scratchFile { file throws(WorkbenchError) in
            var writer = try WorkbenchError.filing { () throws(FileError) in
                try TIFFStackWriter(
                    grid: dataset.grid,
                    labels: ions.map { ion in
                        // Software reads an m/z back from an OME channel's name; people read titles.
                        isOME
                            ? ion.channel.mz.map { "\($0)" } ?? ion.channel.name
                            : ion.channel.title
                    },
                    type: type, form: isOME ? .ome(name: dataset.name) : .imageJ, into: file)
            }
            try eachImage(dataset, ions.map(\.index)) { image throws(WorkbenchError) in
                try WorkbenchError.filing { () throws(FileError) in try writer.add(image) }
            }
            try WorkbenchError.filing { () throws(FileError) in try writer.finish() }
        }
    }

    /// Bytes of spectra held at once: images are unpacked once for each such block.
    private static let blockBytes = 128 << 20

    private func imzML(
        _ dataset: DatasetRecord, _ ions: [IonRecord], _ type: ImageType
    ) throws(WorkbenchError) -> ResultContent {
        let chosen = ions.filter { $0.channel.mz != nil }
        guard !chosen.isEmpty else {
            throw .notAcceptable(
                "imzML holds channels by their m/z, and no channel of this dataset has one",
                available: Self.imageForms.filter { $0 != "imzml.zip" })
        }
        let type = type.floating
        let grid = dataset.grid
        let pixels = max(1, Self.blockBytes / (chosen.count * type.size))
        return try archive { zip throws(WorkbenchError) in
            let target = zip
            var writer = try WorkbenchError.filing { () throws(FileError) in
                try ImzMLWriter(
                    name: FileNames.safe(dataset.name), grid: grid,
                    masses: chosen.compactMap(\.channel.mz), type: type,
                    polarity: dataset.polarity, software: (Software.name, Software.version),
                    seed: "imzML \(dataset.sha256) \(dataset.optionsKey)", into: target)
            }
            for start in stride(from: 0, to: grid.count, by: pixels) {
                var block = SpectraBlock(
                    pixels: start..<min(start + pixels, grid.count), channels: chosen.count,
                    type: type)
                for (channel, ion) in chosen.enumerated() {
                    try checkRoom()
                    block.set(channel, try image(dataset, ion: ion.index))
                }
                try WorkbenchError.filing { () throws(FileError) in try writer.add(block) }
            }
            zip = try WorkbenchError.filing { () throws(FileError) in try writer.finish() }
        }
    }
}

/// Names of files made from names that people gave.
public enum FileNames {
    /// The letters, digits, `-`, `_` and `.` of a name in ASCII, runs of others as one `_`: at most 80,
    /// not hidden, never empty.
    public static func safe(_ name: String) -> String {
        var result = ""
        for scalar in name.unicodeScalars where result.utf8.count < 80 {
            let isPlain =
                scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "-_.".unicodeScalars.contains(scalar))
            if isPlain {
                result.unicodeScalars.append(scalar)
            } else if !result.hasSuffix("_") {
                result += "_"
            }
        }
        let trimmed = result.drop { "._-".contains($0) }
        return trimmed.isEmpty ? "dataset" : String(trimmed)
    }
}
