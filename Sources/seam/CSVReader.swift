/// A table read from CSV text (RFC 4180) with a header line.
struct CSVReader {
    /// Names in the header line.
    let columns: [String]
    /// The other lines, each with as many fields as there are columns, and its number in the file.
    let rows: [(line: Int, fields: [String])]

    /// Reads a table; a byte order mark, LF or CRLF, and empty lines are accepted.
    ///
    /// - Throws: `.badData` naming `path` and the line.
    init(_ bytes: [UInt8], path: String) throws(CommandFailure) {
        var scanner = CSVScanner(bytes: bytes)
        var lines: [(line: Int, fields: [String])] = []
        while let record = try scanner.next(path: path) {
            if record.fields != [""] { lines.append(record) }
        }
        guard let header = lines.first else { throw .badData("\(path): no header line") }
        columns = header.fields
        for row in lines.dropFirst() where row.fields.count != columns.count {
            throw .badData(
                "\(path), line \(row.line): expected \(columns.count) fields, "
                    + "found \(row.fields.count)")
        }
        rows = Array(lines.dropFirst())
    }

    /// Index of a column.
    ///
    /// - Throws: `.badData` where there is none of that name.
    func column(_ name: String, path: String) throws(CommandFailure) -> Int {
        guard let index = columns.firstIndex(of: name) else {
            throw .badData(
                "\(path): expected a column \"\(name)\", found \(columns.joined(separator: ", "))")
        }
        return index
    }
}

/// Splits CSV text into records.
private struct CSVScanner {
    let bytes: [UInt8]
    private var position: Int
    private var line = 1

    init(bytes: [UInt8]) {
        self.bytes = bytes
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    mutating func next(path: String) throws(CommandFailure) -> (line: Int, fields: [String])? {
        guard position < bytes.count else { return nil }
        let start = line
        var fields: [String] = []
        while true {
            fields.append(try field(path: path))
            guard position < bytes.count else { return (start, fields) }
            let end = bytes[position]
            position += 1
            if end == UInt8(ascii: ",") { continue }
            if end == 0x0D, position < bytes.count, bytes[position] == 0x0A { position += 1 }
            line += 1
            return (start, fields)
        }
    }

    /// One field; afterwards `position` is at a comma, a line end or the end.
    private mutating func field(path: String) throws(CommandFailure) -> String {
        let stops: [UInt8] = [UInt8(ascii: ","), 0x0A, 0x0D]
        let quote = UInt8(ascii: "\"")
        var text: [UInt8] = []
        guard position < bytes.count, bytes[position] == quote else {
            while position < bytes.count, !stops.contains(bytes[position]) {
                text.append(bytes[position])
                position += 1
            }
            return String(decoding: text, as: UTF8.self)
        }
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == quote {
                guard position < bytes.count, bytes[position] == quote else { break }
                position += 1
            } else if byte == 0x0A {
                line += 1
            }
            text.append(byte)
        }
        guard bytes[position - 1] == quote,
            position == bytes.count || stops.contains(bytes[position])
        else { throw .badData("\(path), line \(line): a quoted field that does not end") }
        return String(decoding: text, as: UTF8.self)
    }
}
