import Bytes
import Imaging
import Render
import SEAMCore
public import Store

extension Workbench {
    /// Names of the further pictures of a finished job.
    public func plotNames(of job: JobRecord) throws(WorkbenchError) -> [String] {
        let (kind, source) = try source(of: job)
        return try plotNames(kind, source)
    }

    private func plotNames(
        _ kind: JobKind, _ source: ResultSource
    ) throws(WorkbenchError) -> [String] {
        switch kind {
        case .representation:
            return try source.reader.losses().isEmpty ? [] : kind.plots
        case .clustering:
            let estimates = try source.reader.summary()["estimates"]?.array ?? []
            return estimates.isEmpty ? ["map"] : kind.plots
        default: return kind.plots
        }
    }

    /// A further picture of a finished job, as PNG.
    ///
    /// - Throws: `.notFound` naming the pictures there are.
    public func plot(_ job: JobRecord, name: String) throws(WorkbenchError) -> [UInt8] {
        let (kind, source) = try source(of: job)
        let names = try plotNames(kind, source)
        guard names.contains(name) else {
            throw .notFound(
                names.isEmpty
                    ? "a \(kind.rawValue) job has no further pictures"
                    : "no picture \"\(name.prefix(60))\"; there are \(names.joined(separator: ", "))"
            )
        }
        return try plot(source, name)
    }

    func plot(_ source: ResultSource, _ name: String) throws(WorkbenchError) -> [UInt8] {
        let picture: Picture
        switch name {
        case "outlines": picture = try outlines(source)
        case "map": picture = try cellMap(source)
        case "loss": picture = try lossCurve(source)
        case "estimates": picture = try estimateCurves(source)
        case "umap": return try embeddingPicture(source, ion: nil)
        default: picture = try heatmap(source)
        }
        return picture.png(text: Self.pictureText(source))
    }

    private func outlines(_ source: ResultSource) throws(WorkbenchError) -> Picture {
        let summary = try source.reader.summary()
        let labels = try source.reader.labels(source.dataset)
        let marker = summary["marker"]?.int ?? 0
        let image = try image(source.dataset, ion: marker)
        return OutlineFigure.render(
            labels: labels, over: image.floats,
            title: "\(source.dataset.name): \(labels.cellCount) nuclei over "
                + source.ions[marker].channel.title)
    }

    private func cellMap(_ source: ResultSource) throws(WorkbenchError) -> Picture {
        let labels = try source.reader(.segmentation).labels(source.dataset)
        let clustering = try source.reader.clustering()
        var clusters = [Int32](repeating: 0, count: labels.cellCount)
        for (id, cluster) in zip(clustering.cellIDs, clustering.clusters) {
            clusters[Int(id) - 1] = cluster
        }
        return CellMapFigure.render(
            labels: labels, clusters: clusters, names: names(source, clustering.clusters),
            title: "\(source.dataset.name): nuclei by cluster",
            colors: colors(source, clustering.clusters))
    }

    /// The names people gave to the clusters of a clustering.
    func names(_ source: ResultSource, _ clusters: [Int32]) -> [String] {
        let job = source.upstream[.clustering] ?? source.job
        return Annotations.names(job.annotationsJSON, count: Int(clusters.max() ?? 0))
    }

    /// The colours people gave to the clusters of a clustering.
    func colors(
        _ source: ResultSource, _ clusters: [Int32]
    ) -> [(UInt8, UInt8, UInt8)?] {
        let job = source.upstream[.clustering] ?? source.job
        return Annotations.colors(job.annotationsJSON, count: Int(clusters.max() ?? 0))
    }

    private func lossCurve(_ source: ResultSource) throws(WorkbenchError) -> Picture {
        let losses = try source.reader.losses()
        let points = losses.enumerated().map { SIMD2(Double($0.offset + 1), $0.element) }
        return LineFigure.render(
            series: [(name: "training", points: points)],
            title: "\(source.dataset.name): SIMS-ID training", xLabel: "epoch",
            yLabel: "cross-entropy")
    }

