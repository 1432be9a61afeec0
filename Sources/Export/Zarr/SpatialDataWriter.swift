public import Bytes
public import Imaging

/// Writes a SpatialData object as one Zarr store (version 2) in a zip archive, `.sdata.zarr.zip`:
/// ion images and nuclei as OME-Zarr 0.4, cells as a table.
///
/// Images come one by one and are written at once.
public struct SpatialDataWriter {
    private var store: ZarrStore
    private let labels: LabelImage
    private let channelCount: Int
    private var added = 0

    /// Starts an object.
    ///
    /// - Parameters:
    ///   - labels: the nuclei.
    ///   - channels: a name of every image that will be added; they differ.
    ///   - software: what writes, such as `seam 0.1.0`.
    ///   - folder: where in the archive, such as `section.sdata.zarr/`; empty for its root.
    public init(
        labels: LabelImage, channels: [String], software: String, into zip: ZipWriter,
        folder: String = ""
    ) throws(FileError) {
        store = ZarrStore(into: zip, folder: folder)
        self.labels = labels
        channelCount = channels.count
        let version: JSON = ["version": "0.1", "spatialdata_software_version": .string(software)]
        try store.group("", [.init("spatialdata_attrs", version)])
        try store.group("images")
        try store.group("images/ions", OMEZarr.image("ions", grid: labels.grid, channels: channels))
        let plane = [labels.grid.height, labels.grid.width]
        try store.describe(
            Self.imagePath, type: "<f4", shape: [channels.count] + plane, chunk: [1] + plane,
            separator: "/")
        try store.group("labels", [.init("labels", ["nuclei"])])
        try store.group("labels/nuclei", OMEZarr.labels("nuclei", grid: labels.grid))
        try store.array(
            "labels/nuclei/s0", .uint32(labels.values.map { UInt32($0) }), shape: plane,
            separator: "/")
        try store.group("tables")
    }

    private static let imagePath = "images/ions/s0"

    /// Adds the image of the next channel, row by row.
    ///
    /// - Precondition: a value a pixel; no more images than channels.
    public mutating func add(plane: ArraySlice<Float>) throws(FileError) {
        precondition(plane.count == labels.grid.count, "a value a pixel")
        precondition(added < channelCount, "an image a channel")
        try store.add(
            Self.imagePath, chunk: [added, 0, 0], separator: "/",
            ZarrValues.float32(Array(plane)).bytes)
        added += 1
    }

    /// The archive with its table, whose column `region` names the nuclei and whose column `cell_id`
    /// holds their numbers in the label image. A table without cells names no nuclei, as SpatialData
    /// wants it.
    ///
    /// - Precondition: all images have been added.
    public mutating func finish(table: AnnData) throws(FileError) -> ZipWriter {
        precondition(added == channelCount, "an image a channel")
        var keys = [("region", "nuclei"), ("region_key", "region"), ("instance_key", "cell_id")]
        var table = table
        if table.observations.index.isEmpty {
            keys = []
        } else {
            let members = keys.map { (name: $0.0, value: AnnData.Value.text($0.1)) }
            table.unstructured.append((name: "spatialdata_attrs", value: .group(members)))
        }
        try store.add(
            table, at: "tables/table",
            [.init("spatialdata-encoding-type", "ngff:regions_table")]
                + keys.map { .init($0.0, .string($0.1)) } + [.init("version", "0.1")])
        return try store.finish()
    }
}

/// The attributes of images and label images in OME-Zarr 0.4, with the transformation SpatialData reads.
enum OMEZarr {
    /// Those of an image with axes c, y, x.
    static func image(_ name: String, grid: PixelGrid, channels: [String]) -> [JSON.Member] {
        let labels = channels.map { JSON.object([.init("label", .string($0))]) }
        return [
            multiscales(name, ["c", "y", "x"], grid),
            .init("omero", ["channels": .array(labels)]),
            .init("spatialdata_attrs", ["version": "0.2"]),
        ]
    }

    /// Those of a label image with axes y, x.
    static func labels(_ name: String, grid: PixelGrid) -> [JSON.Member] {
        [
            multiscales(name, ["y", "x"], grid), .init("image-label", ["version": "0.4"]),
            .init("spatialdata_attrs", ["version": "0.2"]),
        ]
    }

    private static func multiscales(
        _ name: String, _ axes: [String], _ grid: PixelGrid
    ) -> JSON.Member {
        let plain = JSON.array(axes.map { axis($0, unit: nil) })
        // SpatialData asks for a unit; "unit" is what it writes itself where none is known.
        let unit = grid.pixelSizeMicrometres == nil ? "unit" : "micrometer"
        let placed = JSON.array(axes.map { axis($0, unit: unit) })
        let size = grid.pixelSizeMicrometres ?? 1
        let scale = axes.map { JSON.double($0 == "c" ? 1 : size) }
        let level: JSON = [
            "path": "s0",
            "coordinateTransformations": [
                ["type": "scale", "scale": .array(axes.map { _ in .double(1) })]
            ],
        ]
        let transformation: JSON = [
            "type": "scale", "scale": .array(scale),
            "input": ["name": .string(axes.joined()), "axes": placed],
            "output": ["name": "global", "axes": placed],
        ]
        return .init(
            "multiscales",
            [
                [
                    "name": .string(name), "version": "0.4", "axes": plain, "datasets": [level],
                    "coordinateTransformations": [transformation],
                ]
            ])
    }

    private static func axis(_ name: String, unit: String?) -> JSON {
        var members: [JSON.Member] = [
            .init("name", .string(name)), .init("type", name == "c" ? "channel" : "space"),
        ]
        if let unit, name != "c" { members.append(.init("unit", .string(unit))) }
        return .object(members)
    }
}
