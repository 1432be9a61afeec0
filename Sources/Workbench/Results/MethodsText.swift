import Bytes

/// What a paper's methods section would say of an analysis, with what it cites.
struct MethodsText {
    /// The parameters of the parts that were made.
    let parameters: [JobKind: JSON]
    /// Findings of the parts that the text names.
    let facts: Facts
    /// The works cited so far, in order.
    private(set) var references: [Reference] = []

    /// What the text says of data and results.
    struct Facts {
        var width: Int
        var height: Int
        var ions: Int
        var pixelSizeMicrometres: Double?
        var marker: String?
        var cells: Int?
        var clusters: Int?
        var seed: Int
    }

    /// A work that may be cited.
    enum Reference: CaseIterable {
        case seam, umap, leiden, simlr, falseDiscovery, welch

        var text: String {
            switch self {
            case .seam:
                "Yuan Z. et al. SEAM is a spatial single nuclear metabolomics method for dissecting "
                    + "tissue microenvironment. Nature Methods 18, 1223–1232 (2021)."
            case .umap:
                "McInnes L., Healy J., Melville J. UMAP: uniform manifold approximation and projection "
                    + "for dimension reduction. arXiv:1802.03426 (2018)."
            case .leiden:
                "Traag V. A., Waltman L., van Eck N. J. From Louvain to Leiden: guaranteeing "
                    + "well-connected communities. Scientific Reports 9, 5233 (2019)."
            case .simlr:
                "Wang B. et al. Visualization and analysis of single-cell RNA-seq data by kernel-based "
                    + "similarity learning. Nature Methods 14, 414–416 (2017)."
            case .falseDiscovery:
                "Benjamini Y., Hochberg Y. Controlling the false discovery rate: a practical and powerful "
                    + "approach to multiple testing. J. R. Stat. Soc. B 57, 289–300 (1995)."
            case .welch:
                "Welch B. L. The generalization of ‘Student’s’ problem when several different population "
                    + "variances are involved. Biometrika 34, 28–35 (1947)."
            }
        }
    }

    init(parameters: [JobKind: JSON], facts: Facts) {
        self.parameters = parameters
        self.facts = facts
    }

    /// The number of a work, in the order of the text.
    private mutating func cite(_ reference: Reference) -> String {
        if let place = references.firstIndex(of: reference) { return "[\(place + 1)]" }
        references.append(reference)
        return "[\(references.count)]"
    }

    /// The paragraph.
    mutating func paragraph() -> String {
        var text =
            "Ion images of \(facts.width) × \(facts.height) pixels"
            + (facts.pixelSizeMicrometres.map { " (\($0) µm a pixel)" } ?? "")
            + " and \(facts.ions) channels were analysed with SEAM server \(Software.version), an "
            + "independent implementation of SEAM \(cite(.seam)), with random seed \(facts.seed)."
        for kind in JobKind.parts {
            if let values = parameters[kind], let sentence = sentence(kind, values) {
                text += " " + sentence
            }
        }
        return text
    }

    private mutating func sentence(_ kind: JobKind, _ values: JSON) -> String? {
        switch kind {
        case .view:
            "All channels were shown at once (SIMS-View): the pixels were laid out in three dimensions "
                + "by UMAP \(cite(.umap)) with \(number(values, "neighbours")) neighbours and a least "
                + "distance of \(number(values, "min_dist")), and the axes taken as CIELAB colours."
        case .segmentation: segmentation(values)
        case .representation: representation(values)
        case .clustering: clustering(values)
        case .embedding:
            "The nuclei were laid out in two dimensions by UMAP \(cite(.umap)) with "
                + "\(number(values, "neighbours")) neighbours and a least distance of "
                + "\(number(values, "min_dist"))."
        case .diff: diff(values)
        default: nil
        }
    }

    private mutating func segmentation(_ values: JSON) -> String {
        let channels =
            "the \(number(values, "top_channels")) channels that correlate best with the nuclear marker"
            + (facts.marker.map { " (\($0))" } ?? "")
        let how =
            values["method"]?.string == "published"
            ? "by SIMS-Cut as published \(cite(.seam)) (restricted Boltzmann machines and graph cut) from "
                + "\(channels), with beta \(number(values, "beta")), divisor \(number(values, "divisor")) "
                + "and fold \(number(values, "fold"))"
            : "from \(channels): Poisson models of nucleus and surroundings, a graph cut, and a division "
                + "of connected parts by least description length (method mdl)"
        return "Nuclei were segmented \(how)"
            + (facts.cells.map { "; \(ReadableNumber.whole($0)) were found." } ?? ".")
    }

    private mutating func representation(_ values: JSON) -> String {
        switch values["method"]?.string {
        case "mean":
            "Each nucleus was represented by the mean of the logarithms of its median-normalised counts."
        case "joint":
            "Each nucleus was represented by the principal components of how its ions vary together, "
                + "beyond counting noise."
        default:
            "Each nucleus was represented by SIMS-ID \(cite(.seam)): a pixel classifier with a class a "
                + "nucleus (\(values["schedule"]?.string ?? "fast") schedule), distilled at temperature "
                + "\(number(values, "temperature"))."
        }
    }

    private mutating func clustering(_ values: JSON) -> String {
        let how =
            switch values["method"]?.string {
            case "simlr":
                "SIMLR \(cite(.simlr)) with \(number(values, "neighbours")) neighbours in its kernels"
            case "kmeans": "k-means on principal components"
            default:
                "communities of nearest nuclei (Leiden algorithm \(cite(.leiden))), merged where they do "
                    + "not separate on held-out nuclei"
            }
        let count =
            values["n_clusters"]?.int == nil
            ? "the number of clusters was estimated" : "the number of clusters was given"
        return "Nuclei were grouped by \(how); \(count)"
            + (facts.clusters.map { " (\($0))." } ?? ".")
    }

    private mutating func diff(_ values: JSON) -> String {
        switch values["method"]?.string {
        case "t":
            return
                "Marker ions of each cluster were found by Welch's t test \(cite(.welch)), p values "
                + "\(adjusted())."
        case "wilcoxon":
            return "Marker ions of each cluster were found by the Wilcoxon rank-sum test, p values "
                + "\(adjusted())."
        default:
            return
                "Marker ions of each cluster were ranked by SIMS-Diff \(cite(.seam)), the earth mover's "
                + "distance between clusters over that within; p values are of Welch's t test "
                + "\(cite(.welch)) on the means of nuclei, \(adjusted())."
        }
    }

    private mutating func adjusted() -> String {
        "adjusted for the false discovery rate \(cite(.falseDiscovery))"
    }

    private func number(_ values: JSON, _ name: String) -> String {
        guard let value = values[name]?.double else { return "the default" }
        return value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : "\(value)"
    }
}
