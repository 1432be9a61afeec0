import Bytes
import Export
import Imaging
import Render
import SEAMCore
import Store

extension Workbench {
    /// Writes an analysis as AnnData, cells x ions with all that its parts found, into an archive.
    func writeAnnData(
        _ source: ResultSource, to zip: inout ZipWriter, folder: String = ""
    ) throws(WorkbenchError) {
        let parts = try AnalysisParts(source)
        var means = CellMeanCounts(
            labels: parts.labels, cellIDs: parts.cells.map(\.id), images: parts.channels.count)
        try eachImage(source.dataset, parts.channels) { means.add(plane: $0.floats[...]) }
        let data = try writer(source, parts, counts: means.values, hasVectors: true).annData
        try WorkbenchError.filing { () throws(FileError) in
            try data.write(to: &zip, folder: folder)
        }
    }

    /// Writes the same with the ion images and the nuclei, as SpatialData.
    func writeSpatialData(
        _ source: ResultSource, to zip: inout ZipWriter, folder: String = ""
    ) throws(WorkbenchError) {
        let parts = try AnalysisParts(source)
        var means = CellMeanCounts(
            labels: parts.labels, cellIDs: parts.cells.map(\.id), images: parts.channels.count)
        let names = ChannelNames.unique(parts.channels.map { source.ions[$0].channel })
        let target = zip
        var archive = try WorkbenchError.filing { () throws(FileError) in
            try SpatialDataWriter(
                labels: parts.labels, channels: names,
                software: "\(Software.name) \(Software.version)", into: target, folder: folder)
        }
        try eachImage(source.dataset, parts.channels) { image throws(WorkbenchError) in
            let plane = image.floats[...]
            means.add(plane: plane)
            try WorkbenchError.filing { () throws(FileError) in try archive.add(plane: plane) }
        }
        let table = try writer(source, parts, counts: means.values, hasVectors: false).annData
        zip = try WorkbenchError.filing { () throws(FileError) in try archive.finish(table: table) }
    }

    private func writer(
        _ source: ResultSource, _ parts: AnalysisParts, counts: [Float], hasVectors: Bool
    ) throws(WorkbenchError) -> AnnDataWriter {
        let dataset = source.dataset
        var writer = AnnDataWriter(
            grid: dataset.grid, cells: parts.cells,
            channels: parts.channels.map { source.ions[$0].channel },
            averageSpectrum: parts.channels.map { source.ions[$0].mean }, counts: counts,
            libraryID: dataset.sample ?? dataset.name)
        writer.features = parts.features
        if let clustering = parts.clustering {
            writer.clusters = (clustering.cellIDs, clustering.clusters)
            let look = clusterLook(source, count: Int(clustering.clusters.max() ?? 0))
            writer.clusterColors = look.colors
            writer.clusterNames = look.isNamed ? look.names : []
        }
        writer.embedding = parts.embedding
        writer.markers = parts.markers?.map { ($0, source.ions[$0.channel].channel) }
        let vectors =
            hasVectors
            ? try vectors(source)
            : Vectors(values: nil, told: "left out: the .adata.zarr.zip has them")
        writer.vectors = vectors.values
        writer.provenance = scalars(source, vectors: vectors.told)
        return writer
    }

    /// Names and colours of clusters 1...count: those people gave, else numbers and the palette's.
    func clusterLook(
        _ source: ResultSource, count: Int
    ) -> (names: [String], colors: [String], isNamed: Bool) {
        let annotations = (source.upstream[.clustering] ?? source.job).annotationsJSON
        let given = Annotations.colors(annotations, count: count)
        let colors = (0..<count).map { index -> String in
            let (red, green, blue) = given[index] ?? Palette.cluster(index + 1)
            return "#" + Hexadecimal.text([red, green, blue])
        }
        let names = Annotations.names(annotations, count: count)
        let isNamed = names != Annotations.names(nil, count: count)
        return (names, colors, isNamed)
    }

    /// Most values of `obsm/ID`; the matrix of SIMS-ID has a column a pixel of a nucleus.
    private static let mostVectorValues = 1 << 25

    /// The representation's own vectors, and what the file says of them.
    private struct Vectors {
        var values: (cellIDs: [Int32], values: [Float], columns: Int)?
        var told: String
    }

    private func vectors(_ source: ResultSource) throws(WorkbenchError) -> Vectors {
        guard let job = source.upstream[.representation], job.state == .succeeded else {
            return Vectors(values: nil, told: "none: there is no representation")
        }
        let (_, part) = try self.source(of: job)
        let stored = try part.reader.representation()
        let (ids, columns) = (stored.cellIDs, stored.dimension)
        guard columns > 0, ids.count <= Self.mostVectorValues / columns else {
            return Vectors(
                values: nil, told: "left out: \(ids.count) x \(columns) values; result.npy has them"
            )
        }
        switch stored.method {
        case "distilled":
            let limit = Self.valuesAtOnce / max(stored.channels.count, 1)
            guard source.dataset.grid.count <= limit else {
                return Vectors(values: nil, told: "left out: the images are too large")
            }
            return Vectors(
                values: (ids, try representationValues(part, stored), columns),
                told: "SIMS-ID: softmax(z / T) by pixel of a nucleus")
        case "joint":
            return Vectors(
                values: (ids, stored.components ?? [], columns),
                told: "components of the ions' joint variation")
        default: return Vectors(values: nil, told: "none: the representation is X itself")
        }
    }

    /// What the file says of its origin: no ids of jobs, so that the same data and parameters give the
    /// same bytes on every server.
    private func scalars(
        _ source: ResultSource, vectors: String
    ) -> [(name: String, value: AnnData.Value)] {
        let dataset = source.dataset
        let parts = JobKind.parts.compactMap { kind in source.upstream[kind].map { (kind, $0) } }
        var scalars: [(name: String, value: AnnData.Value)] = [
            ("software", .text(Software.name)), ("version", .text(Software.version)),
            ("dataset", .text(dataset.name)), ("dataset_sha256", .text(dataset.sha256)),
            ("X", .text("mean over a nucleus of log(1 + (v + 1) / (median + 1)), v counts")),
            ("counts", .text("mean over a nucleus of v")), ("ID", .text(vectors)),
            ("spatial_unit", .text(dataset.pixelSizeMicrometres == nil ? "pixel" : "micrometer")),
        ]
        scalars.append(
            (
                "parameters",
                .group(
                    parts.map { ($0.0.rawValue, AnnData.Value.text($0.1.parametersJSON)) })
            ))
        scalars.append(
            (
                "warnings",
                .texts(
                    parts.flatMap { part in part.1.warnings.map { "\(part.0.rawValue): \($0)" } })
            ))
        let sets = parts.compactMap {
            $0.1.provenanceJSON.map(Self.parse)?["instruction_set"]?.string
        }
        if let set = sets.first { scalars.append(("instruction_set", .text(set))) }
        if let seed = Self.parse(source.job.parametersJSON)["seed"]?.int {
            scalars.append(("seed", .integer(seed)))
        }
        if let size = dataset.pixelSizeMicrometres {
            scalars.append(("pixel_size_um", .number(size)))
        }
        return scalars
    }
}
