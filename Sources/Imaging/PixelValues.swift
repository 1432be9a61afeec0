/// The values of one image in the smallest type that holds them exactly, in row-major order.
public enum PixelValues: Sendable, Hashable {
    /// Whole numbers up to 255.
    case uint8([UInt8])
    /// Whole numbers up to 65,535.
    case uint16([UInt16])
    /// Whole numbers up to 2^32 - 1.
    case uint32([UInt32])
    /// Numbers that a `Float` holds exactly.
    case float32([Float])
    /// Everything else.
    case float64([Double])

    /// The values in the smallest type that holds all of them exactly.
    ///
    /// - Complexity: O(`values.count`).
    public init(smallest values: [Double]) {
        var largest = 0.0
        var whole = true
        var single = true
        for value in values {
            if !(value >= 0 && value <= 4_294_967_295 && value == value.rounded(.down)) {
                whole = false
            }
            if Double(Float(value)) != value { single = false }
            largest = max(largest, value)
        }
        if whole, largest <= 255 {
            self = .uint8(values.map { UInt8($0) })
        } else if whole, largest <= 65_535 {
            self = .uint16(values.map { UInt16($0) })
        } else if whole {
            self = .uint32(values.map { UInt32($0) })
        } else if single {
            self = .float32(values.map { Float($0) })
        } else {
            self = .float64(values)
        }
    }

    /// Number of pixels.
    public var count: Int {
        switch self {
        case .uint8(let v): v.count
        case .uint16(let v): v.count
        case .uint32(let v): v.count
        case .float32(let v): v.count
        case .float64(let v): v.count
        }
    }

    /// The values as `Float` (exact for counts up to 2^24).
    public var floats: [Float] {
        switch self {
        case .uint8(let v): v.map { Float($0) }
        case .uint16(let v): v.map { Float($0) }
        case .uint32(let v): v.map { Float($0) }
        case .float32(let v): v
        case .float64(let v): v.map { Float($0) }
        }
    }

    /// The values as `Double`, exact.
    public var doubles: [Double] {
        switch self {
        case .uint8(let v): v.map { Double($0) }
        case .uint16(let v): v.map { Double($0) }
        case .uint32(let v): v.map { Double($0) }
        case .float32(let v): v.map { Double($0) }
        case .float64(let v): v
        }
    }

    /// NumPy's name of the type in little-endian order: `|u1 <u2 <u4 <f4 <f8`.
    public var numpyType: String {
        switch self {
        case .uint8: "|u1"
        case .uint16: "<u2"
        case .uint32: "<u4"
        case .float32: "<f4"
        case .float64: "<f8"
        }
    }
}
