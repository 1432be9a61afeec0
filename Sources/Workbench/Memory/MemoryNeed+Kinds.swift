import Bytes
import Imaging
public import Store

extension MemoryNeed {
    /// What the stage of a kind needs for parameters that have been checked; nil for an analysis, whose
    /// parts have needs of their own.
    static func of(_ kind: JobKind, _ size: Size, _ values: ParameterValues) -> MemoryNeed? {
        let method = values["method"].string
        switch kind {
        case .view:
            return MemoryNeed(
                view(
                    size, neighbours: values["neighbours"].int ?? 50,
                    components: values["components"].int ?? 50))
        case .segmentation:
            return MemoryNeed(
                segmentation(
                    size, published: method == "published",
                    topChannels: values["top_channels"].int ?? 20))
        case .representation:
            return MemoryNeed(representation(size, method: method))
        case .clustering: return MemoryNeed(clustering(size, similarities: method == "simlr"))
        case .embedding:
            return MemoryNeed(embedding(size, neighbours: values["neighbours"].int ?? 15))
        case .diff: return MemoryNeed(diff(size))
        case .analysis: return nil
        }
    }
}

extension StageInput {
    /// What a need of this input depends on.
    func size() throws(WorkbenchError) -> MemoryNeed.Size {
        // A segmentation reads its marker besides the features, a clustering what was represented.
        let channels = try selection().features(parameters).count
        var cells = 0
        if upstream[.segmentation] != nil {
            cells = try result(.segmentation).array("cells").shape.first ?? 0
        }
        return .init(pixels: dataset.grid.count, channels: channels, cells: cells)
    }

    /// What the stage of a kind will need on this input.
    func memoryNeed(_ kind: JobKind) throws(WorkbenchError) -> MemoryNeed? {
        .of(kind, try size(), parameters)
    }
}

extension Workbench {
    /// What a job will need at its peak, where its inputs are done; nil for an analysis, which takes no
    /// worker.
    ///
    /// - Throws: `.failed` where an input has no result; `.invalid` for parameters that do not fit
    ///   the dataset.
    public func memoryNeed(of job: JobRecord) throws(WorkbenchError) -> MemoryNeed? {
        guard let kind = JobKind(rawValue: job.kind), kind != .analysis else { return nil }
        return try stageInput(job, kind).memoryNeed(kind)
    }
}
