import Foundation

/// Numbers for tables.
enum NumberWords {
    /// A time with its unit, three digits: `12.3 ms`.
    static func seconds(_ value: Double) -> String {
        switch value {
        case ..<1e-6: digits(value * 1e9) + " ns"
        case ..<1e-3: digits(value * 1e6) + " µs"
        case ..<1: digits(value * 1e3) + " ms"
        default: digits(value) + " s"
        }
    }

    /// Bytes as MiB.
    static func mebibytes(_ bytes: Int) -> String { digits(Double(bytes) / 1_048_576) }

    /// A number by three digits, without an exponent below a million.
    static func digits(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        switch abs(value) {
        case 0: return "0"
        case ..<1e-3: return String(format: "%.2g", value)
        case ..<1: return String(format: "%.3f", value)
        case ..<10: return String(format: "%.2f", value)
        case ..<100: return String(format: "%.1f", value)
        case ..<1e6: return String(format: "%.0f", value)
        default: return String(format: "%.3g", value)
        }
    }
}
