#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Numbers in text, read from bytes.
enum NumberText {
    /// Powers of ten that a `Double` holds exactly.
    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    /// Longest number that is read; no export writes more digits.
    private static let longest = 64

    /// The number that a whole field is: decimal digits with an optional sign, point and exponent;
    /// nil for anything else (words, hexadecimal, `nan`, `inf`), infinite where it overflows.
    ///
    /// Correctly rounded: up to 2^53 and 22 decimal places one exact division does it (Clinger
    /// 1990), the rest goes to the C library.
    static func parse(_ field: UnsafeRawBufferPointer) -> Double? {
        var digits: UInt64 = 0
        var digitCount = 0
        var decimals = 0
        var index = 0
        let count = field.count
        guard count > 0, count <= longest else { return nil }
        let isNegative = field[0] == UInt8(ascii: "-")
        if isNegative || field[0] == UInt8(ascii: "+") { index = 1 }
        var hasPoint = false
        while index < count {
            let byte = field[index]
            if byte &- 0x30 <= 9 {
                if digitCount < 18 { digits = digits &* 10 &+ UInt64(byte &- 0x30) }
                digitCount += 1
                if hasPoint { decimals += 1 }
            } else if byte == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
            } else {
                break
            }
            index += 1
        }
        guard digitCount > 0 else { return nil }
        var exponent = 0
        if index < count {
            guard field[index] | 0x20 == UInt8(ascii: "e"),
                let power = parseExponent(field, from: index + 1)
            else { return nil }
            exponent = power
        }
        let scale = exponent - decimals
        guard digitCount <= 18, digits < 1 << 53, abs(scale) <= 22 else {
            return parseSlowly(field)
        }
        let value = Double(digits)
        let scaled = scale < 0 ? value / powers[-scale] : value * powers[scale]
        return isNegative ? -scaled : scaled
    }

    /// A signed whole number that fills the field from `start`, clamped to +-9,999.
    private static func parseExponent(_ field: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start
        guard index < field.count else { return nil }
        let isNegative = field[index] == UInt8(ascii: "-")
        if isNegative || field[index] == UInt8(ascii: "+") { index += 1 }
        guard index < field.count else { return nil }
        var value = 0
        while index < field.count {
            let digit = field[index] &- 0x30
            guard digit <= 9 else { return nil }
            value = min(value * 10 + Int(digit), 9_999)
            index += 1
        }
        return isNegative ? -value : value
    }

    /// By the C library, on a copy that ends with NUL.
    private static func parseSlowly(_ field: UnsafeRawBufferPointer) -> Double {
        var copy = field.map { CChar(bitPattern: $0) }
        copy.append(0)
        return strtod(copy, nil)
    }
}
