/// Choosing a representation by `Accept` and `Accept-Encoding` (RFC 9110 12).
public enum Negotiation {
    /// The offered media type the client likes best, the earlier one among equals; nil when it
    /// takes none of them.
    ///
    /// `accept` is the field's value; without it, or where it is empty, everything is taken.
    /// An offer may carry parameters ("text/csv; charset=utf-8"): they matter only to ranges
    /// that name them.
    public static func best(of offered: [String], accept: String?) -> String? {
        guard let accept, !Characters.list(accept).isEmpty else { return offered.first }
        let ranges = Characters.list(accept).compactMap(MediaRange.init)
        var best: (type: String, quality: Int)?
        for type in offered {
            let quality = quality(of: type, ranges)
            if quality > best?.quality ?? 0 { best = (type, quality) }
        }
        return best?.type
    }

    /// Whether the client takes a content coding such as "gzip"; without the field it does not.
    public static func accepts(encoding: String, in acceptEncoding: String?) -> Bool {
        guard let acceptEncoding else { return false }
        var wildcard = 0
        for element in Characters.list(acceptEncoding) {
            let parts = Characters.split(element, at: UInt8(ascii: ";"))
            let quality = Quality.of(parts.dropFirst())
            if Characters.equalIgnoringCase(parts[0], encoding) { return quality > 0 }
            if parts[0] == "*" { wildcard = quality }
        }
        return wildcard > 0
    }

    /// Whether the client takes gzip at least as gladly as no coding at all.
    static func prefersGzip(_ acceptEncoding: String?) -> Bool {
        guard let acceptEncoding else { return false }
        var (gzip, identity, wildcard): (Int?, Int?, Int?) = (nil, nil, nil)
        for element in Characters.list(acceptEncoding) {
            let parts = Characters.split(element, at: UInt8(ascii: ";"))
            let quality = Quality.of(parts.dropFirst())
            switch parts[0].lowercased() {
            case "gzip", "x-gzip": gzip = quality
            case "identity": identity = quality
            case "*": wildcard = quality
            default: break
            }
        }
        let quality = gzip ?? wildcard ?? 0
        return quality > 0 && quality >= identity ?? 0
    }

    /// The quality given by the most specific range that fits (RFC 9110 12.5.1), in thousandths.
    private static func quality(of type: String, _ ranges: [MediaRange]) -> Int {
        guard let offer = MediaRange(type) else { return 0 }
        var best: (specificity: Int, quality: Int)?
        for range in ranges where range.includes(offer) {
            if range.specificity > best?.specificity ?? -1 {
                best = (range.specificity, range.quality)
            }
        }
        return best?.quality ?? 0
    }
}

/// A media type or range with its parameters and weight.
private struct MediaRange {
    var type: String
    var subtype: String
    var parameters: [String]
    var quality: Int

    init?(_ text: String) {
        let parts = Characters.split(text, at: UInt8(ascii: ";"))
        let names = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        guard names.count == 2, names.allSatisfy({ Characters.isToken($0.utf8) }) else {
            return nil
        }
        (type, subtype) = (names[0].lowercased(), names[1].lowercased())
        if type == "*" && subtype != "*" { return nil }
        // Parameters after q belong to Accept, not to the type.
        let own = parts.dropFirst().prefix { !Quality.isWeight($0) }
        parameters = own.filter { !$0.isEmpty }.map { $0.lowercased() }
        quality = Quality.of(parts.dropFirst())
    }

    var specificity: Int {
        if type == "*" { return 0 }
        return subtype == "*" ? 1 : 2 + parameters.count
    }

    func includes(_ offer: MediaRange) -> Bool {
        (type == "*" || type == offer.type) && (subtype == "*" || subtype == offer.subtype)
            && parameters.allSatisfy(offer.parameters.contains)
    }
}

/// Weights (RFC 9110 12.4.2) in thousandths.
private enum Quality {
    static func isWeight(_ parameter: String) -> Bool {
        parameter.lowercased().hasPrefix("q=")
    }

    /// The weight among the parameters; 1 without one, 0 where it is not a number of 0 to 1.
    static func of(_ parameters: some Sequence<String>) -> Int {
        guard let weight = parameters.first(where: isWeight)?.utf8.dropFirst(2) else { return 1000 }
        let digits = Array(weight)
        guard let first = digits.first, first == 48 || first == 49, digits.count <= 5,
            digits.count < 2 || digits[1] == UInt8(ascii: ".")
        else { return 0 }
        var value = Int(first - 48) * 1000
        for (digit, scale) in zip(digits.dropFirst(2), [100, 10, 1]) {
            guard Characters.isDigit(digit) else { return 0 }
            value += Int(digit - 48) * scale
        }
        return value <= 1000 ? value : 0
    }
}
