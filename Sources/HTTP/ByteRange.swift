/// A `Range` field in bytes (RFC 9110 14.1 and 14.2).
enum ByteRange: Equatable {
    /// The field is to be ignored.
    case whole
    /// One part or more, in the order they were asked for; none overlap or touch.
    case parts([Range<Int>])
    case unsatisfiable

    /// Most ranges of a request; a longer list is ignored, as an attack (RFC 9110 17.15).
    static let most = 32

    /// What the field asks of a representation of `total` bytes.
    static func parse(_ value: String, total: Int) -> ByteRange {
        guard let equals = value.firstIndex(of: "="),
            Characters.equalIgnoringCase(String(value[..<equals]), "bytes")
        else { return .whole }
        let specs = Characters.list(String(value[value.index(after: equals)...]))
        guard !specs.isEmpty, specs.count <= most else { return .whole }
        var parts: [Range<Int>] = []
        for spec in specs {
            guard let part = parse(spec: spec, total: total) else { return .whole }
            if !part.isEmpty { parts.append(part) }
        }
        return parts.isEmpty ? .unsatisfiable : .parts(coalesced(parts))
    }

    /// One element of the list: empty where it lies outside, nil where it is malformed.
    private static func parse(spec: String, total: Int) -> Range<Int>? {
        guard let dash = spec.firstIndex(of: "-") else { return nil }
        let (first, last) = (spec[..<dash], spec[spec.index(after: dash)...])
        if first.isEmpty {
            guard let suffix = number(last) else { return nil }
            return total - min(suffix, total)..<total
        }
        guard let start = number(first) else { return nil }
        let outside = 0..<0
        guard !last.isEmpty else { return start < total ? start..<total : outside }
        guard let end = number(last), end >= start else { return nil }
        return start < total ? start..<(end < total ? end + 1 : total) : outside
    }

    /// Parts that overlap or touch become one.
    private static func coalesced(_ parts: [Range<Int>]) -> [Range<Int>] {
        var merged: [Range<Int>] = []
        for part in parts {
            var part = part
            var place: Int?
            // A part may join several that are there: the first one's place is kept.
            for index in merged.indices.reversed() where isJoined(merged[index], part) {
                part =
                    min(
                        merged[index].lowerBound, part.lowerBound)..<max(
                        merged[index].upperBound, part.upperBound)
                merged.remove(at: index)
                place = index
            }
            merged.insert(part, at: place ?? merged.count)
        }
        return merged
    }

    private static func isJoined(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
        let gap = max(a.lowerBound, b.lowerBound) - min(a.upperBound, b.upperBound)
        return gap <= 0
    }

    /// A number of decimal digits; one too large for an `Int` is the largest `Int`.
    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy(Characters.isDigit) else { return nil }
        return Int(text) ?? .max
    }
}
