import Bytes
import Imaging
import SEAMCore
import Store

extension StageRunner {
    static func runRepresentation(
        _ input: StageInput, _ monitor: StageMonitor
    ) throws -> StageOutput {
        let channels = try input.selection().features(input.parameters)
        let labels = try input.result(.segmentation).labels(input.dataset)
        let values = input.parameters
        var parameters = SIMSID.Parameters()
        parameters.method = SIMSID.Method(rawValue: values["method"].string ?? "") ?? .distilled
        parameters.schedule = SIMSID.Schedule(rawValue: values["schedule"].string ?? "") ?? .fast
        parameters.epochs = values["epochs"].int
        parameters.temperature = values["temperature"].double ?? 5
        parameters.seed = input.seed
        try monitor.update(0, "reading the ion images")
        let stack = try input.stack(channels)
        let result = try SIMSID.run(
            stack, labels: labels, parameters: parameters, monitor: monitor)
        return StageOutput(
            artifacts: encode(result, parameters.method, channels: channels),
            warnings: result.warnings)
    }

    private static func encode(
        _ result: SIMSID.Result, _ method: SIMSID.Method, channels: [Int]
    ) -> [Artifact] {
        let cells = result.cellIDs.count
        var artifacts: [Artifact] = [
            .array("cell_ids", NPYArray(int32: result.cellIDs, shape: [cells])),
            .array("means", NPYArray(float32: result.means, shape: [cells, channels.count])),
            .array(
                "log_means", NPYArray(float32: result.logMeans, shape: [cells, channels.count])),
        ]
        if let components = result.components {
            let shape = [cells, result.dimension]
            artifacts.append(.array("components", NPYArray(float32: components, shape: shape)))
        }
        if let gram = result.gram {
            artifacts.append(.array("gram", NPYArray(float64: gram, shape: [cells, cells])))
        }
        var summary: [JSON.Member] = [
            .init("method", .string(method.rawValue)),
            .init("dimension", .int(result.dimension)),
            .init("channels", .array(channels.map { .int($0) })),
            .init("losses", .array(result.losses.map { .double($0) })),
        ]
        if let network = result.network {
            for (index, layer) in network.layers.enumerated() {
                let shape = [network.widths[index], network.widths[index + 1]]
                artifacts.append(.array("layer\(index)", NPYArray(float32: layer, shape: shape)))
            }
            summary.append(.init("widths", .array(network.widths.map { .int($0) })))
            summary.append(.init("input_scale", .double(Double(network.inputScale))))
        }
        artifacts.append(.json("summary", .object(summary)))
        return artifacts
    }

    static func runClustering(_ input: StageInput, _ monitor: StageMonitor) throws -> StageOutput {
        let values = input.parameters
        var cells = try input.result(.representation).representation(withGram: true)
        if let chosen = values["of_clusters"].array {
            cells = try input.cells(cells, of: chosen.compactMap(\.int))
        }
        var parameters = SIMSCluster.Parameters()
        parameters.method = SIMSCluster.Method(rawValue: values["method"].string ?? "") ?? .leiden
        parameters.clusters = values["n_clusters"].int
        parameters.maximumClusters = values["max_clusters"].int ?? 16
        parameters.resolution = values["resolution"].double
        parameters.neighbours = values["neighbours"].int ?? 10
        parameters.restarts = values["restarts"].int ?? 50
        parameters.stabilityDraws = values["stability_draws"].int ?? 10
        parameters.seed = input.seed
        let result = try SIMSCluster.run(
            cellIDs: cells.cellIDs, gram: cells.gram, features: cells.means,
            columns: cells.channels.count, means: cells.components == nil ? cells.means : [],
            channels: cells.channels.count, parameters: parameters, monitor: monitor)
        let estimates = result.estimates.map(encode)
        let count = result.cellIDs.count
        return StageOutput(
            artifacts: [
                .array("cell_ids", NPYArray(int32: result.cellIDs, shape: [count])),
                .array("clusters", NPYArray(int32: result.clusters, shape: [count])),
                .array("silhouettes", NPYArray(float64: result.silhouettes, shape: [count])),
                .array("stabilities", NPYArray(float64: result.stabilities, shape: [count])),
                .json(
                    "summary",
                    [
                        "n_clusters": .int(result.count), "clusters": clusters(result),
                        "estimates": .array(estimates),
                    ]),
            ], warnings: result.warnings)
    }

