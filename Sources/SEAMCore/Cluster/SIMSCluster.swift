/// SIMS-Cluster: cells into types.
public enum SIMSCluster {
    /// How cells are grouped.
    public enum Method: String, Sendable, CaseIterable {
        /// Communities of the graph of nearest cells (Leiden), merged where they do not separate.
        case leiden
        /// Multi-kernel similarity learning (Wang et al., Nature Methods 2017), the large-scale form.
        case simlr
        /// k-means on the principal components of the vectors.
        case kmeans
    }

    /// What can be set.
    public struct Parameters: Sendable, Hashable {
        /// How cells are grouped.
        public var method = Method.leiden
        /// k, at least 1, or nil to estimate it.
        public var clusters: Int?
        /// Largest k considered when it is estimated.
        public var maximumClusters = 16
        /// Resolution of Leiden above 0, higher for smaller communities, or nil for one that suits the
        /// number of cells.
        public var resolution: Double?
        /// Neighbours of a cell in SIMLR's kernels.
        public var neighbours = 10
        /// Restarts of k-means.
        public var restarts = 50
        /// Draws of four fifths of the cells that are grouped anew to see how stable clusters are; 0 for none.
        public var stabilityDraws = 0
        /// Names every random stream.
        public var seed: UInt64 = 0

        /// The defaults.
        public init() {}
    }

    /// One estimate of the number of clusters.
    public struct Estimate: Sendable, Hashable {
        /// Which estimator: `merge`, `eigengap`, `simlr_k1`, `simlr_k2`.
        public var estimator: String
        /// The k it recommends.
        public var clusters: Int
        /// Its curve as (k, value), empty where it has none.
        public var curve: [SIMD2<Double>]

        /// An estimate.
        public init(estimator: String, clusters: Int, curve: [SIMD2<Double>] = []) {
            self.estimator = estimator
            self.clusters = clusters
            self.curve = curve
        }
    }

    /// The groups.
    public struct Result: Sendable {
        /// Numbers of the C cells, ascending.
        public var cellIDs: [Int32]
        /// Cluster of each cell, 1..k by falling size.
        public var clusters: [Int32]
        /// Number of clusters.
        public var count: Int
        /// Silhouette of each cell in the space that was clustered, -1...1.
        public var silhouettes: [Double]
        /// Share of the draws in which a cell came back with its cluster, 0...1; NaN where that is not known.
        public var stabilities: [Double]
        /// Mean over draws of the Jaccard index of each cluster with what came back of it, 0...1 or NaN.
        public var clusterStabilities: [Double]
        /// Estimates of k, the one that was used first; empty when k was given.
        public var estimates: [Estimate]
        /// Things the user should know.
        public var warnings: [String]

        /// A result.
        public init(
            cellIDs: [Int32], clusters: [Int32], count: Int, silhouettes: [Double],
            stabilities: [Double], clusterStabilities: [Double], estimates: [Estimate],
            warnings: [String]
        ) {
            self.cellIDs = cellIDs
            self.clusters = clusters
            self.count = count
            self.silhouettes = silhouettes
            self.stabilities = stabilities
            self.clusterStabilities = clusterStabilities
            self.estimates = estimates
            self.warnings = warnings
        }
    }
}
