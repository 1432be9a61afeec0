/// A table as CSV (RFC 4180): a header line, CRLF, an empty field for a missing value.
///
/// Text that starts with `= + - @` (or a tab or carriage return) gets a leading `'`, so that a
/// spreadsheet does not run it as a formula; numbers do not.
public struct CSVTable: Sendable {
    /// One field.
    public enum Field: Sendable {
        /// Text.
        case text(String)
        /// A whole number.
        case int(Int)
        /// A number; NaN and infinities are missing.
        case double(Double)
        /// Nothing.
        case missing
    }

    private var out: [UInt8] = []
    private let columns: Int

    /// A table with these columns and no rows.
    public init(columns: [String]) {
        self.columns = columns.count
        append(columns.map { .text($0) })
    }

    /// Adds a row.
    ///
    /// - Precondition: one field a column.
    public mutating func append(_ fields: [Field]) {
        precondition(fields.count == columns, "one field a column")
        for (index, field) in fields.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            write(field)
        }
        out += [0x0D, 0x0A]
    }

    /// The table as UTF-8.
    public var encoded: [UInt8] { out }

    private mutating func write(_ field: Field) {
        switch field {
        case .missing: break
        case .int(let value): out += String(value).utf8
        case .double(let value):
            if value.isFinite { out += JSON.double(value).encoded }
        case .text(let text): write(text)
        }
    }

    private mutating func write(_ text: String) {
        var bytes = Array(text.utf8)
        if let first = bytes.first, Array("=+-@\t\r".utf8).contains(first) {
            bytes.insert(UInt8(ascii: "'"), at: 0)
        }
        let special = Array(",\"\r\n".utf8)
        guard bytes.contains(where: { special.contains($0) }) else {
            out += bytes
            return
        }
        out.append(UInt8(ascii: "\""))
        for byte in bytes {
            out.append(byte)
            if byte == UInt8(ascii: "\"") { out.append(byte) }
        }
        out.append(UInt8(ascii: "\""))
    }
}
