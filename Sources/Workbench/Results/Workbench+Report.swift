import Bytes
import Foundation
import Imaging
import SEAMCore
import Store

extension Workbench {
    /// The report of an analysis: one HTML page with its pictures inside.
    func report(_ source: ResultSource, _ summary: JSON) throws(WorkbenchError) -> [UInt8] {
        var page = HTMLPage(title: "\(source.dataset.name): SEAM analysis")
        let facts = try ReportFacts(source)
        page.head(source.dataset.name, headline(source), figures: facts.figures)
        for warning in source.job.warnings { page.note(warning) }
        for kind in JobKind.parts {
            guard let part = source.upstream[kind] else { continue }
            page.section(Self.titles[kind] ?? kind.rawValue)
            guard part.state == .succeeded else {
                let reason = summary["parts"]?[kind.rawValue]?["reason"]?.string
                page.note("Skipped: \(reason ?? part.state.rawValue)")
                continue
            }
            for warning in part.warnings { page.note(warning) }
            try add(kind, part, source, facts, to: &page)
        }
        addMethods(source, facts, to: &page)
        addParameters(source, to: &page)
        page.section("Provenance")
        page.paragraph(
            "The same upload, parameters and software version give the same bytes, whatever the number of "
                + "threads.")
        page.code(String(decoding: (try provenance(of: source.job)).pretty, as: UTF8.self))
        return page.encoded
    }

    private static let titles: [JobKind: String] = [
        .view: "All ions in one picture", .segmentation: "Nuclei",
        .representation: "Vectors of nuclei", .clustering: "Clusters of nuclei",
        .embedding: "Nuclei by likeness", .diff: "Marker ions",
    ]

    private func headline(_ source: ResultSource) -> String {
        let dataset = source.dataset
        var parts = ["SEAM analysis of \(dataset.width) × \(dataset.height) pixels"]
        if let size = dataset.pixelSizeMicrometres {
            let sides = [dataset.width, dataset.height].map {
                ReadableNumber.short(Double($0) * size)
            }
            parts.append("\(size) µm a pixel (\(sides[0]) × \(sides[1]) µm)")
        }
        if let sample = dataset.sample { parts.append("sample \(sample)") }
        if let group = dataset.group { parts.append("group \(group)") }
        if let polarity = dataset.polarity { parts.append("\(polarity) ions") }
        parts.append("SEAM server\u{A0}\(Software.version)")
        if let time = source.job.finishedAt {
            parts.append(time.prefix(16).replacingOccurrences(of: "T", with: " ") + " UTC")
        }
        return parts.joined(separator: " · ")
    }

    private func add(
        _ kind: JobKind, _ part: JobRecord, _ source: ResultSource, _ facts: ReportFacts,
        to page: inout HTMLPage
    ) throws(WorkbenchError) {
        if kind == .view {
            page.picture(
                try result(part, format: "png", options: ResultOptions()),
                caption:
                    "SIMS-View. Pixels of like spectra have like colours (CIELAB); colours have no "
                    + "other meaning.", .data)
        }
        if kind == .segmentation { page.paragraph(facts.sentence) }
        for name in try plotNames(of: part) {
            page.picture(
                try plot(part, name: name), caption: Self.captions[name] ?? name,
                ["loss", "estimates"].contains(name) ? .small : .figure)
        }
        switch kind {
        case .segmentation: page.table(["Of nuclei", "5 %", "Median", "95 %"], facts.measures)
        case .clustering: try addClusters(source, facts, to: &page)
        case .diff: try addMarkers(part, source, to: &page)
        default: break
        }
    }

    private static let captions: [String: String] = [
        "outlines": "Outlines of the nuclei over the image of the nuclear marker.",
        "loss": "Loss of the pixel classifier by passes over the data.",
        "map": "Nuclei coloured by cluster; where clusters meet there is a dark seam.",
        "estimates": "What each estimator says of the number of clusters; its choice in brackets.",
        "umap": "UMAP of nuclei coloured by cluster. Distances between far groups have no meaning.",
        "heatmap":
            "Ions that mark the clusters: log2 fold change of a cluster's mean against the rest.",
    ]

