/// Refuses a parameter that is not a number from `low` to `high`.
func check(
    _ name: String, _ value: Double, _ low: Double, _ high: Double
) throws(SimulationError) {
    guard value.isFinite, value >= low, value <= high else {
        throw .badParameter(
            name: name, detail: "expected \(plain(low)) to \(plain(high)), found \(plain(value))")
    }
}

/// A number without a needless `.0`.
func plain(_ value: Double) -> String {
    value.isFinite && value == value.rounded() && abs(value) < 1e15
        ? String(Int(value)) : String(value)
}
