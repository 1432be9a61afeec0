/// SIMS-View: all ions in one colour image (Yuan et al. 2021, Methods "SIMS-View").
///
/// Every pixel is placed in three dimensions by UMAP, and its place is its colour in CIELAB.
public enum SIMSView {
    /// What can be set.
    public struct Parameters: Sendable, Hashable {
        /// Neighbours of a pixel in the graph, 2...200.
        public var neighbours = 50
        /// Principal components kept before the neighbour search, or nil for all channels
        /// (as published).
        public var components: Int? = 50
        /// Passes of the layout, or nil for 100 above 10,000 different pixels and 500 up to there.
        public var epochs: Int?
        /// Least distance of points in the layout.
        public var minimumDistance = 0.1
        /// How places become colours.
        public var colors = Colors.fitted
        /// Names every random stream.
        public var seed: UInt64 = 0

        /// The defaults.
        public init() {}
    }

    /// The picture and what it was made from.
    public struct Result: Sendable {
        /// sRGB, P x 3, row-major.
        public var rgb: [UInt8]
        /// The layout, P x 3; its axes are those of L*, a* and b*.
        public var embedding: [Float]
        /// Things the user should know.
        public var warnings: [String]

        /// A result.
        public init(rgb: [UInt8], embedding: [Float], warnings: [String] = []) {
            self.rgb = rgb
            self.embedding = embedding
            self.warnings = warnings
        }
    }
}
