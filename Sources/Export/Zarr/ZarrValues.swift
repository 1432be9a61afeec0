/// The values of one Zarr array in C order, in the type they are written in.
enum ZarrValues: Sendable {
    case bool([Bool])
    case int8([Int8])
    case int16([Int16])
    case int32([Int32])
    case int64([Int64])
    case uint32([UInt32])
    case float32([Float])
    case float64([Double])
    case strings([String])

    /// Codes of categories in the smallest type that holds `count` of them.
    static func codes(_ codes: [Int32], count: Int) -> ZarrValues {
        if count <= 127 { return .int8(codes.map { Int8($0) }) }
        if count <= 32_767 { return .int16(codes.map { Int16($0) }) }
        return .int32(codes)
    }

    /// How many there are.
    var count: Int {
        switch self {
        case .bool(let v): v.count
        case .int8(let v): v.count
        case .int16(let v): v.count
        case .int32(let v): v.count
        case .int64(let v): v.count
        case .uint32(let v): v.count
        case .float32(let v): v.count
        case .float64(let v): v.count
        case .strings(let v): v.count
        }
    }

    /// The type as NumPy names it.
    var type: String {
        switch self {
        case .bool: "|b1"
        case .int8: "|i1"
        case .int16: "<i2"
        case .int32: "<i4"
        case .int64: "<i8"
        case .uint32: "<u4"
        case .float32: "<f4"
        case .float64: "<f8"
        case .strings: "|O"
        }
    }

    /// The values as bytes, little-endian; texts as the codec `vlen-utf8` of numcodecs writes them.
    var bytes: [UInt8] {
        switch self {
        case .bool(let v): v.map { $0 ? 1 : 0 }
        case .int8(let v): v.map { UInt8(bitPattern: $0) }
        case .int16(let v): Self.littleEndian(v)
        case .int32(let v): Self.littleEndian(v)
        case .int64(let v): Self.littleEndian(v)
        case .uint32(let v): Self.littleEndian(v)
        case .float32(let v): Self.littleEndian(v.map(\.bitPattern))
        case .float64(let v): Self.littleEndian(v.map(\.bitPattern))
        case .strings(let v): Self.texts(v)
        }
    }

    private static func littleEndian<T: FixedWidthInteger>(_ values: [T]) -> [UInt8] {
        values.map(\.littleEndian).withUnsafeBytes { Array($0) }
    }

    /// The count, then every text's length and its UTF-8 bytes, all numbers 32 bits wide.
    private static func texts(_ texts: [String]) -> [UInt8] {
        var bytes = littleEndian([UInt32(texts.count)])
        for text in texts {
            let body = Array(text.utf8)
            bytes += littleEndian([UInt32(body.count)])
            bytes += body
        }
        return bytes
    }
}
