public import Bytes

/// An annotated matrix as the Python package anndata holds it: observations (cells) x variables (ions).
public struct AnnData: Sendable {
    /// A dense matrix with one row an observation, which is made some rows at a time.
    public struct Matrix: Sendable {
        /// Length of a row.
        public let columns: Int
        let type: NumberType
        let rows: @Sendable (Range<Int>) -> ZarrValues

        /// Single precision: `rows` gives the values of some rows, row-major.
        public init(columns: Int, rows: @escaping @Sendable (Range<Int>) -> [Float]) {
            self.columns = columns
            type = .float32
            self.rows = { .float32(rows($0)) }
        }

        /// Double precision, row-major.
        public init(_ values: [Double], columns: Int) {
            self.columns = columns
            type = .float64
            rows = { .float64(Array(values[$0.lowerBound * columns..<$0.upperBound * columns])) }
        }

        /// Single precision, row-major.
        public init(_ values: [Float], columns: Int) {
            self.init(columns: columns) {
                Array(values[$0.lowerBound * columns..<$0.upperBound * columns])
            }
        }

        /// The types of numbers as NumPy names them.
        enum NumberType: String, Sendable {
            case float32 = "<f4"
            case float64 = "<f8"

            /// Bytes of one.
            var itemSize: Int { self == .float32 ? 4 : 8 }
        }
    }

    /// A column of a table.
    public enum Column: Sendable {
        /// Whole numbers.
        case integers([Int32])
        /// Numbers; NaN where there is none.
        case numbers([Double])
        /// Texts.
        case texts([String])
        /// Places in a list of names, from 0; -1 where there is none.
        case categories([Int32], names: [String])
    }

    /// A table: names of its rows, and named columns.
    public struct Table: Sendable {
        /// A name of every row.
        public var index: [String]
        /// The columns in their order.
        public var columns: [(name: String, column: Column)]

        /// A table.
        public init(index: [String], columns: [(name: String, column: Column)]) {
            self.index = index
            self.columns = columns
        }
    }

    /// Something that belongs to the whole.
    public indirect enum Value: Sendable {
        /// A truth value.
        case truth(Bool)
        /// A whole number.
        case integer(Int)
        /// A number.
        case number(Double)
        /// A text.
        case text(String)
        /// A row of numbers.
        case numbers([Double])
        /// A row of texts.
        case texts([String])
        /// A table.
        case table(Table)
        /// Named values.
        case group([(name: String, value: Value)])
    }

    /// The observations.
    public var observations: Table
    /// The variables.
    public var variables: Table
    /// The matrix, one column a variable; nil where there is none.
    public var matrix: Matrix?
    /// Further matrices of the same shape.
    public var layers: [(name: String, matrix: Matrix)] = []
    /// Further matrices with one row an observation.
    public var embeddings: [(name: String, matrix: Matrix)] = []
    /// What belongs to the whole.
    public var unstructured: [(name: String, value: Value)] = []

    /// Observations and variables without a matrix.
    public init(observations: Table, variables: Table) {
        self.observations = observations
        self.variables = variables
    }

    /// Writes the whole as a Zarr store (version 2) into an archive: at its root for
    /// `.adata.zarr.zip`, or below a folder of it (`cells.adata.zarr/`).
    ///
    /// - Precondition: the matrices have a row an observation; matrix and layers a column a variable;
    ///   columns of a table are as long as its index.
    /// - Complexity: O(values); holds one chunk of a matrix at a time.
    public func write(to zip: inout ZipWriter, folder: String = "") throws(FileError) {
        var store = ZarrStore(into: zip, folder: folder)
        try store.add(self, at: "")
        zip = try store.finish()
    }
}
