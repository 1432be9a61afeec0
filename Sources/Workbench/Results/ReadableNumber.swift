import Foundation

/// Numbers as people read them.
enum ReadableNumber {
    /// A whole number, thin spaces between the thousands from 10,000 on.
    static func whole(_ value: Int) -> String {
        let digits = String(value.magnitude)
        guard digits.count > 4 else { return (value < 0 ? "−" : "") + digits }
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { text += "\u{2009}" }
            text.append(digit)
        }
        return (value < 0 ? "−" : "") + text
    }

    /// Three digits that count, without an exponent where a few places do; an en dash where there is
    /// no number.
    static func short(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "–" }
        if value == 0 { return "0" }
        let size = abs(value)
        if size >= 1e6 || size < 1e-3 { return power(value) }
        let digits = max(0, 2 - Int(log10(size).rounded(.down)))
        let text = String(format: "%.\(digits)f", value)
        return text.replacingOccurrences(of: "-", with: "−")
    }

    /// So many places after the point, for a column of like numbers.
    static func fixed(_ value: Double?, places: Int) -> String {
        guard let value, value.isFinite else { return "–" }
        guard abs(value) < 1e6 else { return power(value) }
        let text = String(format: "%.\(places)f", value)
        return text.replacingOccurrences(of: "-", with: "−")
    }

    /// `1.2 × 10⁻⁹`.
    static func power(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return value == 0 ? "0" : "–" }
        var exponent = Int(log10(abs(value)).rounded(.down))
        var mantissa = value / pow(10, Double(exponent))
        if abs(mantissa) >= 9.95 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        let raised = String(exponent).map { superscripts[$0] ?? String($0) }.joined()
        let text = String(format: "%.1f", mantissa).replacingOccurrences(of: "-", with: "−")
        return "\(text) × 10\(raised)"
    }

    /// A p value: below 10⁻³⁰⁰ nothing more is known of it.
    static func probability(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "–" }
        return value < 1e-300 ? "< 10⁻³⁰⁰" : short(value)
    }

    /// A share in percent.
    static func percent(_ share: Double) -> String {
        share.isFinite ? String(format: "%.1f", 100 * share) : "–"
    }

    private static let superscripts: [Character: String] = [
        "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸",
        "9": "⁹", "-": "⁻",
    ]
}
