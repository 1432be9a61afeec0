import Foundation

/// Numbers as figures show them: thin spaces by thousands, a true minus, powers of ten as such.
enum NumberText {
    /// A count, `12 345`.
    static func count(_ value: Int) -> String { grouped(String(value.magnitude), value < 0) }

    /// A number with as many decimals as steps of `step` need.
    static func value(_ value: Double, step: Double) -> String {
        guard value.isFinite else { return "–" }
        if value == 0 { return "0" }
        if abs(value) >= 1e6 || abs(step) < 1e-4 { return power(value, step: step) }
        return fixed(value, digits: decimals(of: step))
    }

    /// A number with about `digits` significant figures.
    static func short(_ value: Double, digits: Int = 3) -> String {
        guard value.isFinite, value != 0 else { return value == 0 ? "0" : "–" }
        if value == value.rounded(), abs(value) < 1e6 { return count(Int(value)) }
        let exponent = Int(log10(abs(value)).rounded(.down))
        let step = pow(10, Double(exponent - digits + 1))
        let rounded = (value / step).rounded() * step
        return self.value(rounded, step: max(step, rounded == rounded.rounded() ? 1 : 0))
    }

    /// Digits after the point that whole multiples of `step` need, 0...6.
    static func decimals(of step: Double) -> Int {
        guard step > 0, step.isFinite else { return 0 }
        var digits = 0
        var scaled = step
        while digits < 6, abs(scaled - scaled.rounded()) > 1e-6 * scaled {
            scaled *= 10
            digits += 1
        }
        return digits
    }

    /// A number with fixed decimals, by thousands where it is not a name (as an m/z is).
    ///
    /// - Precondition: finite; digits 0...9.
    static func fixed(_ value: Double, digits: Int, byThousands: Bool = true) -> String {
        if abs(value) >= 1e15 { return power(value, step: abs(value) / 100) }
        let text = String(format: "%.\(digits)f", abs(value))
        let parts = text.split(separator: ".")
        let negative = value < 0 && text.contains { $0 != "0" && $0 != "." }
        let whole =
            byThousands ? grouped(String(parts[0]), negative) : (negative ? "−" : "") + parts[0]
        return parts.count > 1 ? whole + "." + parts[1] : whole
    }

    private static func power(_ value: Double, step: Double) -> String {
        let exponent = Int(log10(abs(value)).rounded(.down))
        let scale = pow(10, Double(exponent))
        guard scale > 0, scale.isFinite else { return String(value) }
        let mantissa = fixed(value / scale, digits: min(3, decimals(of: step / scale)))
        let raised = String(exponent).map { superscripts[$0] ?? $0 }
        return (mantissa == "1" ? "" : mantissa + "×") + "10" + String(raised)
    }

    private static let superscripts: [Character: Character] = [
        "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸",
        "9": "⁹", "-": "⁻",
    ]

    private static func grouped(_ digits: String, _ negative: Bool) -> String {
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append("\u{2009}") }
            text.append(digit)
        }
        return (negative ? "−" : "") + text
    }
}
