import Imaging

/// What a grid measures.
public enum GridTask: String, CaseIterable, Sendable {
    /// Nuclei against the true ones.
    case segmentation
    /// How well a cell's type can be told from its nearest cells.
    case representation
    /// Clusters against types, at the true number of clusters unless the method estimates it.
    case clustering
    /// The estimated number of clusters against that of types.
    case k
    /// How faithful the layout behind SIMS-View is.
    case view
    /// Whether markers of a type are the ions planted in it.
    case diff

    /// The methods it compares, those of the product first.
    public var methods: [String] {
        switch self {
        case .segmentation:
            ["mdl", "published"] + SegmentationBaseline.allCases.map(\.rawValue)
        case .representation: ["id", "id-60", "id-published", "joint", "mean", "log-mean"]
        case .clustering:
            [
                "id+leiden", "id+leiden+k", "joint+leiden", "joint+leiden+k", "mean+leiden+k",
                "id+simlr", "id+simlr+k", "mean+simlr",
                "mean+simlr+k", "id+k-means",
                "mean+k-means", "id+spectral", "mean+spectral", "id+graph", "mean+graph",
            ]
        case .k: ["merge", "eigengap", "simlr_k1", "simlr_k2"]
        case .view: ["umap", "umap-full", "pca"]
        case .diff:
            [
                "emd", "t", "wilcoxon", "t+total", "wilcoxon+total", "t-normalised",
                "wilcoxon-normalised",
                "logistic",
            ]
        }
    }

    /// Those that run unless others are named: all but the slowest and those for special datasets only.
    var usualMethods: [String] {
        let left = [
            "published", "umap-full", "id-60", "id-published", "joint+leiden", "joint+leiden+k",
        ]
        return methods.filter { !left.contains($0) }
    }

    /// Whether the data can be used for it.
    func suits(_ data: EvaluationData) -> Bool {
        switch self {
        case .segmentation: data.stack != nil && data.isImage
        case .representation, .k: data.stack != nil && data.truth != nil && !data.types.isEmpty
        case .clustering: !data.types.isEmpty
        case .view: data.stack.map { $0.channels.count > 3 } ?? false && data.isImage
        case .diff: data.stack != nil && data.truth != nil && !data.fold.isEmpty
        }
    }
}

/// A figure of a method on a dataset.
public struct Measurement: Sendable, Hashable {
    /// What was measured, such as `object_f1`.
    public let metric: String
    /// Its value.
    public let value: Double

    /// A figure.
    public init(_ metric: String, _ value: Double) {
        self.metric = metric
        self.value = value
    }

    /// Whether less is better.
    static func isLowerBetter(_ metric: String) -> Bool {
        metric == "false_nuclei" || metric == "k_error"
    }
}
