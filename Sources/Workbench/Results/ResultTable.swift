import Bytes

/// A table that is written as JSON (`{"columns": [...], "rows": [{...}]}`) or as CSV.
struct ResultTable {
    /// Names of the columns.
    var columns: [String]
    /// One field a column in every row.
    var rows: [[CSVTable.Field]] = []

    init(columns: [String]) { self.columns = columns }

    /// As CSV.
    var csv: [UInt8] {
        var table = CSVTable(columns: columns)
        for row in rows { table.append(row) }
        return table.encoded
    }

    /// As text with tabs between the fields of a row (IANA `text/tab-separated-values`): a header line,
    /// nothing for a missing value, blanks for tabs and line ends in texts. Texts a spreadsheet would
    /// run as a formula begin with `'`, as in CSV.
    var tsv: [UInt8] {
        var text = columns.joined(separator: "\t") + "\n"
        for row in rows { text += row.map(Self.tabbed).joined(separator: "\t") + "\n" }
        return Array(text.utf8)
    }

    private static func tabbed(_ field: CSVTable.Field) -> String {
        switch field {
        case .text(let text):
            let plain = String(
                text.unicodeScalars.map { ["\t", "\n", "\r"].contains($0) ? " " : Character($0) })
            return plain.first.map { "=+-@".contains($0) } == true ? "'" + plain : plain
        case .int(let value): return String(value)
        case .double(let value):
            return value.isFinite
                ? String(decoding: JSON.double(value).encoded, as: UTF8.self) : ""
        case .missing: return ""
        }
    }

    /// In the form of a suffix: `csv`, `tsv`, else JSON with further members after the rows.
    func encoded(as form: String, _ further: @autoclosure () -> [JSON.Member] = []) -> [UInt8] {
        switch form {
        case "csv": csv
        case "tsv": tsv
        default: json(further())
        }
    }

    /// As JSON, with further members after the rows.
    func json(_ further: [JSON.Member] = []) -> [UInt8] {
        let objects = rows.map { row in
            JSON.object(zip(columns, row).map { JSON.Member($0, Self.value($1)) })
        }
        let members: [JSON.Member] = [
            .init("columns", .array(columns.map { .string($0) })), .init("rows", .array(objects)),
        ]
        return JSON.object(members + further).encoded
    }

    private static func value(_ field: CSVTable.Field) -> JSON {
        switch field {
        case .text(let text): .string(text)
        case .int(let value): .int(value)
        case .double(let value): value.isFinite ? .double(value) : .null
        case .missing: .null
        }
    }
}

extension CSVTable.Field {
    /// A number, or nothing.
    static func optional(_ value: Double?) -> CSVTable.Field {
        value.map { .double($0) } ?? .missing
    }

    /// Text, or nothing.
    static func optional(_ value: String?) -> CSVTable.Field { value.map { .text($0) } ?? .missing }
}
