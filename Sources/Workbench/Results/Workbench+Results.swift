import Bytes
import Export
import Imaging
import Render
import SEAMCore
public import Store

extension Workbench {
    /// What may be asked of a result beyond its form.
    public struct ResultOptions: Sendable {
        /// Embedding: colour by the abundance of this ion instead of by cluster.
        public var ion: String?

        /// None.
        public init() {}
    }

    /// A finished job's result in one of its kind's forms.
    ///
    /// - Throws: `.noResult` for a job that has not succeeded; `.notAcceptable` for a form its kind
    ///   does not have.
    public func content(
        _ job: JobRecord, format: String, options: ResultOptions
    ) throws(WorkbenchError) -> ResultContent {
        guard job.kind == JobKind.analysis.rawValue, format.hasSuffix(".zarr.zip") else {
            return .bytes(try result(job, format: format, options: options))
        }
        let (kind, source) = try source(of: job)
        guard kind.formats.contains(format) else {
            throw .notAcceptable(
                "a \(kind.rawValue) result has no .\(format)", available: kind.formats)
        }
        return try archive { zip throws(WorkbenchError) in
            if format == "adata.zarr.zip" {
                try writeAnnData(source, to: &zip)
            } else {
                try writeSpatialData(source, to: &zip)
            }
        }
    }

    /// A finished job's result in one of its kind's forms that are made in memory: all but the
    /// archives, for which `content` is.
    ///
    /// - Throws: As `content`.
    func result(
        _ job: JobRecord, format: String, options: ResultOptions
    ) throws(WorkbenchError) -> [UInt8] {
        let (kind, source) = try source(of: job)
        guard kind.formats.contains(format) else {
            throw .notAcceptable(
                "a \(kind.rawValue) result has no .\(format)", available: kind.formats)
        }
        if options.ion != nil, !(kind == .embedding && format == "png") {
            throw .badQuery([.init("ion", "only the .png of an embedding is coloured by an ion")])
        }
        switch kind {
        case .view: return try view(source, format)
        case .segmentation: return try segmentation(source, format)
        case .representation: return try representation(source, format)
        case .clustering: return try clustering(source, format)
        case .embedding: return try embedding(source, format, ion: options.ion)
        case .diff: return try diff(source, format)
        case .analysis: return try analysis(source, format)
        }
    }

    /// The formats of a job's result, the default first.
    public func formats(of job: JobRecord) -> [String] {
        JobKind(rawValue: job.kind)?.formats ?? []
    }

    /// A finished job with what its pictures and tables are made of.
    struct ResultSource {
        let job: JobRecord
        let dataset: DatasetRecord
        let ions: [IonRecord]
        let upstream: [JobKind: JobRecord]
        let store: Store

        var reader: ResultReader { ResultReader(store: store, job: job) }

        func reader(_ kind: JobKind) throws(WorkbenchError) -> ResultReader {
            guard let other = upstream[kind] else {
                throw .failed("\(job.id) has no \(kind.rawValue) among its inputs")
            }
            return ResultReader(store: store, job: other)
        }
    }

    func source(of job: JobRecord) throws(WorkbenchError) -> (JobKind, ResultSource) {
        guard let kind = JobKind(rawValue: job.kind) else {
            throw .failed("\(job.id) is of an unknown kind")
        }
        guard job.state == .succeeded else {
            throw .noResult(
                job: job.id, state: job.state.rawValue,
                detail: job.state.isFinal
                    ? "the job is \(job.state.rawValue); its document says why"
                    : "the job is \(job.state.rawValue); wait for it with ?wait=")
        }
        var dataset = try self.dataset(job.dataset ?? "", caller: .local)
        // A later change of the pixel size does not touch this result.
        if let size = job.provenanceJSON.map(Self.parse)?["pixel_size_um"] {
            dataset.pixelSizeMicrometres = size.double
        }
        return (
            kind,
            ResultSource(
                job: job, dataset: dataset, ions: try ions(of: dataset),
                upstream: try upstream(of: job), store: store)
        )
    }

    private func view(_ source: ResultSource, _ format: String) throws(WorkbenchError) -> [UInt8] {
        switch format {
        case "png":
            return ViewFigure.render(
                rgb: try source.reader.array("rgb").data, grid: source.dataset.grid, title: nil
            ).png(text: Self.sourceText(source))
        case "npy": return try source.reader.bytes("rgb.npy")
        case "embedding.npy": return try source.reader.bytes("embedding.npy")
        default:
            let path = "/v1/jobs/\(source.job.id)/result"
            let document: JSON = [
                "width": .int(source.dataset.width), "height": .int(source.dataset.height),
                "color_space": "sRGB", "axes": ["L*", "a*", "b*"],
                "links": [
                    "png": .string(path + ".png"), "npy": .string(path + ".npy"),
                    "embedding.npy": .string(path + ".embedding.npy"),
                ],
            ]
            return document.encoded
        }
    }

