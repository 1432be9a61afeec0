import Bytes

/// AnnData's on-disk format (anndata, "fileformat-prose": encodings `anndata`, `dataframe`, `dict`,
/// `categorical`, `array`, `string-array` and the scalars).
extension ZarrStore {
    /// Adds an annotated matrix at a path, empty for the root.
    ///
    /// - Precondition: the matrices have a row an observation; matrix and layers a column a variable.
    mutating func add(
        _ data: AnnData, at path: String, _ attributes: [JSON.Member] = []
    ) {
        let root = path.isEmpty ? "" : path + "/"
        let rows = data.observations.index.count
        let columns = data.variables.index.count
        group(path, Self.encoding("anndata", "0.1.0") + attributes)
        if let matrix = data.matrix {
            precondition(matrix.columns == columns, "a column a variable")
            add(matrix, rows: rows, at: root + "X")
        }
        add(data.observations, at: root + "obs")
        add(data.variables, at: root + "var")
        precondition(data.layers.allSatisfy { $0.matrix.columns == columns }, "as the matrix")
        for (name, matrices) in [("layers", data.layers), ("obsm", data.embeddings)] {
            group(root + name, Self.dictionary)
            for entry in matrices {
                add(entry.matrix, rows: rows, at: "\(root)\(name)/\(entry.name)")
            }
        }
        for name in ["varm", "obsp", "varp"] { group(root + name, Self.dictionary) }
        add(.group(data.unstructured), at: root + "uns")
    }

    private static let dictionary = encoding("dict", "0.1.0")

    private static func encoding(_ type: String, _ version: String = "0.2.0") -> [JSON.Member] {
        [.init("encoding-type", .string(type)), .init("encoding-version", .string(version))]
    }

    private mutating func add(
        _ matrix: AnnData.Matrix, rows: Int, at path: String
    ) {
        // About four million bytes a chunk: a reader of some rows need not read all.
        let chunkRows = max(1, min(rows, 1_000_000 / max(matrix.columns, 1)))
        array(
            path, matrix.values, shape: [rows, matrix.columns],
            chunk: [chunkRows, max(matrix.columns, 1)], Self.encoding("array"))
    }

    private mutating func add(_ table: AnnData.Table, at path: String) {
        let names = table.columns.map { JSON.string($0.name) }
        group(
            path,
            Self.encoding("dataframe") + [
                .init("_index", "_index"), .init("column-order", .array(names)),
            ])
        add(.texts(table.index), rows: table.index.count, at: path + "/_index")
        for (name, column) in table.columns {
            add(column, rows: table.index.count, at: "\(path)/\(name)")
        }
    }

    private mutating func add(
        _ column: AnnData.Column, rows: Int, at path: String
    ) {
        switch column {
        case .integers(let values):
            array(path, .int32(values), shape: [rows], Self.encoding("array"))
        case .numbers(let values):
            array(path, .float64(values), shape: [rows], Self.encoding("array"))
        case .texts(let values):
            array(path, .strings(values), shape: [rows], Self.encoding("string-array"))
        case .categories(let codes, let names):
            group(path, Self.encoding("categorical") + [.init("ordered", false)])
            array(
                path + "/codes", .codes(codes, count: names.count), shape: [rows],
                Self.encoding("array"))
            add(.texts(names), rows: names.count, at: path + "/categories")
        }
    }

    private mutating func add(_ value: AnnData.Value, at path: String) {
        switch value {
        case .integer(let number):
            array(path, .int64([Int64(number)]), shape: [], Self.encoding("numeric-scalar"))
        case .number(let number):
            array(path, .float64([number]), shape: [], Self.encoding("numeric-scalar"))
        case .text(let text):
            array(path, .strings([text]), shape: [], Self.encoding("string"))
        case .numbers(let values): add(.numbers(values), rows: values.count, at: path)
        case .texts(let values): add(.texts(values), rows: values.count, at: path)
        case .table(let table): add(table, at: path)
        case .group(let members):
            group(path, Self.dictionary)
            for (name, member) in members { add(member, at: "\(path)/\(name)") }
        }
    }
}
