/// The records of a pax extended header that matter here: `27 path=a/long/name.txt\n`.
struct PaxRecords {
    /// The member's name.
    private(set) var path: [UInt8]?
    /// The member's size in bytes.
    private(set) var size: Int?
    /// Whether the data have holes (GNU.sparse.*), so that their bytes are not the file's.
    private(set) var isSparse = false

    /// Parses the records.
    ///
    /// - Throws: `.malformed` where a length or a size is none.
    init(_ bytes: [UInt8]) throws(TarError) {
        let refusal = TarError(.malformed("a damaged pax header"))
        var rest = bytes[...]
        while !rest.isEmpty {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            guard let length = Int(String(decoding: digits, as: UTF8.self)),
                length > digits.count + 2, length <= rest.count,
                rest[rest.startIndex + digits.count] == 0x20
            else { throw refusal }
            let record = rest.prefix(length).dropFirst(digits.count + 1)
            guard record.last == 0x0A, let equals = record.firstIndex(of: UInt8(ascii: "="))
            else { throw refusal }
            let key = String(decoding: record[..<equals], as: UTF8.self)
            let value = Array(record[(equals + 1)...].dropLast())
            switch key {
            case "path": path = value
            case "size":
                let text = String(decoding: value, as: UTF8.self)
                guard let number = Int(text), number >= 0 else { throw refusal }
                size = number
            default: if key.hasPrefix("GNU.sparse") { isSparse = true }
            }
            rest = rest.dropFirst(length)
        }
    }
}
