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
        guard let bits = Self.wholeBits(values) else {
            let single = values.allSatisfy { Double(Float($0)) == $0 }
            self = single ? .float32(values.map { Float($0) }) : .float64(values)
            return
        }
        if bits <= 0xFF {
            self = .uint8(Self.whole(values) { UInt8(truncatingIfNeeded: $0) })
        } else if bits <= 0xFFFF {
            self = .uint16(Self.whole(values) { UInt16(truncatingIfNeeded: $0) })
        } else {
            self = .uint32(Self.whole(values) { UInt32(truncatingIfNeeded: $0) })
        }
    }

    /// Adding this puts a whole number below 2^52 into the low bits of the sum.
    private static let shift = 0x1p52

    /// All bits that occur in the values; nil unless all are whole numbers from 0 to 2^32 - 1.
    private static func wholeBits(_ values: [Double]) -> UInt64? {
        var bits: UInt64 = 0
        var fractions: UInt64 = 0
        for value in values {
            let shifted = value + shift
            bits |= shifted.bitPattern ^ shift.bitPattern
            fractions |= shifted - shift == value ? 0 : 1
        }
        return fractions == 0 && bits <= 0xFFFF_FFFF ? bits : nil
    }

    /// Whole numbers below 2^52 in another type.
    @inline(__always)
    private static func whole<T>(_ values: [Double], _ narrow: (UInt64) -> T) -> [T] {
        [T](unsafeUninitializedCapacity: values.count) { buffer, count in
            for index in values.indices {
                buffer.initializeElement(at: index, to: narrow((values[index] + shift).bitPattern))
            }
            count = values.count
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

    /// Writes the values as `Float` (exact for counts up to 2^24).
    ///
    /// - Precondition: `target` has a place a value.
    public func copyFloats(to target: UnsafeMutableBufferPointer<Float>) {
        precondition(target.count == count, "a place a value")
        switch self {
        case .uint8(let v): for i in v.indices { target.initializeElement(at: i, to: Float(v[i])) }
        case .uint16(let v): for i in v.indices { target.initializeElement(at: i, to: Float(v[i])) }
        case .uint32(let v): for i in v.indices { target.initializeElement(at: i, to: Float(v[i])) }
        case .float32(let v): _ = target.initialize(from: v)
        case .float64(let v):
            for i in v.indices { target.initializeElement(at: i, to: Float(v[i])) }
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
