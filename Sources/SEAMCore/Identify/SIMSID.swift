/// SIMS-ID: each nucleus as a vector.
public enum SIMSID {
    /// How a nucleus becomes a vector.
    public enum Method: String, Sendable, CaseIterable {
        /// By a pixel classifier with one class a cell, distilled at a temperature (Yuan et al. 2021,
        /// Methods "SIMS-ID").
        case distilled
        /// The mean over its pixels of the log median-normalised counts.
        case mean
        /// How its ions vary together from pixel to pixel: the components of their correlations and
        /// variances that stand out of noise. Sees what the mean cannot, and not what it can.
        case joint
    }

    /// How the classifier is trained.
    public enum Schedule: String, Sendable, CaseIterable {
        /// Scaled input, large batches, a cosine rate: the same loss in a tenth of the time.
        case fast
        /// 200 epochs of batch 64 at a constant rate, as published.
        case published
    }

    /// What can be set.
    public struct Parameters: Sendable, Hashable {
        /// How a nucleus becomes a vector.
        public var method = Method.distilled
        /// How the classifier is trained.
        public var schedule = Schedule.fast
        /// Passes over the pixels, or nil for the schedule's own.
        public var epochs: Int?
        /// Softmax temperature of the distillation.
        public var temperature = 5.0
        /// Names every random stream.
        public var seed: UInt64 = 0

        /// The defaults.
        public init() {}
    }

    /// The trained classifier: M -> 128 ReLU -> 128 ReLU -> 128 -> C, without biases.
    public struct Network: Sendable {
        /// The weights of the four layers, each row-major as input x output.
        public var layers: [[Float]]
        /// Widths M, 128, 128, 128, C.
        public var widths: [Int]
        /// What the total-normalised input is multiplied by.
        public var inputScale: Float

        /// A classifier.
        public init(layers: [[Float]], widths: [Int], inputScale: Float) {
            self.layers = layers
            self.widths = widths
            self.inputScale = inputScale
        }
    }

    /// The vectors of all cells, in the form the next stage needs.
    public struct Result: Sendable {
        /// Numbers of the C cells, ascending.
        public var cellIDs: [Int32]
        /// Length of a cell's vector: P pixels inside cells (distilled), M channels (mean) or the number of
        /// components (joint).
        public var dimension: Int
        /// Distilled and joint: inner products of all pairs of vectors, C x C; nil for `mean`.
        public var gram: [Double]?
        /// Mean over each cell's pixels of log(1 + (v + 1) / (median + 1)), C x M.
        public var logMeans: [Float]
        /// Mean over each cell's pixels of the total-normalised counts, C x M.
        public var means: [Float]
        /// Joint: the vectors, C x `dimension`, each column of mean 0 and a variance below 1.
        public var components: [Float]?
        /// Distilled: the classifier, from which the C x P matrix can be made.
        public var network: Network?
        /// Distilled: mean training cross-entropy of every epoch.
        public var losses: [Double]
        /// Things the user should know.
        public var warnings: [String]

        /// A result.
        public init(
            cellIDs: [Int32], dimension: Int, gram: [Double]?, logMeans: [Float], means: [Float],
            components: [Float]? = nil,
            network: Network?, losses: [Double], warnings: [String]
        ) {
            self.cellIDs = cellIDs
            self.dimension = dimension
            self.gram = gram
            self.logMeans = logMeans
            self.means = means
            self.components = components
            self.network = network
            self.losses = losses
            self.warnings = warnings
        }
    }
}
