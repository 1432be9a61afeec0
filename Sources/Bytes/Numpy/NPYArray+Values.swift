extension NPYArray {
    /// The numbers as `Double` (64-bit whole numbers beyond 2^53 are rounded), or nil for text.
    public var doubles: [Double]? {
        switch type {
        case "|u1": data.map { Double($0) }
        case "|b1": data.map { $0 == 0 ? 0 : 1 }
        case "|i1": elements(Int8.self) { Double($0) }
        case "<u2": elements(UInt16.self) { Double($0) }
        case "<i2": elements(Int16.self) { Double($0) }
        case "<u4": elements(UInt32.self) { Double($0) }
        case "<i4": elements(Int32.self) { Double($0) }
        case "<u8": elements(UInt64.self) { Double($0) }
        case "<i8": elements(Int64.self) { Double($0) }
        case "<f4": elements(UInt32.self) { Double(Float(bitPattern: $0)) }
        case "<f8": elements(UInt64.self) { Double(bitPattern: $0) }
        default: nil
        }
    }

    /// The numbers as `Float`, rounded where they must be, or nil for text.
    public var floats: [Float]? {
        switch type {
        case "<f4": elements(UInt32.self) { Float(bitPattern: $0) }
        case "|u1": data.map { Float($0) }
        case "<u2": elements(UInt16.self) { Float($0) }
        default: doubles?.map { Float($0) }
        }
    }

    /// Whole numbers or truth values as `Int`, or nil for other types and numbers beyond `Int`.
    public var integers: [Int]? {
        switch type {
        case "|u1": data.map { Int($0) }
        case "|b1": data.map { $0 == 0 ? 0 : 1 }
        case "|i1": elements(Int8.self) { Int($0) }
        case "<u2": elements(UInt16.self) { Int($0) }
        case "<i2": elements(Int16.self) { Int($0) }
        case "<u4": elements(UInt32.self) { Int($0) }
        case "<i4": elements(Int32.self) { Int($0) }
        case "<i8": elements(Int64.self) { Int($0) }
        case "<u8":
            elements(UInt64.self) { $0 }.allSatisfy { $0 <= UInt64(Int.max) }
                ? elements(UInt64.self) { Int($0) } : nil
        default: nil
        }
    }

    /// Truth values, or nil for other types.
    public var bools: [Bool]? { type == "|b1" ? data.map { $0 != 0 } : nil }

    /// Text without the zeros at its end, or nil for other types; what is not Unicode becomes U+FFFD.
    public var strings: [String]? {
        guard let kind = NPYType(type), kind.kind == UInt8(ascii: "U") else { return nil }
        let length = kind.size / 4
        guard length > 0 else { return [String](repeating: "", count: count) }
        let units = elements(UInt32.self) { $0 }
        return stride(from: 0, to: units.count, by: length).map { start in
            var text = units[start..<start + length]
            while text.last == 0 { text.removeLast() }
            var result = ""
            for unit in text {
                result.unicodeScalars.append(Unicode.Scalar(unit) ?? "\u{FFFD}")
            }
            return result
        }
    }

    private func elements<T: FixedWidthInteger, U>(_: T.Type, _ body: (T) -> U) -> [U] {
        let size = MemoryLayout<T>.size
        return data.withUnsafeBytes { bytes in
            (0..<bytes.count / size).map { index in
                body(
                    T(
                        littleEndian: bytes.loadUnaligned(
                            fromByteOffset: index * size, as: T.self)))
            }
        }
    }
}
