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
        ///
        /// The authors kept masks made with and without; counts are too few to go without.
        public var smoothing = true
        /// Published: training epochs of each restricted Boltzmann machine.
        public var epochs = 10
        /// Published: largest number of levels.
        public var maximumLevels = 100
        /// Published: to which share the mean of the marker may fall in one step up the tree.
        ///
        /// The authors' code has 0.97 and 1.00. On a simulated section of Poisson counts 0.8 gives an
        /// object F1 of 0.55 and 0.97 gives 0.11: the step from a few bright pixels to the next level
        /// always costs more than 3 % there.
        public var fold = 0.8
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
