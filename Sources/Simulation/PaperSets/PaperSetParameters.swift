/// Which of the paper's simulated datasets is made, and how strongly cells are altered.
public struct PaperSetParameters: Sendable, Hashable {
    /// Which ions are altered by datasets 4 to 9.
    public enum Pair: Sendable, Hashable {
        /// Two different ones at random, as published.
        case random
        /// The 5th and the 9th brightest inside cells.
        case bright
        /// The 41st and the 51st brightest.
        case mid
        /// Two channels by index, different.
        case channels(Int, Int)
    }

    /// What becomes of Gaussian draws that are no counts.
    public enum Negatives: String, Sendable, CaseIterable {
        /// Negative ones become 0, which raises the mean a little.
        case clip
        /// All stay as drawn: the definition's words; logarithms of such values do not exist.
        case keep
        /// Rounded to whole counts, then negative ones become 0.
        case round
    }

    /// The dataset, 1...9.
    public var set: Int
    /// Share of noise: appended or replaced pixels (1, 3: 0...10 and 0...1), upper bound of the factor
    /// (2: above 0, at most 10).
    public var rho = 0.5
    /// Fold change f of datasets 4...9, 0...10 (8, 9: 0...2).
    public var fold = 1.5
    /// The ions altered by datasets 4...9.
    public var pair = Pair.random
    /// Whether each cell is there once in every class (3...9), as the paper words it. A cell's nearest
    /// neighbour is then its copy in another class; otherwise each cell is in one class.
    public var copies = false
    /// Whether datasets 8 and 9 multiply by f and 2 - f, as the authors' code does, instead of drawing.
    public var multiplicative = false
    /// What becomes of draws that are no counts (3, 8, 9).
    public var negatives = Negatives.clip
    /// The section the cells are taken from; its `types` are the cell lines.
    public var section: SectionParameters

    /// The defaults of a dataset: a `culture` of four lines (1...3) or of one (4...9), without ions
    /// that are there in some nuclei only.
    ///
    /// - Precondition: 1...9.
    public init(set: Int, seed: UInt64) {
        precondition((1...9).contains(set), "datasets are numbered 1...9")
        guard var section = SectionParameters.preset("culture") else {
            preconditionFailure("there is a culture")
        }
        self.set = set
        section.types = set <= 3 ? 4 : 1
        section.bimodal = false
        section.seed = seed
        self.section = section
    }

    /// Seed of the section: datasets 4 to 7 are four different lines.
    var sectionSeed: UInt64 {
        (4...7).contains(set) ? section.seed &+ UInt64(set - 4) * 1_000_003 : section.seed
    }

    func validate() throws(SimulationError) {
        try check("paper-set", Double(set), 1, 9)
        try check("rho", rho, set == 2 ? 1e-6 : 0, set == 3 ? 1 : 10)
        try check("f", fold, 0, set >= 8 ? 2 : 10)
        if case .channels(let i, let j) = pair {
            let last = Double(section.ions - 1)
            try check("pair", Double(i), 0, last)
            try check("pair", Double(j), 0, last)
            guard i != j else {
                throw .badParameter(name: "pair", detail: "expected two channels, found \(i) twice")
            }
        }
    }
}

extension PaperSetParameters.Pair {
    /// `random`, `bright`, `mid`, or two indices as in `12,40` or `12-40`; nil for other text.
    public init?(_ text: String) {
        switch text {
        case "random": self = .random
        case "bright": self = .bright
        case "mid": self = .mid
        default:
            let parts = text.split(omittingEmptySubsequences: false) { $0 == "," || $0 == "-" }
                .map { Int($0) }
            guard parts.count == 2, let i = parts[0], let j = parts[1] else { return nil }
            self = .channels(i, j)
        }
    }
}
