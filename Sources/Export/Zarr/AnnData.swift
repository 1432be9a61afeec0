/// An annotated matrix as the Python package anndata holds it: observations (cells) x variables (ions).
public struct AnnData: Sendable {
    /// A dense matrix with one row an observation.
    public struct Matrix: Sendable {
        /// The values, row-major.
        let values: ZarrValues
        /// Length of a row.
        public let columns: Int

        /// Single precision.
        public init(_ values: [Float], columns: Int) {
            self.values = .float32(values)
            self.columns = columns
        }

        /// Double precision.
        public init(_ values: [Double], columns: Int) {
            self.values = .float64(values)
            self.columns = columns
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

    /// The whole as a Zarr store (version 2) in a zip archive, `.adata.zarr.zip`.
    ///
    /// - Precondition: the matrices have a row an observation; matrix and layers a column a variable;
    ///   columns of a table are as long as its index.
    /// - Complexity: O(values).
    public func zarr() -> [UInt8] {
        var store = ZarrStore()
        store.add(self, at: "")
        return store.finish()
    }
}
