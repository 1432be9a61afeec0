import Bytes

/// AnnData's on-disk format (anndata, "fileformat-prose": encodings `anndata`, `dataframe`, `dict`,
/// `categorical`, `array`, `string-array` and the scalars).
extension ZarrStore {
    /// Adds an annotated matrix at a path, empty for the root.
    ///
    /// - Precondition: the matrices have a row an observation; matrix and layers a column a variable.
    mutating func add(
        _ data: AnnData, at path: String, _ attributes: [JSON.Member] = []
    ) throws(FileError) {
        let root = path.isEmpty ? "" : path + "/"
        let rows = data.observations.index.count
        let columns = data.variables.index.count
        try group(path, Self.encoding("anndata", "0.1.0") + attributes)
        if let matrix = data.matrix {
            precondition(matrix.columns == columns, "a column a variable")
            try add(matrix, rows: rows, at: root + "X")
        }
        try add(data.observations, at: root + "obs")
        try add(data.variables, at: root + "var")
        precondition(data.layers.allSatisfy { $0.matrix.columns == columns }, "as the matrix")
        for (name, matrices) in [("layers", data.layers), ("obsm", data.embeddings)] {
            try group(root + name, Self.dictionary)
            for entry in matrices {
                try add(entry.matrix, rows: rows, at: "\(root)\(name)/\(entry.name)")
            }
        }
        for name in ["varm", "obsp", "varp"] { try group(root + name, Self.dictionary) }
        try add(.group(data.unstructured), at: root + "uns")
    }

    private static let dictionary = encoding("dict", "0.1.0")

    private static func encoding(_ type: String, _ version: String = "0.2.0") -> [JSON.Member] {
        [.init("encoding-type", .string(type)), .init("encoding-version", .string(version))]
    }

    private mutating func add(
        _ matrix: AnnData.Matrix, rows: Int, at path: String
    ) throws(FileError) {
        try self.matrix(path, matrix, rows: rows, Self.encoding("array"))
    }

    private mutating func add(_ table: AnnData.Table, at path: String) throws(FileError) {
        let names = table.columns.map { JSON.string($0.name) }
        try group(
            path,
            Self.encoding("dataframe") + [
                .init("_index", "_index"), .init("column-order", .array(names)),
            ])
        try add(.texts(table.index), rows: table.index.count, at: path + "/_index")
        for (name, column) in table.columns {
            try add(column, rows: table.index.count, at: "\(path)/\(name)")
        }
    }

    private mutating func add(
        _ column: AnnData.Column, rows: Int, at path: String
    ) throws(FileError) {
        switch column {
        case .integers(let values):
            try array(path, .int32(values), shape: [rows], Self.encoding("array"))
        case .numbers(let values):
            try array(path, .float64(values), shape: [rows], Self.encoding("array"))
        case .texts(let values):
            try array(path, .strings(values), shape: [rows], Self.encoding("string-array"))
        case .categories(let codes, let names):
            try group(path, Self.encoding("categorical") + [.init("ordered", false)])
            try array(
                path + "/codes", .codes(codes, count: names.count), shape: [rows],
                Self.encoding("array"))
            try add(.texts(names), rows: names.count, at: path + "/categories")
        }
    }

    private mutating func add(_ value: AnnData.Value, at path: String) throws(FileError) {
        switch value {
        case .truth(let value):
            try array(path, .bool([value]), shape: [], Self.encoding("numeric-scalar"))
        case .integer(let number):
            try array(path, .int64([Int64(number)]), shape: [], Self.encoding("numeric-scalar"))
        case .number(let number):
            try array(path, .float64([number]), shape: [], Self.encoding("numeric-scalar"))
        case .text(let text):
            try array(path, .strings([text]), shape: [], Self.encoding("string"))
        case .numbers(let values): try add(.numbers(values), rows: values.count, at: path)
        case .texts(let values): try add(.texts(values), rows: values.count, at: path)
        case .table(let table): try add(table, at: path)
        case .group(let members):
            try group(path, Self.dictionary)
            for (name, member) in members { try add(member, at: "\(path)/\(name)") }
        }
    }
}
