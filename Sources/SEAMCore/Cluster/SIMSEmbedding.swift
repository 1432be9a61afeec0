/// UMAP of cells in two dimensions.
public enum SIMSEmbedding {
    /// What can be set.
    public struct Parameters: Sendable, Hashable {
        /// Neighbours of a cell in the graph.
        public var neighbours = 15
        /// Least distance of points in the layout.
        public var minimumDistance = 0.5
        /// Passes of the layout, or nil for umap-learn's rule.
        public var epochs: Int?
        /// Names every random stream.
        public var seed: UInt64 = 0

        /// The defaults.
        public init() {}
    }

    /// The layout.
    public struct Result: Sendable {
        /// Numbers of the C cells, ascending.
        public var cellIDs: [Int32]
        /// Coordinates, C x 2.
        public var coordinates: [Float]

        /// A result.
        public init(cellIDs: [Int32], coordinates: [Float]) {
            self.cellIDs = cellIDs
            self.coordinates = coordinates
        }
    }
}
