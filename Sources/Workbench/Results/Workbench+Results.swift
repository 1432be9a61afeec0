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
    public func result(
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
        case "csv": return ResultTables.cells(try reader.cells(), grid: grid).csv
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
        let rows = stored.cellIDs.count
        if let components = stored.components {
            return NPYArray(float32: components, shape: [rows, stored.dimension]).encoded()
        }
        guard let network = stored.network else {
            return NPYArray(float32: stored.logMeans, shape: [rows, stored.channels.count])
                .encoded()
        }
        let limit = Self.valuesAtOnce
        guard stored.dimension <= limit / max(rows, 1),
            source.dataset.grid.count <= limit / max(stored.channels.count, 1)
        else {
            throw .notAcceptable(
                "the matrix of \(rows) x \(stored.dimension) is too large to be made for a request",
                available: ["json"])
        }
        let labels = try source.reader(.segmentation).labels(source.dataset)
        let stack = try WorkbenchError.storing { () throws(StoreError) in
            try store.stack(dataset: source.dataset.id, ions: stored.channels)
        }
        let temperature = Self.parse(source.job.parametersJSON)["temperature"]?.double ?? 5
        do {
            let matrix = try SIMSID.matrix(
                stack, labels: labels, network: network, temperature: temperature,
                monitor: .silent)
            return NPYArray(float32: matrix, shape: [rows, stored.dimension]).encoded()
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
        case "geojson":
            let labels = try segmentation.labels(source.dataset)
            var properties = [[JSON.Member]](repeating: [], count: labels.cellCount)
            for (id, cluster) in zip(clusters.cellIDs, clusters.clusters) {
                properties[Int(id) - 1] = [.init("cluster", .int(Int(cluster)))]
            }
            return CellOutlines.geoJSON(labels, properties: properties)
        default:
            let table = ResultTables.clusters(
                clusters, silhouettes: try source.reader.doubles("silhouettes"),
                stabilities: try source.reader.stabilities(), cells: try segmentation.cells())
            if format == "csv" { return table.csv }
            let summary = try source.reader.summary()
            return table.json([
                .init("n_clusters", summary["n_clusters"] ?? .null),
                .init("clusters", summary["clusters"] ?? .array([])),
                .init("estimates", summary["estimates"] ?? .null),
            ])
        }
    }

    private func embedding(
        _ source: ResultSource, _ format: String, ion: String?
    ) throws(WorkbenchError) -> [UInt8] {
        if format == "png" { return try embeddingPicture(source, ion: ion) }
        let ids = try source.reader.doubles("cell_ids").map { Int32($0) }
        let table = ResultTables.embedding(
            cellIDs: ids, coordinates: try source.reader.doubles("coordinates"),
            clusters: try clusterByCell(source))
        return format == "csv" ? table.csv : table.json()
    }

    private func diff(_ source: ResultSource, _ format: String) throws(WorkbenchError) -> [UInt8] {
        if format == "png" { return try plot(source, "heatmap") }
        let table = ResultTables.markers(try source.reader.markers(), ions: source.ions)
        return format == "csv" ? table.csv : table.json()
    }

    private func analysis(
        _ source: ResultSource, _ format: String
    ) throws(WorkbenchError) -> [UInt8] {
        switch format {
        case "adata.zarr.zip": return try annData(source)
        case "sdata.zarr.zip": return try spatialData(source)
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
