import Imaging
import SEAMCore

/// Object and pixel scores of segmentations; without a true mask, how many nuclei are invented.
enum SegmentationTask {
    static func run(
        _ method: String, _ work: CellWork
    ) throws(EvaluationError) -> [Measurement] {
        let found = try labels(method, work)
        guard let truth = work.data.truth else {
            return [
                Measurement("false_nuclei", Double(found.map { Self.count($0) }.min() ?? 0))
            ]
        }
        // Where a method has settings nobody chose for it, the best one counts.
        var best: MaskScores?
        for labels in found {
            let scores = MaskEvaluation.scores(labels, truth: truth)
            if best.map({ scores.objectF1 > $0.objectF1 }) ?? true { best = scores }
        }
        guard let best else { return [] }
        return [
            Measurement("object_f1", best.objectF1), Measurement("mean_f1", best.meanF1),
            Measurement("pixel_f1", best.pixelF1),
        ]
    }

    private static func labels(
        _ method: String, _ work: CellWork
    ) throws(EvaluationError) -> [LabelImage] {
        if let own = SIMSCut.Method(rawValue: method) {
            var parameters = SIMSCut.Parameters()
            parameters.method = own
            return [try work.segmented(parameters).labels]
        }
        guard let baseline = SegmentationBaseline(rawValue: method), let stack = work.data.stack
        else { throw .badRequest("unknown method of segmentation: \(method)") }
        return baseline.labels(Array(stack.plane(work.data.marker)), grid: stack.grid)
    }

    private static func count(_ labels: LabelImage) -> Int {
        labels.pixelsByCell().count { !$0.isEmpty }
    }
}
