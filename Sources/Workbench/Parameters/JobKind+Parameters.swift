import Bytes

extension JobKind {
    private static let seed = ParameterSpec(
        "seed", .integer(0...Int.max), 0,
        "Names every random stream: the same seed, the same bytes.")

    private static let channelChoice = [
        ParameterSpec(
            "features", .channels, nil,
            "Channels used, by m/z or label (default: all with a mass; if none has one, all)."),
        ParameterSpec("exclude", .channels, nil, "Channels left out, by m/z or label."),
    ]

    private static let marker = ParameterSpec(
        "marker", .channel, nil,
        "The nuclear marker, an m/z or a label (default: the ion nearest 134.05 within 0.5).")

    /// Its parameters, with defaults, as a table.
    public var parameters: [ParameterSpec] {
        switch self {
        case .view: Self.viewParameters + Self.channelChoice + [Self.seed]
        case .segmentation:
            [Self.marker] + Self.cutParameters + Self.channelChoice + [Self.seed]
        case .representation: Self.identifyParameters + Self.channelChoice + [Self.seed]
        case .clustering: Self.clusterParameters + [Self.seed]
        case .embedding: Self.embeddingParameters + [Self.seed]
        case .diff: Self.diffParameters + Self.channelChoice + [Self.seed]
        case .analysis: Self.analysisParameters
        }
    }

    private static let viewParameters = [
        ParameterSpec("neighbours", .integer(2...200), 50, "Neighbours of a pixel in the graph."),
        ParameterSpec(
            "components", .integer(0...500), 50,
            "Principal components kept before the neighbour search; 0 keeps all channels."),
        ParameterSpec(
            "epochs", .integer(1...2000), nil,
            "Passes of the layout (default 100 above 10,000 pixels, else 500)."),
        ParameterSpec(
            "min_dist", .number(0...1), 0.1, "Least distance of points in the layout."),
        ParameterSpec(
            "colors", .choice(["fitted", "published"]), "fitted",
            "fitted: distances of colours are those of the layout. published: each axis stretched."),
    ]

    private static let cutParameters = [
        ParameterSpec(
            "method", .choice(["mdl", "published"]), "mdl",
            "mdl: Poisson models and the division of least description length. published: RBMs."),
        ParameterSpec(
            "top_channels", .integer(1...500), 20,
            "Channels used, by falling correlation with the marker."),
        ParameterSpec(
            "min_area_px", .integer(1...1_000_000), nil,
            "Smallest nucleus kept, in pixels (default 8; published: 2)."),
        ParameterSpec(
            "max_area_px", .integer(1...67_108_864), nil,
            "Largest nucleus kept, in pixels (default: no bound)."),
        ParameterSpec(
            "beta", .number(0.3...1), 0.7, "published: beta of the F measure that sets the offset."),
        ParameterSpec(
            "divisor", .number(1...100), 10, "published: what all pair weights are divided by."),
        ParameterSpec(
            "contrast", .choice(["auto", "adaptive", "adaptive-as-published"]), "auto",
            "published: the contrast term of the graph cut."),
        ParameterSpec(
            "smoothing", .boolean, true, "published: smooth the channels by one pixel first."),
        ParameterSpec("epochs", .integer(1...200), 10, "published: training epochs of each RBM."),
        ParameterSpec("max_levels", .integer(1...200), 100, "published: largest number of levels."),
        ParameterSpec(
            "fold", .number(0...2), 0.8, "published: fall of the marker allowed while climbing."),
    ]

    private static let identifyParameters = [
        ParameterSpec(
            "method", .choice(["distilled", "mean", "joint"]), "distilled",
            "distilled: a pixel classifier with a class a nucleus. mean: log median-normalised mean. "
                + "joint: which ions vary together inside a nucleus."
        ),
        ParameterSpec(
            "schedule", .choice(["fast", "published"]), "fast",
            "distilled: how the classifier is trained; published is 200 epochs of batch 64."),
        ParameterSpec(
            "epochs", .integer(1...2000), nil,
            "distilled: passes over the pixels (default: the schedule's own)."),
        ParameterSpec("temperature", .number(0.1...100), 5, "distilled: softmax temperature."),
    ]

    private static let clusterCount = ParameterSpec(
        "n_clusters", .integer(1...1000), nil, "Number of clusters (default: estimated).")

    private static let clusterParameters = [
        ParameterSpec(
            "method", .choice(["leiden", "simlr", "kmeans"]), "leiden",
            "leiden: communities of nearest cells, merged where they do not separate. "
                + "simlr: multi-kernel similarity learning. kmeans: on principal components."),
        clusterCount,
        ParameterSpec(
            "max_clusters", .integer(2...60), 16, "Largest number considered when estimating."),
        ParameterSpec(
            "resolution", .number(0.01...100), nil,
            "leiden: fineness of the communities before merging (default: by the number of cells, 1 to 2)."
        ),
        ParameterSpec("neighbours", .integer(2...100), 10, "simlr: neighbours in the kernels."),
        ParameterSpec("restarts", .integer(1...1000), 50, "Restarts of k-means."),
        ParameterSpec(
            "stability_draws", .integer(0...1000), 10,
            "Draws of four fifths of the cells grouped anew to see how stable clusters are."),
        ParameterSpec(
            "of_clusters", .clusters, nil,
            "Only the cells of these clusters of the `clustering` input (default: all cells)."),
    ]

    private static let embeddingParameters = [
        ParameterSpec("neighbours", .integer(2...200), 15, "Neighbours of a cell in the graph."),
        ParameterSpec("min_dist", .number(0...1), 0.5, "Least distance of points in the layout."),
        ParameterSpec(
            "epochs", .integer(1...2000), nil,
            "Passes of the layout (default 500, above 10,000 cells 200)."),
    ]

    private static let diffParameters = [
        ParameterSpec(
            "method", .choice(["emd", "t", "wilcoxon"]), "emd",
            "emd: earth mover's distance between and within. t: Welch. wilcoxon: rank sum."),
        ParameterSpec(
            "normalize", .choice(["none", "total"]), "none",
            "What cell means are divided by before tests, AUC and fold changes: total, the cell's "
                + "counts a pixel."),
        ParameterSpec(
            "top", .integer(1...100_000), nil,
            "Keep exactly this many ions a cluster (default all)."),
        ParameterSpec(
            "group", .clusters, nil,
            "Compare these clusters (default: each cluster against the rest)."),
        ParameterSpec("reference", .clusters, nil, "With these (default: all others)."),
    ]

    /// Names that an analysis hands to every part that has them.
    static let shared = ["marker", "features", "exclude", "seed", "n_clusters"]

    private static let analysisParameters =
        [marker, clusterCount] + channelChoice + [seed]
        + parts.map { part in
            ParameterSpec(
                part.rawValue, .part(part.parameters), .null,
                "Parameters of the \(part.rawValue) part; they win over the shared ones.")
        }

    /// What a part of an analysis is asked for: the shared parameters, then the part's own.
    func partParameters(of part: JobKind, _ values: ParameterValues) -> JSON {
        let known = part.parameters.map(\.name)
        let own = values[part.rawValue].members ?? []
        var members: [JSON.Member] = []
        for name in Self.shared where known.contains(name) && values[name] != .null {
            if !own.contains(where: { $0.name == name }) {
                members.append(JSON.Member(name, values[name]))
            }
        }
        return .object(members + own)
    }
}
