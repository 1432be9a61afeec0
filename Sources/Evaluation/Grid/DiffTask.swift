import Imaging
import SEAMCore

/// Whether the ions planted in a type come first among its markers, for true cells and types.
enum DiffTask {
    /// Area under the ROC curve of the markers' order for the ions of a fold change of at least 1.5:
    /// the mean over types, and the least of them.
    static func run(
        _ method: String, _ work: CellWork
    ) throws(EvaluationError) -> [Measurement] {
        guard let stack = work.data.stack else { return [] }
        let (labels, types) = try work.cells()
        let channels = stack.channels.count
        var areas: [Double] = []
        for (type, scores) in try scores(method, work, stack, labels, types) {
            guard work.data.fold.indices.contains(type) else { continue }
            let planted = work.data.fold[type].map { $0 >= MarkerEvaluation.foldThreshold }
            guard planted.count == channels, planted.contains(true) else { continue }
            areas.append(RankingScores.areaUnderCurve(scores: scores, positives: planted))
        }
        guard !areas.isEmpty else { return [] }
        return [
            Measurement("auroc", areas.reduce(0, +) / Double(areas.count)),
            Measurement("auroc_worst_type", areas.min() ?? 0),
        ]
    }

    /// A score of every ion for every type that has two cells, high where the ion is up.
    private static func scores(
        _ method: String, _ work: CellWork, _ stack: IonStack, _ labels: LabelImage,
        _ types: [Int32]
    ) throws(EvaluationError) -> [(type: Int, scores: [Double])] {
        let means = try work.represented("mean")
        let counted = Set(types.filter { $0 >= 0 }).sorted().filter { type in
            types.count { $0 == type } > 1
        }
        let words = method.split(separator: "+").map(String.init)
        if let own = SIMSDiff.Method(rawValue: words.first ?? "") {
            var parameters = SIMSDiff.Parameters()
            parameters.method = own
            parameters.normalization = words.last == "total" ? .total : .none
            let kept = types.indices.filter { types[$0] >= 0 }
            let result = try CellWork.stage {
                try SIMSDiff.run(
                    stack, labels: labels, cellIDs: kept.map { means.cellIDs[$0] },
                    clusters: kept.map { types[$0] + 1 }, parameters: parameters,
                    monitor: .silent)
            }
            return counted.map { type in
                var scores = [Double](repeating: 0, count: stack.channels.count)
                for marker in result.markers where marker.cluster == type + 1 {
                    scores[marker.channel] = -Double(marker.rank)
                }
                return (Int(type), scores)
            }
        }
        return try counted.map { (type) throws(EvaluationError) in
            let baseline = MarkerBaselines(
                features: means.means, columns: stack.channels.count,
                inGroup: types.map { $0 == type })
            switch method {
            case "t-normalised": return (Int(type), baseline.welch)
            case "wilcoxon-normalised": return (Int(type), baseline.rankSum)
            case "logistic": return (Int(type), baseline.logistic)
            default: throw .badRequest("unknown method of diff: \(method)")
            }
        }
    }
}
