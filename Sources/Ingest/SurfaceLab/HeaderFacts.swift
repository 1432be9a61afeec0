/// What the header lines of an export say, as far as it matters here.
struct HeaderFacts: Sendable, Equatable {
    /// `negative` or `positive`.
    var polarity: String?
    /// Sides of the field of view in micrometres.
    var fieldOfView: [Double]?
    /// Pixels across and down.
    var imageSize: [Int]?
    /// Side of a pixel in micrometres.
    var pixelSize: Double?

    /// Longest header line that is looked at, in bytes.
    private static let longestLine = 500

    /// Takes what one header line says: `name: value` or `name = value`, with or without `#`.
    mutating func take(_ line: UnsafeRawBufferPointer) {
        guard line.count <= Self.longestLine else { return }
        let text = String(decoding: line, as: UTF8.self).lowercased()
        guard let separator = text.firstIndex(where: { $0 == ":" || $0 == "=" }) else { return }
        let key = text[..<separator]
        let value = text[text.index(after: separator)...]
        if key.has("polarity") {
            takePolarity(value)
        } else if key.has("pixel size") || key.has("pixelsize") {
            if let length = Self.lengths(key, value)?.first { pixelSize = pixelSize ?? length }
        } else if key.has("field of view") || key.has("fov") {
            fieldOfView = fieldOfView ?? Self.lengths(key, value)
        } else if key.has("image size") || key.has("pixels") {
            takeImageSize(key, value)
        }
    }

    private mutating func takePolarity(_ value: Substring) {
        if value.has("neg") || value.has("-") {
            polarity = polarity ?? "negative"
        } else if value.has("pos") || value.has("+") {
            polarity = polarity ?? "positive"
        }
    }

    /// An image size with a unit of length is a field of view by another name.
    private mutating func takeImageSize(_ key: Substring, _ value: Substring) {
        if let lengths = Self.lengths(key, value) {
            fieldOfView = fieldOfView ?? lengths
            return
        }
        let numbers = Self.numbers(value)
        guard numbers.count == 2,
            numbers.allSatisfy({ $0 >= 1 && $0 <= 1e6 && $0 == $0.rounded() })
        else { return }
        imageSize = imageSize ?? numbers.map { Int($0) }
    }

    /// One or two lengths in micrometres, or nil without a unit of length.
    private static func lengths(_ key: Substring, _ value: Substring) -> [Double]? {
        guard let unit = micrometres(in: value) ?? micrometres(in: key) else { return nil }
        let lengths = numbers(value).prefix(2).map { $0 * unit }
        guard !lengths.isEmpty, lengths.allSatisfy({ $0.isFinite && $0 >= 1e-6 && $0 <= 1e6 })
        else {
            return nil
        }
        return lengths
    }

    /// How many micrometres the unit named in a text has.
    private static func micrometres(in text: Substring) -> Double? {
        // The third is a micro sign in Latin-1 bytes, which are not UTF-8.
        let names = [
            "µm", "μm", "\u{FFFD}m", "um", "micron", "micrometer", "micrometre",
        ]
        if names.contains(where: { text.has($0) }) { return 1 }
        if text.has("mm") { return 1_000 }
        if text.has("nm") { return 0.001 }
        return nil
    }

    /// The numbers in a text, at most four.
    private static func numbers(_ text: Substring) -> [Double] {
        text.utf8.split(whereSeparator: { !((0x30...0x39).contains($0) || $0 == 0x2E) })
            .compactMap { Double(String(decoding: Array($0), as: UTF8.self)) }
            .prefix(4).map { $0 }
    }
}

extension Substring {
    /// Whether these bytes are in it; the library's search over characters costs a hundred times as much, and header
    /// lines come by the thousand.
    fileprivate func has(_ word: String) -> Bool {
        let (text, wanted) = (Array(utf8), Array(word.utf8))
        guard wanted.count <= text.count else { return false }
        return (0...text.count - wanted.count).contains { start in
            text[start] == wanted[0] && text[start..<start + wanted.count].elementsEqual(wanted)
        }
    }
}
