import Bytes
import Ingest
import Store

/// What a client says of a dataset, at upload or later.
public struct DatasetFields: Sendable {
    /// The fields by their names in the contract, as text.
    private var values: [String: String] = [:]

    /// Fields a person may set at any time.
    public static let changeable = [
        "name", "sample", "group", "polarity", "notes", "pixel_size_um", "visibility",
    ]
    /// All fields of an upload.
    public static let ofUpload = changeable + ofReading + ["dry_run"]
    /// Fields that change how an upload is read.
    private static let ofReading = [
        "missing", "min_total_counts", "layers", "mz_axis", "tolerance_mz", "tolerance_ppm",
    ]

    /// No field.
    public init() {}

    /// Sets a field.
    ///
    /// - Throws: `.invalid` for an unknown name or a bad value, naming `place`.
    public mutating func set(
        _ name: String, _ value: String, place: String
    ) throws(WorkbenchError) {
        guard Self.ofUpload.contains(name) else {
            throw .invalid([.init(place, ParameterValues.unknown(name, known: Self.ofUpload))])
        }
        if let wrong = Self.fault(name, value) { throw .invalid([.init(place, wrong)]) }
        values[name] = value
    }

    private static func fault(_ name: String, _ value: String) -> String? {
        switch name {
        case "name":
            return value.isEmpty || value.utf8.count > 500 || value.contains("\0")
                ? "expected 1 to 500 bytes of text" : nil
        case "notes":
            return value.utf8.count > 20_000 || value.contains("\0")
                ? "expected at most 20,000 bytes of text" : nil
        case "sample", "group":
            return value.utf8.count > 500 || value.contains("\0")
                ? "expected at most 500 bytes of text" : nil
        case "polarity":
            return ["positive", "negative", ""].contains(value)
                ? nil : "expected positive or negative"
        case "pixel_size_um":
            if value.isEmpty { return nil }
            guard let size = number(value), pixelSizes.contains(size) else {
                return "expected a size in micrometres, above 0 (at least 0.0001) and at most 1,000"
            }
            return nil
        case "visibility":
            return ["lab", "private"].contains(value) ? nil : "expected lab or private"
        case "missing": return ["zero", "error"].contains(value) ? nil : "expected zero or error"
        case "min_total_counts":
            guard let count = number(value), count >= 0, count.isFinite else {
                return "expected a number of counts, at least 0"
            }
            return nil
        case "layers": return ImportFields.layersFault(value)
        case "mz_axis":
            return MassAxis(rawValue: value) == nil
                ? "expected \(MassAxis.allCases.map(\.rawValue).joined(separator: ", "))" : nil
        case "tolerance_mz":
            return number(value).map { ImportFields.mzTolerances.contains($0) } ?? false
                ? nil : "expected a width in m/z from 0.0001 to 1"
        case "tolerance_ppm":
            return number(value).map { ImportFields.ppmTolerances.contains($0) } ?? false
                ? nil : "expected a width in parts of a million from 1 to 10,000"
        case "dry_run":
            return ["true", "false", "1", "0"].contains(value) ? nil : "expected true or false"
        default: return "unknown"
        }
    }

    /// Pixel sizes in micrometres that make sense of an image.
    static let pixelSizes = 0.0001...1000

    /// A decimal number: no `0x10`, `inf` or `nan`.
    private static func number(_ text: String) -> Double? {
        text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) } ? Double(text) : nil
    }

    /// The text of a field; nil where it was not given.
    subscript(_ name: String) -> String? { values[name] }

    /// Every field that was given, in the order of their names; tells one request from another.
    public var identity: [String] {
        values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    /// The fields that were given, as an object of texts.
    var json: JSON {
        .object(values.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) })
    }

    /// Whether the upload is only to be checked.
    public var isDryRun: Bool { values["dry_run"] == "true" || values["dry_run"] == "1" }

    /// Writes the changeable fields into a record; an empty text clears a field.
    func apply(to record: inout DatasetRecord) {
        func optional(_ text: String) -> String? { text.isEmpty ? nil : text }
        if let name = values["name"] { record.name = name }
        if let text = values["sample"] { record.sample = optional(text) }
        if let text = values["group"] { record.group = optional(text) }
        if let text = values["polarity"] { record.polarity = optional(text) }
        if let text = values["notes"] { record.notes = optional(text) }
        if let text = values["pixel_size_um"] { record.pixelSizeMicrometres = Double(text) }
        if let text = values["visibility"] {
            record.visibility = Visibility(rawValue: text) ?? .lab
        }
    }

    /// How the upload is to be read; of two tolerances the one in ppm counts.
    var importOptions: ImportOptions {
        var options = ImportOptions()
        options.missingAsZero = values["missing"] == "zero"
        options.minimumTotalCounts = values["min_total_counts"].flatMap(Double.init)
        options.pixelSizeMicrometres = values["pixel_size_um"].flatMap(Double.init)
        options.layers = values["layers"].flatMap(ImportFields.layers)
        options.massAxis = values["mz_axis"].flatMap(MassAxis.init) ?? .auto
        options.massTolerance = values["tolerance_mz"].flatMap(Double.init).map { .mz($0) }
        if let parts = values["tolerance_ppm"].flatMap(Double.init) {
            options.massTolerance = .ppm(parts)
        }
        return options
    }

    /// What of the fields changes how the bytes are read: part of the identity of an upload.
    var optionsKey: String {
        // The first two are always there: datasets of older versions have them.
        var key = "missing=\(values["missing"] ?? "error");min=\(values["min_total_counts"] ?? "")"
        for name in Self.ofReading.dropFirst(2) {
            if let value = values[name] { key += ";\(name)=\(value)" }
        }
        return key
    }
}
