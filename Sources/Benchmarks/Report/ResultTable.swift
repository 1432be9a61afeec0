/// Results as lines of text: for a terminal, or as a table of Markdown.
public struct ResultTable: Sendable {
    /// What stands in the columns.
    public let header: [String]
    /// One row a result.
    public private(set) var rows: [[String]] = []
    /// Columns of numbers are set to the right.
    private let numeric: Set<Int>

    /// An empty table.
    ///
    /// - Precondition: every number of `numeric` is that of a column.
    public init(header: [String], numeric: Set<Int>) {
        precondition(numeric.allSatisfy { header.indices.contains($0) }, "columns that are there")
        self.header = header
        self.numeric = numeric
    }

    /// Adds a row.
    ///
    /// - Precondition: as many cells as there are columns.
    public mutating func add(_ cells: [String]) {
        precondition(cells.count == header.count, "a cell a column")
        rows.append(cells)
    }

    /// Columns padded with blanks, the header first.
    public var text: String {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            row.indices.map { column in
                let blanks = String(repeating: " ", count: widths[column] - row[column].count)
                return numeric.contains(column) ? blanks + row[column] : row[column] + blanks
            }.joined(separator: "  ").trimmedAtEnd
        }.joined(separator: "\n")
    }

    /// The table as GitHub's Markdown; a bar within a cell is escaped.
    public var markdown: String {
        let line = { (cells: [String]) in "| " + cells.joined(separator: " | ") + " |" }
        let rule = header.indices.map { numeric.contains($0) ? "---:" : "---" }
        let body = rows.map { row in
            line(
                row.map {
                    $0.split(separator: "|", omittingEmptySubsequences: false).joined(
                        separator: "\\|")
                })
        }
        return ([line(header), line(rule)] + body).joined(separator: "\n")
    }
}

extension String {
    fileprivate var trimmedAtEnd: String {
        var text = Substring(self)
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
