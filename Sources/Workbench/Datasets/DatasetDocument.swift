public import Bytes
public import Imaging
public import Store

extension DatasetRecord {
    /// The raster.
    public var grid: PixelGrid {
        PixelGrid(width: width, height: height, pixelSizeMicrometres: pixelSizeMicrometres)
    }

    /// The dataset as the API shows it.
    public var document: JSON {
        let path = "/v1/datasets/\(id)"
        return [
            "id": .string(id), "name": .string(name), "sample": .optional(sample),
            "group": .optional(group), "polarity": .optional(polarity), "notes": .optional(notes),
            "owner": .string(owner), "visibility": .string(visibility.rawValue),
            "width": .int(width), "height": .int(height), "layers": .int(layers),
            "pixel_size_um": .optional(pixelSizeMicrometres), "ion_count": .int(ionCount),
            "mz_min": .optional(mzMin), "mz_max": .optional(mzMax),
            "total_counts": .double(totalCounts), "bytes": .int(bytes), "sha256": .string(sha256),
            "source": .string(source), "warnings": .array(warnings.map { .string($0) }),
            "created_at": .string(createdAt),
            "links": [
                "self": .string(path), "ions": .string(path + "/ions"),
                "spectrum": .string(path + "/spectrum"), "overlay": .string(path + "/overlay.png"),
                "colocalized": .string(path + "/colocalized"),
                "jobs": .string("/v1/jobs?dataset=\(id)"),
            ],
        ]
    }
}
