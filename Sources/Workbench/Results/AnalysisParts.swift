import Bytes
import Imaging
import SEAMCore
import Store

/// The results of the parts of an analysis that there are.
struct AnalysisParts {
    var labels: LabelImage
    var cells: [Cell]
    /// Indices of the ions of the representation; all ions without one.
    var channels: [Int]
    /// Cells x channels: means of the normalised logarithms.
    var features: (cellIDs: [Int32], values: [Float])?
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
        channels = Array(source.ions.indices)
        if let part = reader(.representation) {
            features = (
                try part.doubles("cell_ids").map { Int32($0) }, try part.floats("log_means")
            )
            channels = try part.summary()["channels"]?.array?.compactMap(\.int) ?? []
        }
        clustering = try reader(.clustering)?.clustering()
        if let part = reader(.embedding) {
            embedding = (
                try part.doubles("cell_ids").map { Int32($0) }, try part.floats("coordinates")
            )
        }
        markers = try reader(.diff)?.markers()
        guard fits(source.ions.count) else {
            throw .failed("\(source.job.id): its parts do not fit together")
        }
    }

    private func fits(_ ions: Int) -> Bool {
        let rows = features.map { $0.values.count == $0.cellIDs.count * channels.count }
        return rows ?? true
            && channels.allSatisfy { (0..<ions).contains($0) }
            && (markers ?? []).allSatisfy { (0..<ions).contains($0.channel) }
            && cells.allSatisfy { $0.id >= 1 && Int($0.id) <= labels.cellCount }
            && embedding.map { $0.values.count == 2 * $0.cellIDs.count } ?? true
            && clustering.map { $0.cellIDs.count == $0.clusters.count } ?? true
    }
}
