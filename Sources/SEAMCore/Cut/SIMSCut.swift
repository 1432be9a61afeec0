public import Imaging

/// SIMS-Cut: label-free segmentation of nuclei from many ions.
public enum SIMSCut {
    /// How nuclei are found.
    public enum Method: String, Sendable, CaseIterable {
        /// Poisson class models with local levels, a calibrated graph cut and the division of least
        /// description length. Needs no choice by a person.
        case mdl
        /// The published method: two restricted Boltzmann machines a level, an F-beta offset, a
        /// Potts graph cut and reaping (Yuan et al. 2021, Methods "SIMS-Cut").
        case published
    }

    /// The contrast term of the published graph cut.
    public enum Contrast: String, Sendable, CaseIterable {
        /// One mean of the squared differences over the whole image.
        case auto
        /// A local mean, as the text intends.
        case adaptive
        /// A local mean of the already exponentiated weights, as the authors' code runs.
        case adaptiveAsPublished = "adaptive-as-published"
    }

    /// What can be set.
    public struct Parameters: Sendable, Hashable {
        /// How nuclei are found.
        public var method = Method.mdl
        /// How many channels, by falling correlation with the marker, carry the appearance.
        public var topChannels = 20
        /// Smallest nucleus kept, in pixels; nil is the method's own (8 for mdl, 2 published).
        public var minimumArea: Int?
        /// Largest nucleus kept, in pixels; nil is no bound.
        public var maximumArea: Int?
        /// Published: the beta of the F measure, 0.3...1; smaller favours precision.
        public var beta = 0.7
        /// Published: what all pair weights are divided by.
        public var divisor = 10.0
        /// Published: the contrast term.
        public var contrast = Contrast.auto
        /// Published: whether the chosen channels are smoothed by a Gaussian of one pixel first.
        public var smoothing = false
        /// Published: training epochs of each restricted Boltzmann machine.
        public var epochs = 10
        /// Published: largest number of levels.
        public var maximumLevels = 100
        /// Published: how far the mean of the marker may fall while climbing the tree.
        public var fold = 0.97
        /// Names every random stream.
        public var seed: UInt64 = 0

        /// The defaults.
        public init() {}
    }

    /// The mask and what is known about it.
    public struct Result: Sendable {
        /// Cell numbers, row by row of the image by each cell's first pixel.
        public var labels: LabelImage
        /// The cells in the order of their numbers.
        public var cells: [Cell]
        /// Indices (into the stack) of the channels used, the marker first.
        public var channels: [Int]
        /// Foreground pixels of each level (published) or of the cut (mdl: one).
        public var foreground: [Int]
        /// Named figures a person may want to see, such as `marker_z`.
        public var diagnostics: [String: Double]
        /// Things the user should know, such as that no nuclei were found and why.
        public var warnings: [String]

        /// A result.
        public init(
            labels: LabelImage, cells: [Cell], channels: [Int], foreground: [Int],
            diagnostics: [String: Double], warnings: [String]
        ) {
            self.labels = labels
            self.cells = cells
            self.channels = channels
            self.foreground = foreground
            self.diagnostics = diagnostics
            self.warnings = warnings
        }
    }
}
