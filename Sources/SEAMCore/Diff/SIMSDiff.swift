/// SIMS-Diff: the ions that mark a cluster.
public enum SIMSDiff {
    /// How ions are scored.
    public enum Method: String, Sendable, CaseIterable {
        /// Ratio of mean earth mover's distances between and within groups, on raw counts.
        case emd
        /// Welch's t on cell means.
        case t
        /// Wilcoxon's rank sum on cell means.
        case wilcoxon
    }

    /// What cell means are divided by before they are compared.
    public enum Normalization: String, Sendable, CaseIterable {
        /// Nothing.
        case none
        /// The cell's own counts a pixel, summed over the channels, in units of the mean over cells: a cell that
        /// lies where the instrument counted less is not lower in every ion. Distances stay of raw counts.
        case total
    }

    /// What can be set.
    public struct Parameters: Sendable, Hashable {
        /// How ions are scored.
        public var method = Method.emd
        /// What cell means are divided by.
        public var normalization = Normalization.none
        /// Keep exactly this many ions a cluster, or nil for all.
        public var top: Int?
        /// Compare these clusters ... (nil: every cluster against the rest).
        public var group: [Int32]?
        /// ... with these (nil: all others).
        public var reference: [Int32]?

        /// The defaults.
        public init() {}
    }

    /// Whether an ion is higher or lower in the cluster than in the rest.
    public enum Direction: String, Sendable {
        /// Higher.
        case up
        /// Lower.
        case down
    }

    /// One ion for one cluster.
    public struct Marker: Sendable, Hashable {
        /// Cluster number; 1 stands for `group` when two sets are compared.
        public var cluster: Int32
        /// From 1 within a cluster: up ions by falling score, then down ions.
        public var rank: Int
        /// Index of the channel in the stack.
        public var channel: Int
        /// By the mean against the rest.
        public var direction: Direction
        /// `betweenWithin` for emd, else the statistic.
        public var score: Double?
        /// Mean distance between the groups over mean distance within; nil where undefined.
        public var betweenWithin: Double?
        /// The published ratio of sums, within over between; nil where undefined.
        public var withinBetweenSums: Double?
        /// log2 of the ratio of mean counts, with a pseudo count where one is zero.
        public var log2FoldChange: Double?
        /// Area under the ROC curve of cell means against the rest.
        public var auc: Double?
        /// Two-sided p of Welch's t (emd, t) or the rank sum (wilcoxon) on cell means.
        public var pValue: Double?
        /// The p values of a cluster adjusted by Benjamini and Hochberg.
        public var pAdjusted: Double?

        /// A row of the marker table.
        public init(
            cluster: Int32, rank: Int, channel: Int, direction: Direction, score: Double?,
            betweenWithin: Double?, withinBetweenSums: Double?, log2FoldChange: Double?,
            auc: Double?, pValue: Double?, pAdjusted: Double?
        ) {
            self.cluster = cluster
            self.rank = rank
            self.channel = channel
            self.direction = direction
            self.score = score
            self.betweenWithin = betweenWithin
            self.withinBetweenSums = withinBetweenSums
            self.log2FoldChange = log2FoldChange
            self.auc = auc
            self.pValue = pValue
            self.pAdjusted = pAdjusted
        }
    }

    /// The marker table.
    public struct Result: Sendable {
        /// All rows, by cluster, then rank.
        public var markers: [Marker]
        /// Things the user should know.
        public var warnings: [String]

        /// A result.
        public init(markers: [Marker], warnings: [String]) {
            self.markers = markers
            self.warnings = warnings
        }
    }
}