    private func segmentation(
        _ source: ResultSource, _ format: String
    ) throws(WorkbenchError) -> [UInt8] {
        let reader = source.reader
        let grid = source.dataset.grid
        switch format {
        case "csv", "tsv":
            return ResultTables.cells(try reader.cells(), grid: grid).encoded(as: format)
        case "png":
            return try plot(source, "outlines")
        case "npy": return try reader.bytes("labels.npy")
        case "tif": return TIFF.labels(try reader.labels(source.dataset))
        case "geojson":
            let properties = try reader.cells().map { cell -> [JSON.Member] in
                [
                    .init("area_px", .int(cell.area)),
                    .init("confidence", .double(cell.confidence)),
                ]
            }
            return CellOutlines.geoJSON(
                try reader.labels(source.dataset), properties: properties)
        default:
            let summary = try reader.summary()
            let cells = try reader.cells()
            return ResultTables.cells(cells, grid: grid).json([
                .init("cell_count", .int(cells.count)),
                .init(
                    "marker",
                    Self.channelNames([summary["marker"]?.int ?? -1], source).first ?? .null),
                .init(
                    "channels",
                    .array(
                        Self.channelNames(
                            summary["channels"]?.array?.compactMap(\.int) ?? [], source))),
                .init("foreground_px", summary["foreground_px"] ?? .null),
                .init("diagnostics", summary["diagnostics"] ?? .null),
            ])
        }
    }

    private func representation(
        _ source: ResultSource, _ format: String
    ) throws(WorkbenchError) -> [UInt8] {
        let stored = try source.reader.representation()
        if format == "npy" { return try representationMatrix(source, stored) }
        let document: JSON = [
            "method": .string(stored.method),
            "cell_count": .int(stored.cellIDs.count),
            "dimension": .int(stored.dimension),
            "cell_ids": .array(stored.cellIDs.map { .int(Int($0)) }),
            "channels": .array(Self.channelNames(stored.channels, source)),
            "epochs": .int(stored.losses.count),
            "losses": .array(stored.losses.map { .double($0) }),
        ]
        return document.encoded
    }

    /// The C x P (distilled), C x M (mean) or C x components (joint) matrix, made when it is asked for.
    private func representationMatrix(
        _ source: ResultSource, _ stored: ResultReader.Representation
    ) throws(WorkbenchError) -> [UInt8] {
        let shape = [stored.cellIDs.count, stored.dimension]
        if let components = stored.components {
            return NPYArray(float32: components, shape: shape).encoded()
        }
        guard stored.network != nil else {
            return NPYArray(
                float32: stored.logMeans, shape: [stored.cellIDs.count, stored.channels.count]
            ).encoded()
        }
        let limit = Self.valuesAtOnce
        guard stored.dimension <= limit / max(shape[0], 1),
            source.dataset.grid.count <= limit / max(stored.channels.count, 1)
        else {
            throw .notAcceptable(
                "the matrix of \(shape[0]) x \(stored.dimension) is too large to be made for a request",
                available: ["json"])
        }
        return NPYArray(float32: try representationValues(source, stored), shape: shape).encoded()
    }

    /// The C x P matrix of a distilled representation.
    func representationValues(
        _ source: ResultSource, _ stored: ResultReader.Representation
    ) throws(WorkbenchError) -> [Float] {
        guard let network = stored.network else {
            throw .failed("\(source.job.id) has no network")
        }
        let labels = try source.reader(.segmentation).labels(source.dataset)
        let stack = try WorkbenchError.storing { () throws(StoreError) in
            try store.stack(dataset: source.dataset.id, ions: stored.channels)
        }
        let temperature = Self.parse(source.job.parametersJSON)["temperature"]?.double ?? 5
        do {
            return try SIMSID.matrix(
                stack, labels: labels, network: network, temperature: temperature,
                monitor: .silent)
        } catch {
            throw .failed("\(source.job.id): the matrix could not be made: \(error)")
        }
    }