    private func addClusters(
        _ source: ResultSource, _ facts: ReportFacts, to page: inout HTMLPage
    ) throws(WorkbenchError) {
        guard let clustering = facts.clustering else { return }
        let count = Int(clustering.clusters.max() ?? 0)
        let look = clusterLook(source, count: count)
        let told = try source.reader(.clustering).summary()["clusters"]?.array ?? []
        let areas = facts.areas(byClusterOf: clustering, count: count)
        let total = areas.reduce(0) { $0 + $1.count }
        let rows = (0..<count).map { index -> [HTMLPage.Cell] in
            let own = index < told.count ? told[index] : .null
            let size = facts.pixelSize ?? 1
            return [
                .swatch(look.colors[index], look.names[index]),
                .number(ReadableNumber.whole(areas[index].count)),
                .number(ReadableNumber.percent(Double(areas[index].count) / Double(max(total, 1)))),
                .number(
                    ReadableNumber.short(
                        ReportFacts.quantile(areas[index], 0.5).map { $0 * size * size })),
                .number(ReadableNumber.fixed(own["silhouette"]?.double, places: 2)),
                .number(ReadableNumber.fixed(own["stability"]?.double, places: 2)),
            ]
        }
        page.table(
            [
                "Cluster", "Nuclei", "Share (%)",
                "Median area (\(facts.pixelSize == nil ? "px" : "µm²"))", "Silhouette (−1 to 1)",
                "Stability (0 to 1)",
            ], rows)
    }

    /// The five best up markers of every cluster.
    private func addMarkers(
        _ job: JobRecord, _ source: ResultSource, to page: inout HTMLPage
    ) throws(WorkbenchError) {
        let (_, part) = try self.source(of: job)
        let top = try part.reader.markers().filter { $0.direction == .up && $0.rank <= 5 }
        let look = clusterLook(source, count: Int(top.map(\.cluster).max() ?? 0))
        let hasLabels = top.contains { source.ions[$0.channel].channel.label != nil }
        page.heading("The five ions that mark each cluster most")
        page.table(
            ["Cluster", "Rank", "m/z"] + (hasLabels ? ["Label"] : []) + [
                "Score", "Fold change (log2)", "Area under ROC (0 to 1)", "p, adjusted",
            ],
            top.map { marker in
                let channel = source.ions[marker.channel].channel
                let index = Int(marker.cluster) - 1
                let isKnown = look.names.indices.contains(index)
                let name: HTMLPage.Cell =
                    isKnown
                    ? .swatch(look.colors[index], look.names[index]) : .text("\(marker.cluster)")
                return [name, .number("\(marker.rank)"), .number(channel.mzText ?? "–")]
                    + (hasLabels ? [.text(channel.label ?? "")] : []) + [
                        .number(ReadableNumber.fixed(marker.score, places: 2)),
                        .number(ReadableNumber.fixed(marker.log2FoldChange, places: 2)),
                        .number(ReadableNumber.fixed(marker.auc, places: 3)),
                        .number(ReadableNumber.probability(marker.pAdjusted)),
                    ]
            })
    }

    private func addMethods(
        _ source: ResultSource, _ facts: ReportFacts, to page: inout HTMLPage
    ) {
        page.section("Methods")
        var parameters: [JobKind: JSON] = [:]
        for kind in JobKind.parts {
            guard let part = source.upstream[kind], part.state == .succeeded else { continue }
            parameters[kind] = Self.parse(part.parametersJSON)
        }
        var methods = MethodsText(parameters: parameters, facts: facts.methods(source))
        page.paragraph(methods.paragraph())
        page.heading("References")
        page.list(methods.references.map(\.text))
    }

    /// Every parameter of every part.
    private func addParameters(_ source: ResultSource, to page: inout HTMLPage) {
        page.section("Parameters")
        var rows: [[HTMLPage.Cell]] = []
        for kind in JobKind.parts {
            guard let part = source.upstream[kind] else { continue }
            let values = Self.parse(part.parametersJSON)
            for spec in kind.parameters {
                let value = values[spec.name] ?? .null
                let text =
                    value == .null
                    ? "automatic" : value.string ?? String(decoding: value.encoded, as: UTF8.self)
                rows.append([
                    .text(kind.rawValue), .text(spec.name), .text(text), .text(spec.summary),
                ])
            }
        }
        page.table(["Part", "Parameter", "Value", "Meaning"], rows)
    }
}
