public import Bytes

/// A kind of job: what it takes, what it makes.
public enum JobKind: String, Sendable, CaseIterable {
    /// SIMS-View.
    case view
    /// SIMS-Cut.
    case segmentation
    /// SIMS-ID or the mean.
    case representation
    /// SIMS-Cluster.
    case clustering
    /// UMAP of cells.
    case embedding
    /// SIMS-Diff.
    case diff
    /// All of them.
    case analysis

    /// A job whose result another one takes.
    public struct Input: Sendable {
        /// Its name among the inputs, the kind's own name.
        public var kind: JobKind
        /// Whether the job can do its work without it.
        public var optional = false
        /// The parameter that asks for it; where that is not set, it is not wanted.
        public var askedBy: String?
    }

    /// What it takes.
    public var inputs: [Input] {
        switch self {
        case .view, .segmentation: []
        case .representation: [Input(kind: .segmentation)]
        case .clustering:
            [Input(kind: .representation), Input(kind: .clustering, askedBy: "of_clusters")]
        case .embedding:
            [
                Input(kind: .representation),
                Input(kind: .clustering, optional: true),
            ]
        case .diff: [Input(kind: .clustering)]
        case .analysis: JobKind.parts.map { Input(kind: $0, optional: true) }
        }
    }

    /// The parts of an analysis, in the order they are made.
    public static let parts: [JobKind] = [
        .view, .segmentation, .representation, .clustering, .embedding, .diff,
    ]

    /// One sentence for people.
    public var summary: String {
        switch self {
        case .view: "SIMS-View: all ions in one colour image (UMAP of pixels to CIELAB)"
        case .segmentation: "SIMS-Cut: nuclei as a label image and a table of cells"
        case .representation: "SIMS-ID: each nucleus as a vector"
        case .clustering: "SIMS-Cluster: nuclei into types"
        case .embedding: "UMAP of nuclei in two dimensions"
        case .diff: "SIMS-Diff: the ions that mark each cluster"
        case .analysis: "view, segmentation, representation, clustering, embedding and diff"
        }
    }

    /// The representations of its result by suffix, the default first.
    public var formats: [String] {
        switch self {
        case .view: ["png", "json", "npy", "embedding.npy"]
        case .segmentation: ["json", "csv", "tsv", "png", "npy", "tif", "geojson"]
        case .representation: ["json", "npy"]
        case .clustering: ["json", "csv", "tsv", "png", "tif", "geojson"]
        case .embedding: ["json", "csv", "tsv", "png"]
        case .diff: ["json", "csv", "tsv", "png"]
        case .analysis: ["json", "html", "adata.zarr.zip", "sdata.zarr.zip"]
        }
    }

    /// Further pictures under `/plots`.
    public var plots: [String] {
        switch self {
        case .view, .analysis: []
        case .segmentation: ["outlines"]
        case .representation: ["loss"]
        case .clustering: ["map", "estimates"]
        case .embedding: ["umap"]
        case .diff: ["heatmap"]
        }
    }

    /// The kind as `GET /v1` shows it.
    public var document: JSON {
        [
            "kind": .string(rawValue), "summary": .string(summary),
            "inputs": .array(inputs.map { .string($0.kind.rawValue) }),
            "formats": .array(formats.map { .string($0) }),
            "plots": .array(plots.map { .string($0) }),
            "parameters": ParameterSpec.schema(parameters),
        ]
    }
}
