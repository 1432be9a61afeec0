import Bytes

/// A Zarr hierarchy (version 2 of the format) in a zip archive whose members are stored: chunks are
/// zlib streams, and all metadata are also in `.zmetadata` (consolidated format 1).
///
/// The same calls give the same bytes.
struct ZarrStore {
    private var zip = ZipWriter()
    private var metadata: [JSON.Member] = []

    /// Level of compression; counts pack nearly as well as at 6, in half the time.
    private static let level = 4

    /// Adds a group; `path` is empty for the root.
    mutating func group(_ path: String, _ attributes: [JSON.Member] = []) {
        describe(path, ".zgroup", ["zarr_format": 2])
        describe(path, ".zattrs", .object(attributes))
    }

    /// Adds an array with its values.
    ///
    /// - Parameter chunk: length of a chunk on every axis, or nil for one chunk; texts have one.
    /// - Precondition: as many values as the shape says.
    mutating func array(
        _ path: String, _ values: ZarrValues, shape: [Int], chunk: [Int]? = nil,
        separator: String = ".", _ attributes: [JSON.Member] = []
    ) {
        precondition(values.count == shape.reduce(1, *), "as many values as the shape says")
        let chunk = chunk ?? shape.map { max($0, 1) }
        describe(
            path, type: values.type, shape: shape, chunk: chunk, separator: separator, attributes)
        let bytes = values.bytes
        let chunks = ZarrChunks(shape: shape, chunk: chunk)
        for place in chunks.places {
            let body = values.itemSize.map { chunks.bytes(of: bytes, itemSize: $0, at: place) }
            add(path, chunk: place, separator: separator, body ?? bytes)
        }
    }

    /// Adds the description of an array whose chunks are given by `add`; those that are not are zero.
    mutating func describe(
        _ path: String, type: String, shape: [Int], chunk: [Int], separator: String = ".",
        _ attributes: [JSON.Member] = []
    ) {
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
        describe(path, ".zarray", .object(document))
        describe(path, ".zattrs", .object(attributes))
    }

    /// Adds one chunk of an array.
    mutating func add(
        _ path: String, chunk place: [Int], separator: String = ".", _ bytes: [UInt8]
    ) {
        let name = place.isEmpty ? "0" : place.map(String.init).joined(separator: separator)
        put("\(path)/\(name)", Deflate.compress(bytes, level: Self.level))
    }

    /// The archive; nothing can be added afterwards.
    mutating func finish() -> [UInt8] {
        let document: JSON = [
            "zarr_consolidated_format": 1, "metadata": .object(metadata),
        ]
        put(".zmetadata", document.encoded)
        do throws(FileError) {
            return try zip.finish()
        } catch {
            preconditionFailure("memory does not refuse: \(error)")
        }
    }

    private mutating func put(_ name: String, _ bytes: [UInt8]) {
        do throws(FileError) {
            try zip.add(name, bytes, compression: .stored)
        } catch {
            preconditionFailure("memory does not refuse: \(error)")
        }
    }

    private mutating func describe(
        _ path: String, _ name: String, _ document: JSON
    ) {
        let key = path.isEmpty ? name : "\(path)/\(name)"
        metadata.append(.init(key, document))
        put(key, document.encoded)
    }
}
