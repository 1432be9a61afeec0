import Bytes
import Export
import Imaging
import Render
import SEAMCore
import Store

extension Workbench {
    /// An analysis as AnnData: cells x ions with all that its parts found, as a zip of a Zarr store.
    func annData(_ source: ResultSource) throws(WorkbenchError) -> [UInt8] {
        let parts = try AnalysisParts(source)
        var means = CellMeanCounts(labels: parts.labels, cellIDs: parts.cells.map(\.id))
        try eachPlane(source, parts.channels) { means.add(plane: $0) }
        return try writer(source, parts, counts: means.values).annData.zarr()
    }

    /// The same with the ion images and the nuclei, as SpatialData.
    func spatialData(_ source: ResultSource) throws(WorkbenchError) -> [UInt8] {
        let parts = try AnalysisParts(source)
        var means = CellMeanCounts(labels: parts.labels, cellIDs: parts.cells.map(\.id))
        var archive = SpatialDataWriter(
            labels: parts.labels,
            channels: ChannelNames.unique(parts.channels.map { source.ions[$0].channel }),
            software: "\(Software.name) \(Software.version)")
        try eachPlane(source, parts.channels) { plane in
            means.add(plane: plane)
            archive.add(plane: plane)
        }
        return archive.finish(
            table: try writer(source, parts, counts: means.values).annData)
    }

    /// Calls `body` with the image of every channel in turn; few are in memory at a time.
    private func eachPlane(
        _ source: ResultSource, _ channels: [Int], _ body: (ArraySlice<Float>) -> Void
    ) throws(WorkbenchError) {
        for start in stride(from: 0, to: channels.count, by: 16) {
            let batch = Array(channels[start..<min(start + 16, channels.count)])
            let stack = try WorkbenchError.storing { () throws(StoreError) in
                try store.stack(dataset: source.dataset.id, ions: batch)
            }
            for index in batch.indices { body(stack.plane(index)) }
        }
    }

    private func writer(
        _ source: ResultSource, _ parts: AnalysisParts, counts: [Float]
    ) throws(WorkbenchError) -> AnnDataWriter {
        let dataset = source.dataset
        var writer = AnnDataWriter(
            grid: dataset.grid, cells: parts.cells,
            channels: parts.channels.map { source.ions[$0].channel },
            averageSpectrum: parts.channels.map { source.ions[$0].mean }, counts: counts,
            libraryID: dataset.sample ?? dataset.name)
        if let representation = parts.representation {
            writer.features = (representation.cellIDs, representation.logMeans)
        }
        if let clustering = parts.clustering {
            writer.clusters = (clustering.cellIDs, clustering.clusters)
            let count = Int(clustering.clusters.max() ?? 0)
            writer.clusterColors = (0..<count).map { Self.color(ofCluster: $0 + 1) }
        }
        writer.embedding = parts.embedding
        writer.markers = parts.markers?.map { ($0, source.ions[$0.channel].channel) }
        writer.provenance = scalars(source)
        return writer
    }

    private static func color(ofCluster cluster: Int) -> String {
        let (red, green, blue) = Palette.cluster(cluster)
        return "#" + Hexadecimal.text([red, green, blue])
    }

    /// What the file says of its origin: no ids of jobs, so that the same data and parameters give the
    /// same bytes on every server.
    private func scalars(_ source: ResultSource) -> [(name: String, value: AnnData.Value)] {
        let dataset = source.dataset
        let parameters = JobKind.parts.compactMap { kind in
            source.upstream[kind].map {
                (name: kind.rawValue, value: AnnData.Value.text($0.parametersJSON))
            }
        }
        var scalars: [(name: String, value: AnnData.Value)] = [
            ("software", .text(Software.name)), ("version", .text(Software.version)),
            ("dataset", .text(dataset.name)), ("dataset_sha256", .text(dataset.sha256)),
            ("X", .text("mean over a nucleus of log(1 + (v + 1) / (median + 1)), v counts")),
            ("counts", .text("mean over a nucleus of v")),
            ("spatial_unit", .text(dataset.pixelSizeMicrometres == nil ? "pixel" : "micrometer")),
        ]
        scalars.append(("parameters", .group(parameters)))
        if let seed = Self.parse(source.job.parametersJSON)["seed"]?.int {
            scalars.append(("seed", .integer(seed)))
        }
        if let size = dataset.pixelSizeMicrometres {
            scalars.append(("pixel_size_um", .number(size)))
        }
        return scalars
    }
}

/// The results of the parts of an analysis that there are.
private struct AnalysisParts {
    var labels: LabelImage
    var cells: [Cell]
    /// Indices of the ions of the representation; all ions without one.
    var channels: [Int]
    var representation: ResultReader.Representation?
    var clustering: (cellIDs: [Int32], clusters: [Int32])?
    var embedding: (cellIDs: [Int32], values: [Float])?
    var markers: [SIMSDiff.Marker]?

    /// - Throws: `.failed` where stored parts do not fit together.
    init(_ source: Workbench.ResultSource) throws(WorkbenchError) {
        func reader(_ kind: JobKind) -> ResultReader? {
            guard let part = source.upstream[kind], part.state == .succeeded else { return nil }
            return ResultReader(store: source.store, job: part)
        }
        let segmentation = try source.reader(.segmentation)
        labels = try segmentation.labels(source.dataset)
        cells = try segmentation.cells()
        representation = try reader(.representation)?.representation()
        clustering = try reader(.clustering)?.clustering()
        if let part = reader(.embedding) {
            embedding = (
                try part.doubles("cell_ids").map { Int32($0) },
                try part.doubles("coordinates").map { Float($0) }
            )
        }
        markers = try reader(.diff)?.markers()
        channels = representation?.channels ?? Array(source.ions.indices)
        guard fits(source.ions.count) else {
            throw .failed("\(source.job.id): its parts do not fit together")
        }
    }

    private func fits(_ ions: Int) -> Bool {
        let rows = representation.map {
            $0.logMeans.count == $0.cellIDs.count * channels.count
        }
        return rows ?? true
            && channels.allSatisfy { (0..<ions).contains($0) }
            && (markers ?? []).allSatisfy { (0..<ions).contains($0.channel) }
            && cells.allSatisfy { $0.id >= 1 && Int($0.id) <= labels.cellCount }
            && embedding.map { $0.values.count == 2 * $0.cellIDs.count } ?? true
            && clustering.map { $0.cellIDs.count == $0.clusters.count } ?? true
    }
}