    /// Size, mean silhouette and stability of each cluster.
    private static func clusters(_ result: SIMSCluster.Result) -> JSON {
        var sizes = [Int](repeating: 0, count: result.count)
        var sums = [Double](repeating: 0, count: result.count)
        for (cluster, silhouette) in zip(result.clusters, result.silhouettes) {
            sizes[Int(cluster) - 1] += 1
            sums[Int(cluster) - 1] += silhouette
        }
        return .array(
            sizes.indices.map { index in
                let stability = result.clusterStabilities[index]
                return [
                    "cluster": .int(index + 1), "cell_count": .int(sizes[index]),
                    "silhouette": .double(sums[index] / Double(sizes[index])),
                    "stability": stability.isNaN ? .null : .double(stability),
                ]
            })
    }

    private static func encode(_ estimate: SIMSCluster.Estimate) -> JSON {
        let curve = estimate.curve.map { JSON.array([.double($0.x), .double($0.y)]) }
        return [
            "estimator": .string(estimate.estimator), "n_clusters": .int(estimate.clusters),
            "curve": .array(curve),
        ]
    }

    static func runEmbedding(_ input: StageInput, _ monitor: StageMonitor) throws -> StageOutput {
        let cells = try input.result(.representation).representation(withGram: true)
        var parameters = SIMSEmbedding.Parameters()
        parameters.neighbours = input.parameters["neighbours"].int ?? 15
        parameters.minimumDistance = input.parameters["min_dist"].double ?? 0.5
        parameters.epochs = input.parameters["epochs"].int
        parameters.seed = input.seed
        let result = try SIMSEmbedding.run(
            cellIDs: cells.cellIDs, gram: cells.gram, features: cells.logMeans,
            columns: cells.channels.count, parameters: parameters, monitor: monitor)
        let count = result.cellIDs.count
        return StageOutput(
            artifacts: [
                .array("cell_ids", NPYArray(int32: result.cellIDs, shape: [count])),
                .array("coordinates", NPYArray(float32: result.coordinates, shape: [count, 2])),
            ], warnings: [])
    }

    static func runDiff(_ input: StageInput, _ monitor: StageMonitor) throws -> StageOutput {
        let channels = try input.selection().features(input.parameters)
        let labels = try input.result(.segmentation).labels(input.dataset)
        let clustering = try input.result(.clustering).clustering()
        let values = input.parameters
        var parameters = SIMSDiff.Parameters()
        parameters.method = SIMSDiff.Method(rawValue: values["method"].string ?? "") ?? .emd
        parameters.normalization =
            SIMSDiff.Normalization(rawValue: values["normalize"].string ?? "") ?? .none
        parameters.top = values["top"].int
        parameters.group = values["group"].array?.map { Int32($0.int ?? 0) }
        parameters.reference = values["reference"].array?.map { Int32($0.int ?? 0) }
        try monitor.update(0, "reading the ion images")
        let stack = try input.stack(channels)
        let result = try SIMSDiff.run(
            stack, labels: labels, cellIDs: clustering.cellIDs, clusters: clustering.clusters,
            parameters: parameters, monitor: monitor)
        let table = MarkerTable.encode(result.markers, channels: channels)
        return StageOutput(
            artifacts: [
                .array("markers", table),
                .json("summary", ["channels": .array(channels.map { .int($0) })]),
            ], warnings: result.warnings)
    }
}

/// The marker table as an array: cluster, rank, ion, direction, then the scores, NaN where missing.
enum MarkerTable {
    static func encode(_ markers: [SIMSDiff.Marker], channels: [Int]) -> NPYArray {
        var values: [Double] = []
        values.reserveCapacity(markers.count * 11)
        for marker in markers {
            values.append(Double(marker.cluster))
            values.append(Double(marker.rank))
            values.append(Double(channels[marker.channel]))
            values.append(marker.direction == .up ? 1 : -1)
            let scores = [
                marker.score, marker.betweenWithin, marker.withinBetweenSums,
                marker.log2FoldChange, marker.auc, marker.pValue, marker.pAdjusted,
            ]
            values += scores.map { $0 ?? Double.nan }
        }
        return NPYArray(float64: values, shape: [markers.count, 11])
    }

    /// The markers; `channel` is the index of the ion in the dataset.
    static func decode(_ values: [Double]) -> [SIMSDiff.Marker] {
        func known(_ value: Double) -> Double? { value.isNaN ? nil : value }
        return stride(from: 0, to: values.count - 10, by: 11).map { at -> SIMSDiff.Marker in
            let up = values[at + 3] > 0
            return SIMSDiff.Marker(
                cluster: Int32(values[at]), rank: Int(values[at + 1]),
                channel: Int(values[at + 2]), direction: up ? .up : .down,
                score: known(values[at + 4]), betweenWithin: known(values[at + 5]),
                withinBetweenSums: known(values[at + 6]), log2FoldChange: known(values[at + 7]),
                auc: known(values[at + 8]), pValue: known(values[at + 9]),
                pAdjusted: known(values[at + 10]))
        }
    }
}