    /// The curve of every estimator of k that has one, each scaled to 0...1.
    private func estimateCurves(_ source: ResultSource) throws(WorkbenchError) -> Picture {
        let estimates = try source.reader.summary()["estimates"]?.array ?? []
        var series: [(name: String, points: [SIMD2<Double>])] = []
        for estimate in estimates {
            let points = (estimate["curve"]?.array ?? []).compactMap { pair -> SIMD2<Double>? in
                guard let pair = pair.array, pair.count == 2, let x = pair[0].double,
                    let y = pair[1].double
                else { return nil }
                return SIMD2(x, y)
            }
            guard points.count > 1 else { continue }
            let low = points.map(\.y).min() ?? 0
            let span = (points.map(\.y).max() ?? 1) - low
            let name = estimate["estimator"]?.string ?? ""
            let chosen = estimate["n_clusters"]?.int ?? 0
            series.append(
                (
                    name: "\(name) (\(chosen))",
                    points: points.map { SIMD2($0.x, span > 0 ? ($0.y - low) / span : 0) }
                ))
        }
        return LineFigure.render(
            series: series, title: "\(source.dataset.name): estimates of the number of clusters",
            xLabel: "number of clusters", yLabel: "criterion, scaled")
    }

    func clusterByCell(_ source: ResultSource) throws(WorkbenchError) -> [Int32: Int32] {
        guard let job = source.upstream[.clustering], job.state == .succeeded else { return [:] }
        let clustering = try ResultReader(store: store, job: job).clustering()
        return Dictionary(
            zip(clustering.cellIDs, clustering.clusters), uniquingKeysWith: { first, _ in first })
    }

    func embeddingPicture(
        _ source: ResultSource, ion: String?
    ) throws(WorkbenchError) -> [UInt8] {
        let ids = try source.reader.doubles("cell_ids").map { Int32($0) }
        let flat = try source.reader.doubles("coordinates").map { Float($0) }
        let points = ids.indices.map { SIMD2(flat[2 * $0], flat[2 * $0 + 1]) }
        let picture: Picture
        if let ion {
            let index = try IonLookup(
                channels: source.ions.map(\.channel), totals: source.ions.map(\.totalCounts)
            ).index(of: ion)
            picture = ScatterFigure.byValue(
                points: points, values: try cellMeans(source, ion: index, ids: ids),
                title: "\(source.dataset.name): \(source.ions[index].channel.title)",
                unit: "counts per pixel")
        } else {
            let byCell = try clusterByCell(source)
            let clusters = ids.map { byCell[$0] ?? 0 }
            picture = ScatterFigure.byCluster(
                points: points, clusters: clusters, names: names(source, clusters),
                title: "\(source.dataset.name): UMAP of nuclei", axes: ("UMAP 1", "UMAP 2"),
                colors: colors(source, clusters))
        }
        return picture.png(text: Self.pictureText(source))
    }

    /// Mean counts a pixel of one ion in every cell.
    private func cellMeans(
        _ source: ResultSource, ion: Int, ids: [Int32]
    ) throws(WorkbenchError) -> [Float] {
        let labels = try source.reader(.segmentation).labels(source.dataset)
        let values = try image(source.dataset, ion: ion).doubles
        var sums = [Double](repeating: 0, count: labels.cellCount + 1)
        var counts = [Double](repeating: 0, count: labels.cellCount + 1)
        for (index, label) in labels.values.enumerated() {
            sums[Int(label)] += values[index]
            counts[Int(label)] += 1
        }
        return ids.map { Float(sums[Int($0)] / max(counts[Int($0)], 1)) }
    }

    /// The top up markers of every cluster against all clusters: mean counts, scaled by row.
    private func heatmap(_ source: ResultSource) throws(WorkbenchError) -> Picture {
        let markers = try source.reader.markers()
        let clusters = Set(markers.map(\.cluster)).sorted()
        let perCluster = max(2, min(5, 48 / max(clusters.count, 1)))
        var chosen: [Int] = []
        for cluster in clusters {
            let top = markers.lazy.filter {
                $0.cluster == cluster && $0.direction == .up && $0.score != nil
            }
            for marker in top.prefix(perCluster) where !chosen.contains(marker.channel) {
                chosen.append(marker.channel)
            }
        }
        var change: [SIMD2<Int>: Double] = [:]
        for marker in markers {
            change[SIMD2(marker.channel, Int(marker.cluster))] = marker.log2FoldChange
        }
        let values = chosen.flatMap { ion in clusters.map { change[SIMD2(ion, Int($0))] } }
        let names = names(source, clusters)
        return HeatmapFigure.render(
            rows: chosen.map { source.ions[$0].channel.title },
            columns: clusters.map { Int($0) <= names.count ? names[Int($0) - 1] : "\($0)" },
            values: values, title: "\(source.dataset.name): markers of each cluster",
            unit: "log2 fold change", diverging: true)
    }
}
