/// The conditions of a query that are given.
struct Conditions {
    private var texts: [String] = []
    private(set) var values: [Value] = []

    /// Adds a condition with one parameter, if there is a value for it.
    mutating func add(_ text: String, _ value: String?) {
        guard let value else { return }
        texts.append(text)
        values.append(Value(value))
    }

    /// Adds "older than the cursor", if there is one.
    mutating func add(cursor: String?, column: String) throws(StoreError) {
        guard let cursor else { return }
        texts.append("\(column) < ?")
        values.append(Value(try Cursor.row(cursor)))
    }

    /// The clause, or nothing without conditions.
    var sql: String { texts.isEmpty ? "" : " WHERE " + texts.joined(separator: " AND ") }
}

/// Where a page ended: the row number of its last item, in a form that does not invite arithmetic.
enum Cursor {
    private static let mask = 0x5EA_11CE

    static func text(_ row: Int) -> String { "c" + String(row ^ mask, radix: 36) }

    static func row(_ text: String) throws(StoreError) -> Int {
        guard text.first == "c", text.count <= 14, let number = Int(text.dropFirst(), radix: 36),
            number >= 0, self.text(number ^ mask) == text
        else { throw .invalid("a cursor that no list gave") }
        return number ^ mask
    }

    /// How many rows to ask for: one more than the page holds tells whether there is another.
    static func rows(limit: Int) throws(StoreError) -> Value {
        guard (1...1_000_000).contains(limit) else {
            throw .invalid("a page has 1 to 1,000,000 items, not \(limit)")
        }
        return Value(limit + 1)
    }

    /// A page from the rows asked for.
    static func page<T: Sendable>(_ rows: [(T, Int)], limit: Int) -> Page<T> {
        let shown = rows.prefix(limit)
        let more = rows.count > limit ? shown.last.map { text($0.1) } : nil
        return Page(items: shown.map { $0.0 }, next: more)
    }
}

/// Lists of one-line texts in one column.
enum Lines {
    /// One line each; a line break inside one becomes a space.
    static func text(_ list: [String]) -> String {
        list.map { line in String(line.map { $0.isNewline ? " " : $0 }) }.joined(separator: "\n")
    }

    static func list(_ text: String) -> [String] {
        text.isEmpty
            ? [] : text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}
