/// The representations the service speaks, by the path's suffix.
enum MediaType: String, CaseIterable {
    case json
    case csv
    case png
    case npy
    case tif
    case geojson
    case html
    case annData = "adata.zarr.zip"
    case spatialData = "sdata.zarr.zip"

    /// The value of `Content-Type`.
    var contentType: String {
        switch self {
        case .json: "application/json"
        case .csv: "text/csv; charset=utf-8; header=present"
        case .png: "image/png"
        case .npy: "application/vnd.numpy.npy"
        case .tif: "image/tiff"
        case .geojson: "application/geo+json"
        case .html: "text/html; charset=utf-8"
        case .annData, .spatialData: "application/zip"
        }
    }

    /// The type without parameters, as `Accept` names it.
    var essence: String { String(contentType.prefix { $0 != ";" }) }

    /// Splits a path segment into its stem and a known suffix: `134.05.png` is `134.05` and png.
    static func split(_ segment: String) -> (stem: String, type: MediaType?) {
        for type in allCases where segment.hasSuffix("." + type.rawValue) {
            let stem = String(segment.dropLast(type.rawValue.count + 1))
            if !stem.isEmpty { return (stem, type) }
        }
        return (segment, nil)
    }
}
