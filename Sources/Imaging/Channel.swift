/// One measured channel: an ion known by its m/z, a channel known by its label, or both.
public struct Channel: Sendable, Hashable {
    /// Mass-to-charge ratio, or nil for a channel known by its label only (such as `IdU`).
    public let mz: Double?
    /// A name that is not a mass (`Cl-`, `HH3`), or nil where the mass is all that is known.
    public let label: String?
    /// Digits after the decimal point that the source gave for the m/z (2 in `134.05`).
    public let mzDigits: Int

    /// A channel with an m/z, a label, or both.
    ///
    /// - Precondition: at least one of the two is given; an m/z is finite and positive.
    public init(mz: Double?, label: String? = nil, mzDigits: Int = 2) {
        precondition(mz != nil || label != nil, "a channel has an m/z or a label")
        precondition(mz.map { $0.isFinite && $0 > 0 } ?? true, "an m/z is finite and positive")
        self.mz = mz
        self.label = label
        self.mzDigits = mzDigits
    }

    /// The m/z with the digits the source gave (`134.05`), or nil without a mass.
    public var mzText: String? { mz.map { fixedPoint($0, digits: mzDigits) } }

    /// What a table or title calls it: the label if there is one, else the m/z.
    public var name: String { label ?? mzText ?? "" }

    /// What a figure's title calls it: `m/z 134.05`, `m/z 134.05 · adenine`, or the label alone.
    public var title: String {
        switch (mzText, label) {
        case (let mz?, let label?): "m/z \(mz) · \(label)"
        case (let mz?, nil): "m/z \(mz)"
        default: label ?? ""
        }
    }
}

/// A non-negative number with a fixed count of digits after the point, rounded half away from zero.
///
/// - Precondition: `value` is finite and below 10^15; `digits` is 0...9.
public func fixedPoint(_ value: Double, digits: Int) -> String {
    precondition(value.isFinite && abs(value) < 1e15 && (0...9).contains(digits))
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = (abs(value) * scale).rounded(.toNearestOrAwayFromZero)
    let whole = Int((scaled / scale).rounded(.down))
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    let fraction = String(Int(scaled - Double(whole) * scale))
    return "\(sign)\(whole)." + String(repeating: "0", count: digits - fraction.count) + fraction
}
