import Bytes
import Evaluation
import Imaging

/// Scores of a mask against the true one.
enum CutJudge {
    /// F1 of objects at IoU 0.5, its mean over 0.5...0.9, and F1 of pixels; nothing without truth.
    static func metrics(
        _ workspace: Workspace, labels path: String
    ) throws(BenchmarkError) -> [Metric] {
        guard workspace.has("truth") else { return [] }
        let found = try Workspace.labels(try Workspace.read(path), grid: workspace.grid)
        let scores = MaskEvaluation.scores(found, truth: try workspace.labels("truth"))
        return [
            Metric("object_f1", scores.objectF1), Metric("mean_f1", scores.meanF1),
            Metric("pixel_f1", scores.pixelF1),
        ]
    }
}

/// Scores of clusters against the true types.
enum ClusterJudge {
    /// Adjusted Rand index and normalised mutual information; nothing without truth.
    static func metrics(
        _ workspace: Workspace, clusters path: String
    ) throws(BenchmarkError) -> [Metric] {
        guard workspace.has("types"), workspace.has("truth") else { return [] }
        let types = try workspace.integers("types")
        let ids = try workspace.integers("cell_ids")
        guard let found = try Workspace.read(path).integers, found.count == ids.count else {
            throw BenchmarkError("\(path): expected a cluster for each of \(ids.count) cells")
        }
        let clusters = found.map { Int32(truncatingIfNeeded: $0) }
        let wanted = try ids.map { (id) throws(BenchmarkError) in
            guard types.indices.contains(Int(id) - 1) else {
                throw BenchmarkError("cell \(id) has no type")
            }
            return types[Int(id) - 1]
        }
        return [
            Metric("ari", ClusterEvaluation.adjustedRandIndex(clusters, wanted)),
            Metric("nmi", ClusterEvaluation.normalizedMutualInformation(clusters, wanted)),
        ]
    }
}

/// Whether ratios of mean distances agree with ours.
enum DiffJudge {
    /// Largest relative difference from what our own run left in the same folder; nothing for that
    /// run itself.
    static func metrics(
        _ workspace: Workspace, ratios path: String
    ) throws(BenchmarkError) -> [Metric] {
        let own = workspace.folder + "/out-diff-emd.npy"
        guard path != own else { return [] }
        guard let ours = try Workspace.read(own).doubles,
            let theirs = try Workspace.read(path).doubles, ours.count == theirs.count
        else { throw BenchmarkError("\(path): expected as many ratios as ours") }
        return [Metric("largest_difference", largestDifference(ours, theirs))]
    }

    /// Of numbers that both have.
    static func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { worst, pair in
            guard pair.0.isFinite, pair.1.isFinite else { return worst }
            return max(worst, abs(pair.0 - pair.1) / max(abs(pair.0), abs(pair.1), 1e-12))
        }
    }
}
