import Bytes
import Imaging
import Render
import SEAMCore
public import Store

extension Workbench {
    /// The mean and maximum spectrum over all pixels or over one cluster: `json`, `csv`, `tsv` or `png`.
    public func spectrum(
        _ dataset: DatasetRecord, cluster: (job: JobRecord, number: Int)?, format: String
    ) throws(WorkbenchError) -> [UInt8] {
        let ions = try ions(of: dataset)
        var rows = ions.map { (mean: $0.mean, max: $0.max) }
        var title = "\(dataset.name): mean spectrum"
        if let cluster {
            rows = try clusterSpectrum(dataset, cluster)
            title = "\(dataset.name): mean spectrum of cluster \(cluster.number)"
        }
        if format == "png" {
            let massed = ions.indices.filter { ions[$0].channel.mz != nil }
            return SpectrumFigure.render(
                mz: massed.map { ions[$0].channel.mz! }, values: massed.map { rows[$0].mean },
                title: title, unit: "counts per pixel"
            ).png(text: [
                ("Software", "\(Software.name) \(Software.version)"), ("Source", dataset.id),
            ])
        }
        var table = ResultTable(columns: ["index", "mz", "label", "mean", "max"])
        table.rows = ions.indices.map { index -> [CSVTable.Field] in
            let channel = ions[index].channel
            return [
                .int(index), .optional(channel.mz), .optional(channel.label),
                .double(rows[index].mean), .double(rows[index].max),
            ]
        }
        return table.encoded(as: format)
    }

    private func clusterSpectrum(
        _ dataset: DatasetRecord, _ cluster: (job: JobRecord, number: Int)
    ) throws(WorkbenchError) -> [(mean: Double, max: Double)] {
        guard cluster.job.dataset == dataset.id, cluster.job.kind == JobKind.clustering.rawValue
        else {
            throw .badQuery([.init("job", "expected a clustering job of this dataset")])
        }
        let (_, source) = try source(of: cluster.job)
        let labels = try source.reader(.segmentation).labels(dataset)
        let clustering = try source.reader.clustering()
        var inside = [Bool](repeating: false, count: labels.cellCount + 1)
        for (id, number) in zip(clustering.cellIDs, clustering.clusters)
        where Int(number) == cluster.number { inside[Int(id)] = true }
        let pixels = labels.values.indices.filter { inside[Int(labels.values[$0])] }
        guard !pixels.isEmpty else {
            throw .badQuery([.init("cluster", "no cluster \(cluster.number) in this job")])
        }
        return try mapImages(of: dataset) { image in
            let values = image.doubles
            var (sum, largest) = (0.0, 0.0)
            for pixel in pixels {
                let value = values[pixel]
                sum += value
                largest = max(largest, value)
            }
            return (sum / Double(pixels.count), largest)
        }
    }

    /// The measures of `colocalized`.
    public static let colocalizationMetrics = Colocalization.metrics

    /// Ions ranked by correlation with one: `json`, `csv` or `tsv`.
    public func colocalized(
        _ dataset: DatasetRecord, ion: Int, metric: String, limit: Int, format: String
    ) throws(WorkbenchError) -> [UInt8] {
        let ions = try ions(of: dataset)
        let reference = Colocalization.Reference(try image(dataset, ion: ion), metric: metric)
        let values = try mapImages(of: dataset) { reference.correlation($0) }
        let ranked = ions.indices.filter { $0 != ion }
            .sorted { (values[$0] ?? -2, $1) > (values[$1] ?? -2, $0) }
        var table = ResultTable(columns: ["rank", "index", "mz", "label", "correlation"])
        table.rows = ranked.prefix(limit).enumerated().map { rank, index -> [CSVTable.Field] in
            let channel = ions[index].channel
            return [
                .int(rank + 1), .int(index), .optional(channel.mz), .optional(channel.label),
                .optional(values[index]),
            ]
        }
        guard format == "json" else { return table.encoded(as: format) }
        return table.json([
            .init("ion", .optional(ions[ion].channel.mz)),
            .init("label", .optional(ions[ion].channel.label)), .init("metric", .string(metric)),
        ])
    }
}
