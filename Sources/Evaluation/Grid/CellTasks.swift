import SEAMCore

/// Scores of vectors and clusters of cells against their types.
enum CellTasks {
    /// Accuracy of the five nearest cells' vote.
    static func representation(
        _ method: String, _ work: CellWork
    ) throws(EvaluationError) -> [Measurement] {
        let vectors = try CellVectors(method, work)
        guard vectors.features.allSatisfy(\.isFinite) else { return [] }
        let accuracy = NearestCellClassifier.accuracy(
            vectors.distances(standardising: method == "mean"), types: try work.cells().types,
            seed: work.seed)
        return [Measurement("knn_accuracy", accuracy)]
    }

    /// Adjusted Rand index and normalised mutual information of clusters and types.
    static func clustering(
        _ method: String, _ work: CellWork
    ) throws(EvaluationError) -> [Measurement] {
        let parts = method.split(separator: "+").map(String.init)
        let vectors = try CellVectors(parts[0], work)
        let types = work.data.stack == nil ? work.data.types : try work.cells().types
        let known = Set(types.filter { $0 >= 0 }).count
        guard known > 0 else { throw .failed("no cell has a known type") }
        let labels: [Int32]
        switch parts[1] {
        case "spectral":
            labels = GraphBaselines.spectral(
                vectors.angles(), clusters: known, seed: work.seed
            ).map { Int32($0) }
        case "graph":
            labels = GraphBaselines.communities(
                vectors.angles(), clusters: known, seed: work.seed
            ).map { Int32($0) }
        default:
            guard
                let own = SIMSCluster.Method(rawValue: parts[1] == "k-means" ? "kmeans" : parts[1])
            else { throw .badRequest("unknown method of clustering: \(method)") }
            var parameters = SIMSCluster.Parameters()
            parameters.method = own
            parameters.clusters = parts.count > 2 ? nil : known
            // A table of vectors has no counts to estimate from.
            if parts.count > 2, vectors.means.isEmpty, vectors.gram == nil { return [] }
            labels = try clusters(vectors, parameters, work).clusters
        }
        return scores(labels, types)
    }

    /// How far an estimate of the number of clusters is from the number of types.
    static func count(
        _ method: String, _ work: CellWork
    ) throws(EvaluationError) -> [Measurement] {
        let vectors = try CellVectors("id", work)
        let types = try work.cells().types
        var parameters = SIMSCluster.Parameters()
        parameters.method = method.hasPrefix("simlr") ? .simlr : .leiden
        parameters.restarts = 1
        let result = try clusters(vectors, parameters, work)
        guard let estimate = result.estimates.first(where: { $0.estimator == method }) else {
            return []
        }
        let error = abs(estimate.clusters - Set(types.filter { $0 >= 0 }).count)
        return [
            Measurement("within_1", error <= 1 ? 1 : 0), Measurement("exact", error == 0 ? 1 : 0),
            Measurement("k_error", Double(error)),
        ]
    }

    private static func clusters(
        _ vectors: CellVectors, _ parameters: SIMSCluster.Parameters, _ work: CellWork
    ) throws(EvaluationError) -> SIMSCluster.Result {
        var parameters = parameters
        parameters.seed = work.seed
        return try CellWork.stage {
            try SIMSCluster.run(
                cellIDs: vectors.cellIDs, gram: vectors.gram, features: vectors.features,
                columns: vectors.columns, means: vectors.means, channels: vectors.columns,
                parameters: parameters, monitor: .silent)
        }
    }

    private static func scores(_ labels: [Int32], _ types: [Int32]) -> [Measurement] {
        let kept = types.indices.filter { types[$0] >= 0 }
        let (a, b) = (kept.map { labels[$0] }, kept.map { types[$0] })
        return [
            Measurement("ari", ClusterEvaluation.adjustedRandIndex(a, b)),
            Measurement("nmi", ClusterEvaluation.normalizedMutualInformation(a, b)),
        ]
    }
}
