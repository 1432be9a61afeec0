/// A `Range` field in bytes (RFC 9110 14.1 and 14.2).
enum ByteRange: Equatable {
    /// The field is to be ignored.
    case whole
    case part(Range<Int>)
    case unsatisfiable

    /// What the field asks of a representation of `total` bytes.
    static func parse(_ value: String, total: Int) -> ByteRange {
        guard let equals = value.firstIndex(of: "="),
            Characters.equalIgnoringCase(String(value[..<equals]), "bytes")
        else { return .whole }
        let specs = Characters.list(String(value[value.index(after: equals)...]))
        guard specs.count == 1 else { return .whole }
        return parse(spec: specs[0], total: total)
    }

    private static func parse(spec: String, total: Int) -> ByteRange {
        guard let dash = spec.firstIndex(of: "-") else { return .whole }
        let (first, last) = (spec[..<dash], spec[spec.index(after: dash)...])
        if first.isEmpty {
            guard let suffix = number(last) else { return .whole }
            return suffix == 0 || total == 0
                ? .unsatisfiable : .part(total - min(suffix, total)..<total)
        }
        guard let start = number(first) else { return .whole }
        guard !last.isEmpty else {
            return start < total ? .part(start..<total) : .unsatisfiable
        }
        guard let end = number(last), end >= start else { return .whole }
        return start < total ? .part(start..<(end < total ? end + 1 : total)) : .unsatisfiable
    }

    /// A number of decimal digits; one too large for an `Int` is the largest `Int`.
    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy(Characters.isDigit) else { return nil }
        return Int(text) ?? .max
    }
}
