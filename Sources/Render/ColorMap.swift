/// A colour scale: 256 sRGB entries from the lowest to the highest value.
public enum ColorMap: String, CaseIterable, Sendable, Hashable {
    /// Perceptually uniform, dark violet to yellow; the default.
    case viridis
    /// Perceptually uniform and nearly the same for viewers with colour-vision deficiency.
    case cividis
    /// Perceptually uniform, black over magenta to pale yellow.
    case magma
    /// Perceptually uniform, black over red to pale yellow.
    case inferno
    /// Black to white.
    case gray
    /// Black, red, yellow, white.
    case hot

    /// The 256 entries as `r, g, b`: 768 bytes.
    public var table: [UInt8] {
        switch self {
        case .viridis: Self.tables.viridis
        case .cividis: Self.tables.cividis
        case .magma: Self.tables.magma
        case .inferno: Self.tables.inferno
        case .gray: (0..<256).flatMap { [UInt8($0), UInt8($0), UInt8($0)] }
        case .hot: Self.tables.hot
        }
    }

    /// Blue over white (entry 127 and 128: value 0) to red, for values with a sign.
    ///
    /// Control points: the 11-class RdBu of ColorBrewer (C. Brewer, M. Harrower; Apache-2.0)
    /// reversed, its middle made white, joined linearly in sRGB.
    public static var diverging: [UInt8] { tables.diverging }

    private static let tables = (
        viridis: decoded(ColorMapTables.viridis),
        cividis: decoded(ColorMapTables.cividis),
        magma: decoded(ColorMapTables.magma),
        inferno: decoded(ColorMapTables.inferno),
        hot: hotTable(),
        diverging: interpolated([
            0x053061, 0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xffffff, 0xfddbc7, 0xf4a582,
            0xd6604d, 0xb2182b, 0x67001f,
        ])
    )

    private static func decoded(_ hex: String) -> [UInt8] {
        let digits = hex.utf8.map { $0 >= 97 ? $0 - 87 : $0 - 48 }
        precondition(digits.count == 2 * 768)
        return (0..<768).map { digits[2 * $0] << 4 | digits[2 * $0 + 1] }
    }

    /// Linear in sRGB between equally spaced control points.
    private static func interpolated(_ points: [UInt32]) -> [UInt8] {
        (0..<256).flatMap { entry -> [UInt8] in
            // The two middle entries are both the middle control point.
            let at =
                (entry < 128 ? Double(entry) / 127 / 2 : 0.5 + Double(entry - 128) / 127 / 2)
                * Double(points.count - 1)
            let low = min(Int(at), points.count - 2)
            let color = RGB(points[low]).mixed(with: RGB(points[low + 1]), at - Double(low))
            return [color.red, color.green, color.blue]
        }
    }

    /// MATLAB's `hot`: red rises over the first 3/8, green over the next 3/8, blue over the rest.
    private static func hotTable() -> [UInt8] {
        func ramp(_ entry: Int, _ from: Int, _ to: Int) -> UInt8 {
            let t = Double(entry + 1 - from) / Double(to - from)
            return UInt8((min(1, max(0, t)) * 255).rounded())
        }
        return (0..<256).flatMap { [ramp($0, 0, 96), ramp($0, 96, 192), ramp($0, 192, 256)] }
    }
}

extension ColorMap {
    /// The colour of a position 0...1 on the scale.
    static func color(_ table: [UInt8], at position: Double) -> RGB {
        let entry = 3 * Int((min(1, max(0, position)) * 255).rounded())
        return RGB(table[entry], table[entry + 1], table[entry + 2])
    }
}
