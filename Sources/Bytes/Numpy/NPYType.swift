/// A type name of NumPy's array protocol: byte order, kind, size.
struct NPYType: Equatable {
    /// `u i f b` or `U`.
    let kind: UInt8
    /// Bytes an element.
    let size: Int
    /// Whether the file holds the most significant byte first.
    let isBigEndian: Bool

    /// The size of what is swapped when the byte order is.
    var unit: Int { kind == UInt8(ascii: "U") ? 4 : size }

    /// The little-endian name.
    var name: String {
        let order = unit == 1 ? "|" : "<"
        let length = kind == UInt8(ascii: "U") ? size / 4 : size
        return order + String(Unicode.Scalar(kind)) + String(length)
    }

    /// A type that is read here, or nil.
    init?(_ name: String) {
        var bytes = Array(name.utf8)
        guard bytes.count >= 2, bytes.count <= 12 else { return nil }
        var order = UInt8(ascii: "<")
        if "<>|=".utf8.contains(bytes[0]) { order = bytes.removeFirst() }
        kind = bytes[0]
        guard let number = Int(String(decoding: bytes.dropFirst(), as: UTF8.self)), number >= 0,
            bytes.dropFirst().allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        isBigEndian = order == UInt8(ascii: ">")
        switch kind {
        case UInt8(ascii: "u"), UInt8(ascii: "i"):
            guard [1, 2, 4, 8].contains(number) else { return nil }
            size = number
        case UInt8(ascii: "f"):
            guard number == 4 || number == 8 else { return nil }
            size = number
        case UInt8(ascii: "b"):
            guard number == 1 else { return nil }
            size = 1
        case UInt8(ascii: "U"):
            guard number <= 1 << 20 else { return nil }
            size = number * 4
        default:
            return nil
        }
    }
}
