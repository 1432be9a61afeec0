import Imaging

/// What a grid evaluates on: images with as much truth as there is, or only cells' vectors.
struct EvaluationData: Sendable {
    /// Ion images, or nil for a table of vectors.
    var stack: IonStack?
    /// True nuclei, or nil where none are known.
    var truth: LabelImage?
    /// Type of each true nucleus (or row of the table), 0-based; empty where unknown.
    var types: [Int32]
    /// True fold changes, type by ion; empty where unknown.
    var fold: [[Double]]
    /// Index of the marker channel.
    var marker: Int
    /// Vectors of cells without images, row-major.
    var vectors: [Float] = []
    /// Whether pixels have places (not so for the paper's datasets).
    var isImage = true
    /// Which cells the later stages are given.
    var cells = CellSource.truth

    /// Which cells the later stages are given.
    enum CellSource: Sendable {
        /// The true nuclei.
        case truth
        /// The true nuclei with a tenth each eroded, dilated and merged.
        case damaged
        /// Those that SIMS-Cut finds with its defaults.
        case segmented
    }
}
