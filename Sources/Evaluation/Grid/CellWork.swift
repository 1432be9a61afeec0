import Imaging
import SEAMCore

/// Cells of one dataset and what several tasks need of them, each made once.
final class CellWork {
    let data: EvaluationData
    let seed: UInt64
    private var found: (labels: LabelImage, types: [Int32])?
    private var made: [String: SIMSID.Result] = [:]

    init(_ data: EvaluationData, seed: UInt64) {
        self.data = data
        self.seed = seed
    }

    /// The mask the later stages get, and the true type of each of its cells in the order of their
    /// numbers (-1 for one that matches no true nucleus at IoU above 0.5).
    func cells() throws(EvaluationError) -> (labels: LabelImage, types: [Int32]) {
        if let found { return found }
        guard let truth = data.truth else { throw .failed("there is no true mask") }
        let labels: LabelImage
        switch data.cells {
        case .truth: labels = truth
        case .damaged: labels = DamagedMask.damaged(truth, seed: seed)
        case .segmented: labels = try segmented(.init()).labels
        }
        let present = labels.pixelsByCell().enumerated().filter { !$1.isEmpty }.map { $0.offset }
        let types: [Int32]
        if data.cells == .segmented {
            var matched: [Int32: Int32] = [:]
            for match in MaskEvaluation.matches(labels, truth: truth, iou: 0.5) {
                matched[match.predicted] = data.types[Int(match.truth) - 1]
            }
            types = present.map { matched[Int32($0 + 1)] ?? -1 }
        } else {
            types = present.map { data.types[$0] }
        }
        found = (labels, types)
        return (labels, types)
    }

    /// SIMS-Cut's result.
    func segmented(
        _ parameters: SIMSCut.Parameters
    ) throws(EvaluationError) -> SIMSCut.Result {
        guard let stack = data.stack else { throw .failed("there are no images") }
        var parameters = parameters
        parameters.seed = seed
        return try Self.stage {
            try SIMSCut.run(
                stack, marker: data.marker, parameters: parameters, monitor: .silent)
        }
    }

    /// SIMS-ID's result: `id` with its defaults, `id-60` after 60 epochs, `id-published` as
    /// published, `joint` by how ions vary together; any other name stands for the means alone.
    func represented(_ name: String) throws(EvaluationError) -> SIMSID.Result {
        var parameters = SIMSID.Parameters()
        parameters.seed = seed
        switch name {
        case "id": break
        case "id-60": parameters.epochs = 60
        case "id-published": parameters.schedule = .published
        case "joint": parameters.method = .joint
        default: parameters.method = .mean
        }
        let key = parameters.method == .mean ? "mean" : name
        if let known = made[key] { return known }
        guard let stack = data.stack else { throw .failed("there are no images") }
        let labels = try cells().labels
        let result = try Self.stage {
            try SIMSID.run(stack, labels: labels, parameters: parameters, monitor: .silent)
        }
        made[key] = result
        return result
    }

    /// A stage's result, its errors told as the grid's.
    static func stage<R>(_ body: () throws -> R) throws(EvaluationError) -> R {
        do {
            return try body()
        } catch {
            throw .failed("\(error)")
        }
    }
}
