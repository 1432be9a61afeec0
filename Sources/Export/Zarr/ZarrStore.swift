import Bytes

/// A Zarr hierarchy (version 2 of the format) in a zip archive whose members are stored: chunks are
/// zlib streams, and all metadata are also in `.zmetadata` (consolidated format 1).
///
/// Chunks are written as they come, so that none is held. The same calls give the same bytes.
struct ZarrStore {
    private var zip: ZipWriter
    private let root: String
    private var metadata: [JSON.Member] = []

    /// Level of compression; counts pack nearly as well as at 6, in half the time.
    private static let level = 4
    /// Most bytes of a chunk of a matrix: a reader of some rows need not read all.
    private static let chunkBytes = 4 << 20

    /// A hierarchy in an archive; below a folder of it (`cells.zarr/`), or at its root.
    init(into zip: ZipWriter, folder: String = "") {
        self.zip = zip
        root = folder
    }

    /// Adds a group; `path` is empty for the root.
    mutating func group(
        _ path: String, _ attributes: [JSON.Member] = []
    ) throws(FileError) {
        try describe(path, ".zgroup", ["zarr_format": 2])
        try describe(path, ".zattrs", .object(attributes))
    }

    /// Adds an array of one chunk with its values.
    ///
    /// - Precondition: as many values as the shape says.
    mutating func array(
        _ path: String, _ values: ZarrValues, shape: [Int], separator: String = ".",
        _ attributes: [JSON.Member] = []
    ) throws(FileError) {
        precondition(values.count == shape.reduce(1, *), "as many values as the shape says")
        try describe(
            path, type: values.type, shape: shape, chunk: shape.map { max($0, 1) },
            separator: separator, attributes)
        if values.count > 0 {
            try add(path, chunk: shape.map { _ in 0 }, separator: separator, values.bytes)
        }
    }

    /// Adds a matrix whose rows are asked for some at a time, in order.
    mutating func matrix(
        _ path: String, _ matrix: AnnData.Matrix, rows: Int, _ attributes: [JSON.Member]
    ) throws(FileError) {
        let width = max(matrix.columns, 1) * matrix.type.itemSize
        let most = max(1, min(rows, Self.chunkBytes / width))
        try describe(
            path, type: matrix.type.rawValue, shape: [rows, matrix.columns],
            chunk: [most, max(matrix.columns, 1)], attributes)
        guard matrix.columns > 0 else { return }
        for (chunk, start) in stride(from: 0, to: rows, by: most).enumerated() {
            var bytes = matrix.rows(start..<min(start + most, rows)).bytes
            // The last chunk is filled up.
            bytes += repeatElement(0, count: most * width - bytes.count)
            try add(path, chunk: [chunk, 0], bytes)
        }
    }

    /// Adds the description of an array whose chunks are given by `add`; those that are not are zero.
    mutating func describe(
        _ path: String, type: String, shape: [Int], chunk: [Int], separator: String = ".",
        _ attributes: [JSON.Member] = []
    ) throws(FileError) {
        let isText = type == "|O"
        var document: [JSON.Member] = [
            .init("zarr_format", 2), .init("shape", .array(shape.map { .int($0) })),
            .init("chunks", .array(chunk.map { .int($0) })), .init("dtype", .string(type)),
            .init("fill_value", isText ? "" : 0), .init("order", "C"),
            .init("filters", isText ? [["id": "vlen-utf8"]] : .null),
            .init("compressor", ["id": "zlib", "level": .int(Self.level)]),
        ]
        if separator != "." {
            document.append(.init("dimension_separator", .string(separator)))
        }
        try describe(path, ".zarray", .object(document))
        try describe(path, ".zattrs", .object(attributes))
    }

    /// Adds one chunk of an array.
    mutating func add(
        _ path: String, chunk place: [Int], separator: String = ".", _ bytes: [UInt8]
    ) throws(FileError) {
        let name = place.isEmpty ? "0" : place.map(String.init).joined(separator: separator)
        try put("\(path)/\(name)", Deflate.compress(bytes, level: Self.level))
    }

    /// The archive with the consolidated metadata; nothing can be added to the hierarchy afterwards.
    mutating func finish() throws(FileError) -> ZipWriter {
        let document: JSON = [
            "zarr_consolidated_format": 1, "metadata": .object(metadata),
        ]
        try put(".zmetadata", document.encoded)
        return zip
    }

    private mutating func put(_ name: String, _ bytes: [UInt8]) throws(FileError) {
        try zip.add(root + name, bytes, compression: .stored)
    }

    private mutating func describe(
        _ path: String, _ name: String, _ document: JSON
    ) throws(FileError) {
        let key = path.isEmpty ? name : "\(path)/\(name)"
        metadata.append(.init(key, document))
        try put(key, document.encoded)
    }
}
