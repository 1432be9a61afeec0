/// Writes tar archives byte by byte, also wrong ones.
struct RawTar {
    private(set) var bytes: [UInt8] = []

    /// Adds a header with its data.
    mutating func add(
        _ name: String, _ data: [UInt8] = [], kind: Character = "0", prefix: String = "",
        magic: String = "ustar\u{0}00", size: String? = nil,
        change: (inout [UInt8]) -> Void = { _ in }
    ) {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { block[offset + index] = byte }
        }
        put(name, at: 0)
        put("0000644\u{0}", at: 100)
        put(size ?? Self.octal(data.count, digits: 11), at: 124)
        put(String(kind), at: 156)
        put(magic, at: 257)
        put(prefix, at: 345)
        change(&block)
        put("        ", at: 148)
        put(Self.octal(block.reduce(0) { $0 + Int($1) }, digits: 6) + "\u{0} ", at: 148)
        bytes += block + data
        bytes += [UInt8](repeating: 0, count: (512 - data.count % 512) % 512)
    }

    /// The archive with its end.
    var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1_024) }

    /// One pax record: its length counts itself.
    static func record(_ key: String, _ value: String) -> [UInt8] {
        let body = " \(key)=\(value)\n"
        var length = body.utf8.count + 1
        while "\(length)\(body)".utf8.count != length { length += 1 }
        return Array("\(length)\(body)".utf8)
    }

    private static func octal(_ number: Int, digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: digits - text.count) + text
    }
}
