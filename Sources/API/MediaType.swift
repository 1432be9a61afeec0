/// The representations the service speaks, by the path's suffix.
enum MediaType: String, CaseIterable {
    case json
    case csv
    case tsv
    case png
    /// Before `npy`, with which it ends.
    case layout = "embedding.npy"
    case npy
    case npz
    case omeTIFF = "ome.tif"
    case tif
    case geojson
    case html
    case annData = "adata.zarr.zip"
    case spatialData = "sdata.zarr.zip"
    case imzML = "imzml.zip"
    case zip

    /// The value of `Content-Type`.
    var contentType: String {
        switch self {
        case .json: "application/json"
        case .csv: "text/csv; charset=utf-8; header=present"
        case .tsv: "text/tab-separated-values; charset=utf-8"
        case .png: "image/png"
        case .npy, .layout: "application/vnd.numpy.npy"
        case .tif, .omeTIFF: "image/tiff"
        case .geojson: "application/geo+json"
        case .html: "text/html; charset=utf-8"
        case .npz, .annData, .spatialData, .imzML, .zip: "application/zip"
        }
    }

    /// The type without parameters, as `Accept` names it.
    var essence: String { String(contentType.prefix { $0 != ";" }) }

    /// Splits a path segment into its stem and a known suffix: `134.05.png` is `134.05` and png.
    static func split(_ segment: String) -> (stem: String, type: MediaType?) {
        for (suffix, type) in suffixes where segment.utf8.count > suffix.utf8.count {
            if segment.utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) {
                return (String(segment.utf8.dropLast(suffix.utf8.count)) ?? segment, type)
            }
        }
        return (segment, nil)
    }

    /// Longer ones first: `ome.tif` before `tif`.
    private static let suffixes = allCases.map { (".\($0.rawValue)", $0) }
}
