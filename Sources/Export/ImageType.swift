public import Imaging

/// The type of the numbers of a stack of images.
public enum ImageType: String, Sendable, CaseIterable {
    /// 8-bit whole numbers.
    case uint8 = "|u1"
    /// 16-bit whole numbers.
    case uint16 = "<u2"
    /// 32-bit whole numbers.
    case uint32 = "<u4"
    /// Single precision.
    case float32 = "<f4"
    /// Double precision.
    case float64 = "<f8"

    /// The smallest type that holds all values of images of some types exactly.
    public init(holding types: some Sequence<ImageType>) {
        self = types.reduce(.uint8) { $0.joined(with: $1) }
    }

    /// The type of an image's values.
    public init(_ values: PixelValues) {
        switch values {
        case .uint8: self = .uint8
        case .uint16: self = .uint16
        case .uint32: self = .uint32
        case .float32: self = .float32
        case .float64: self = .float64
        }
    }

    private func joined(with other: ImageType) -> ImageType {
        let order = ImageType.allCases
        let (a, b) = (order.firstIndex(of: self) ?? 0, order.firstIndex(of: other) ?? 0)
        let (low, high) = (order[min(a, b)], order[max(a, b)])
        // A Float does not hold every 32-bit whole number.
        return low == .uint32 && high == .float32 ? .float64 : high
    }

    /// Bytes of one number.
    public var size: Int {
        switch self {
        case .uint8: 1
        case .uint16: 2
        case .uint32, .float32: 4
        case .float64: 8
        }
    }

    /// The type as a floating-point one that holds its values exactly.
    public var floating: ImageType {
        switch self {
        case .uint8, .uint16, .float32: .float32
        case .uint32, .float64: .float64
        }
    }

    /// The values in this type, little-endian, one after the other.
    ///
    /// - Precondition: the type holds them.
    func bytes(_ values: PixelValues) -> [UInt8] {
        switch (self, values) {
        case (.uint8, .uint8(let v)): v
        case (.uint16, .uint8(let v)): Self.bytes(v.map { UInt16($0) })
        case (.uint16, .uint16(let v)): Self.bytes(v)
        case (.uint32, .uint8(let v)): Self.bytes(v.map { UInt32($0) })
        case (.uint32, .uint16(let v)): Self.bytes(v.map { UInt32($0) })
        case (.uint32, .uint32(let v)): Self.bytes(v)
        case (.float32, _): Self.bytes(values.floats.map(\.bitPattern))
        case (.float64, _): Self.bytes(values.doubles.map(\.bitPattern))
        default: preconditionFailure("a type that holds the values")
        }
    }

    private static func bytes<T: FixedWidthInteger>(_ values: [T]) -> [UInt8] {
        values.map(\.littleEndian).withUnsafeBytes { Array($0) }
    }
}
