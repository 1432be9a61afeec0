/// What the XML file of an imzML pair says.
struct ImzMLDocument: Sendable {
    /// Whether all spectra have one m/z axis (`continuous`); nil where nothing says it.
    var isContinuous: Bool?
    /// Whether the spectra are said to be profiles, not peaks.
    var isProfile = false
    /// The 16 bytes of the UUID as hexadecimal digits in lower case, or nil.
    var uuid: String?
    /// The `.ibd` file's check sums as hexadecimal digits in lower case.
    var sha1: String?
    /// As `sha1`.
    var md5: String?
    /// Side of a pixel along x in micrometres.
    var pixelSizeX: Double?
    /// Side of a pixel along y in micrometres.
    var pixelSizeY: Double?
    /// `negative` or `positive`; nil where nothing or both are said.
    var polarity: String?
    /// Whether spectra of both polarities are there.
    var isMixedPolarity = false
    /// The spectra in the order of the file.
    var spectra: [Spectrum] = []
    /// How many spectra the list says it has.
    var declaredSpectra: Int?
    /// Pixels across and down that the file says it has.
    var declaredSize: (x: Int?, y: Int?) = (nil, nil)

    /// Whether all spectra have one m/z array.
    var sharesAxis: Bool {
        guard let first = spectra.first else { return false }
        return spectra.allSatisfy { $0.masses == first.masses }
    }

    /// Where the file contradicts itself without harm.
    var oddities: [String] {
        var oddities: [String] = []
        if let declaredSpectra, declaredSpectra != spectra.count {
            oddities.append(
                "The list of spectra says it has \(declaredSpectra); \(spectra.count) are there.")
        }
        let largest = (x: spectra.map(\.x).max() ?? 0, y: spectra.map(\.y).max() ?? 0)
        if let x = declaredSize.x, let y = declaredSize.y, x < largest.x || y < largest.y {
            oddities.append(
                "The file says it has \(x) x \(y) pixels; there are spectra up to x \(largest.x), y"
                    + " \(largest.y).")
        }
        return oddities
    }

    /// Takes in a parameter that describes the whole file or every spectrum.
    mutating func take(_ param: ImzMLParam) {
        switch param.accession {
        case "IMS:1000030": isContinuous = true
        case "IMS:1000031": isContinuous = false
        case "MS:1000128": isProfile = true
        case "IMS:1000080": uuid = Self.hexadecimal(param.value, digits: 32)
        case "IMS:1000091": sha1 = Self.hexadecimal(param.value, digits: 40)
        case "IMS:1000090": md5 = Self.hexadecimal(param.value, digits: 32)
        case "IMS:1000042": declaredSize.x = Int(param.value)
        case "IMS:1000043": declaredSize.y = Int(param.value)
        case "IMS:1000046": pixelSizeX = Self.micrometres(param)
        case "IMS:1000047": pixelSizeY = Self.micrometres(param)
        case "MS:1000129": take(polarity: "negative")
        case "MS:1000130": take(polarity: "positive")
        default: break
        }
    }

    private mutating func take(polarity found: String) {
        if let polarity, polarity != found { isMixedPolarity = true }
        polarity = found
    }

    /// The digits without braces and dashes; nil where there are too few or others.
    private static func hexadecimal(_ text: String, digits: Int) -> String? {
        let lower = text.lowercased().filter { !"{}- \t".contains($0) }
        let isHex = lower.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
        }
        return isHex && lower.utf8.count == digits ? lower : nil
    }

    private static func micrometres(_ param: ImzMLParam) -> Double? {
        guard let value = Double(param.value) else { return nil }
        let factor: Double
        switch param.unit {
        case "UO:0000015": factor = 1e4
        case "UO:0000016": factor = 1e3
        case "UO:0000018": factor = 1e-3
        default: factor = 1
        }
        let size = value * factor
        return size.isFinite && size > 0 && size <= 1e6 ? size : nil
    }
}

/// One `cvParam`.
struct ImzMLParam: Sendable {
    /// The term: `IMS:1000050`.
    var accession: String
    /// Its value; empty without one.
    var value: String
    /// The term of its unit; empty without one.
    var unit: String
}
