/// Percent-encoding (RFC 3986 2.1).
enum PercentEncoding {
    /// The bytes meant by `raw`, decoded once, or nil where a "%" has no two hexadecimal digits.
    static func decode(_ raw: ArraySlice<UInt8>, plusIsSpace: Bool) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(raw.count)
        var index = raw.startIndex
        while index < raw.endIndex {
            let byte = raw[index]
            if byte == UInt8(ascii: "%") {
                guard index + 2 < raw.endIndex, let high = Characters.hexValue(raw[index + 1]),
                    let low = Characters.hexValue(raw[index + 2])
                else { return nil }
                bytes.append(high << 4 | low)
                index += 3
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? Characters.space : byte)
                index += 1
            }
        }
        return bytes
    }
}
