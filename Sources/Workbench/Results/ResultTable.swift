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