    private func clustering(
        _ source: ResultSource, _ format: String
    ) throws(WorkbenchError) -> [UInt8] {
        let clusters = try source.reader.clustering()
        let segmentation = try source.reader(.segmentation)
        switch format {
        case "png": return try plot(source, "map")
        case "tif":
            return TIFF.labels(Self.clusterImage(try segmentation.labels(source.dataset), clusters))
        case "geojson":
            let labels = try segmentation.labels(source.dataset)
            return CellOutlines.geoJSON(
                labels, properties: clusterProperties(source, clusters, cells: labels.cellCount))
        default:
            let table = ResultTables.clusters(
                clusters, silhouettes: try source.reader.doubles("silhouettes"),
                stabilities: try source.reader.stabilities(), cells: try segmentation.cells())
            if format != "json" { return table.encoded(as: format) }
            let summary = try source.reader.summary()
            return table.json([
                .init("n_clusters", summary["n_clusters"] ?? .null),
                .init("clusters", summary["clusters"] ?? .array([])),
                .init("estimates", summary["estimates"] ?? .null),
            ])
        }
    }

    /// The number of the cluster at every pixel.
    private static func clusterImage(
        _ labels: LabelImage, _ clustering: (cellIDs: [Int32], clusters: [Int32])
    ) -> LabelImage {
        var cluster = [Int32](repeating: 0, count: labels.cellCount + 1)
        for (id, number) in zip(clustering.cellIDs, clustering.clusters) {
            cluster[Int(id)] = number
        }
        return LabelImage(grid: labels.grid, values: labels.values.map { cluster[Int($0)] })
    }

    /// The cluster of every cell, and the class QuPath shows it by.
    private func clusterProperties(
        _ source: ResultSource, _ clustering: (cellIDs: [Int32], clusters: [Int32]), cells: Int
    ) -> [[JSON.Member]] {
        let count = Int(clustering.clusters.max() ?? 0)
        let names = names(source, clustering.clusters)
        let colors = colors(source, clustering.clusters)
        let classes = (0..<count).map { index -> JSON in
            let (red, green, blue) = colors[index] ?? Palette.cluster(index + 1)
            return [
                "name": .string(names[index]),
                "color": .array([red, green, blue].map { .int(Int($0)) }),
            ]
        }
        var properties = [[JSON.Member]](repeating: [], count: cells)
        for (id, cluster) in zip(clustering.cellIDs, clustering.clusters) {
            properties[Int(id) - 1] = [.init("cluster", .int(Int(cluster)))]
            guard classes.indices.contains(Int(cluster) - 1) else { continue }
            properties[Int(id) - 1].append(.init("classification", classes[Int(cluster) - 1]))
        }
        return properties
    }

    private func embedding(
        _ source: ResultSource, _ format: String, ion: String?
    ) throws(WorkbenchError) -> [UInt8] {
        if format == "png" { return try embeddingPicture(source, ion: ion) }
        let ids = try source.reader.doubles("cell_ids").map { Int32($0) }
        let table = ResultTables.embedding(
            cellIDs: ids, coordinates: try source.reader.doubles("coordinates"),
            clusters: try clusterByCell(source))
        return table.encoded(as: format)
    }

    private func diff(_ source: ResultSource, _ format: String) throws(WorkbenchError) -> [UInt8] {
        if format == "png" { return try plot(source, "heatmap") }
        let table = ResultTables.markers(try source.reader.markers(), ions: source.ions)
        return table.encoded(as: format)
    }

    private func analysis(
        _ source: ResultSource, _ format: String
    ) throws(WorkbenchError) -> [UInt8] {
        switch format {
        case "html": return try report(source, try source.reader.summary())
        default: return try source.reader.summary().encoded
        }
    }

    /// Names of channels as the API shows them: the m/z, else the label.
    static func channelNames(_ indices: [Int], _ source: ResultSource) -> [JSON] {
        indices.filter { source.ions.indices.contains($0) }.map { index in
            let channel = source.ions[index].channel
            return channel.mz.map { .double($0) } ?? .string(channel.name)
        }
    }

    /// What a picture's text chunks say of where it comes from.
    static func pictureText(_ source: ResultSource) -> [(key: String, value: String)] {
        sourceText(source) + [("Title", source.dataset.name)]
    }

    /// The same without what people may change, for a picture that never does.
    static func sourceText(_ source: ResultSource) -> [(key: String, value: String)] {
        [
            ("Software", "\(Software.name) \(Software.version)"),
            ("Source", "\(source.dataset.id) \(source.job.id) \(source.job.kind)"),
        ]
    }
}
