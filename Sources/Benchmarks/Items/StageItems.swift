import Bytes
import Foundation
import Imaging
import SEAMCore

/// The stages of the analysis, each from arrays in memory to its result.
enum StageItems {
    static let all: [BenchItem] =
        ImportItems.all + [
            view("pca50", "50 principal components", components: 50),
            view("full", "all channels", components: nil),
            cut("mdl", "method mdl", .mdl),
            cut("published", "method published", .published),
            cut(
                "published-20", "method published, 20 levels of one setting", .published, levels: 20
            ),
            identify("fast", "the default schedule", .fast),
            identify("fast-36", "the default schedule, 36 passes", .fast, passes: 36),
            identify("published", "200 epochs of batch 64", .published),
            cluster("simlr", "SIMLR, k given", .simlr, estimated: false),
            cluster("estimate", "the default, k estimated", .leiden, estimated: true), diff,
        ]

    private static func view(_ name: String, _ title: String, components: Int?) -> BenchItem {
        BenchItem(
            "view/\(name)", "SIMS-View of all pixels, \(title)",
            limit: "the neighbour search, then the layout's random reads", needs: [.cube],
            judge: { try ViewJudge.metrics($0, embedding: $1) }
        ) { workspace in
            let stack = try workspace.stack()
            var parameters = SIMSView.Parameters()
            parameters.components = components
            if workspace.isQuick { parameters.epochs = 10 }
            var result: SIMSView.Result?
            var task = BenchTask { [parameters] in
                result = try SIMSView.run(stack, parameters: parameters, monitor: .silent)
            }
            let columns = min(components ?? .max, stack.channels.count)
            let pixels = Double(stack.grid.count)
            task.work = { .operations(pixels * pixels * Double(columns) * 2) }
            task.finish = { output in
                let values = result?.embedding ?? []
                try Workspace.write(
                    NPYArray(float32: values, shape: [values.count / 3, 3]), to: output)
                return []
            }
            return task
        }
    }

    /// With `levels`: the setting of the numpy peer, for as many levels.
    private static func cut(
        _ name: String, _ title: String, _ method: SIMSCut.Method, levels: Int? = nil
    ) -> BenchItem {
        BenchItem(
            "cut/\(name)", "SIMS-Cut, \(title)",
            limit: method == .mdl
                ? "memory traffic over all ions, then one-thread searches"
                : "small matrix products of the training", needs: [.cube],
            judge: { try CutJudge.metrics($0, labels: $1) }
        ) { workspace in
            let stack = try workspace.stack()
            let marker = try workspace.requiredMarker()
            var parameters = SIMSCut.Parameters()
            parameters.method = method
            if let levels {
                parameters.maximumLevels = levels
                (parameters.beta, parameters.divisor) = (0.5, 5)
            }
            if workspace.isQuick { (parameters.epochs, parameters.maximumLevels) = (1, 2) }
            var result: SIMSCut.Result?
            var task = BenchTask { [parameters] in
                result = try SIMSCut.run(
                    stack, marker: marker, parameters: parameters, monitor: .silent)
            }
            task.work = { .bytes(4 * Double(stack.counts.count)) }
            task.finish = { output in
                let grid = stack.grid
                guard let result else { return [] }
                try Workspace.write(
                    NPYArray(int32: result.labels.values, shape: [grid.height, grid.width]),
                    to: output)
                return [Metric("nuclei", Double(result.cells.count))]
            }
            return task
        }
    }

    private static func identify(
        _ name: String, _ title: String, _ schedule: SIMSID.Schedule, passes: Int? = nil
    ) -> BenchItem {
        BenchItem(
            "id/\(name)", "SIMS-ID, \(title)", limit: "multiply-add units in small products",
            needs: [.cube, .labels]
        ) { workspace in
            let stack = try workspace.stack()
            let labels = try workspace.labels()
            var parameters = SIMSID.Parameters()
            parameters.schedule = schedule
            parameters.epochs = passes
            if workspace.isQuick { parameters.epochs = 2 }
            var result: SIMSID.Result?
            var task = BenchTask { [parameters] in
                result = try SIMSID.run(
                    stack, labels: labels, parameters: parameters, monitor: .silent)
            }
            task.work = {
                guard let result, let network = result.network else { return nil }
                let pixels = labels.values.count { $0 > 0 }
                let weights = zip(network.widths, network.widths.dropFirst()).reduce(0) {
                    $0 + $1.0 * $1.1
                }
                // Forward, and two products of the same size backward, in every epoch.
                return .operations(6 * Double(pixels * weights * result.losses.count))
            }
            task.finish = { _ in
                let losses = result?.losses ?? []
                return [
                    Metric("epochs", Double(losses.count)), Metric("loss", losses.last ?? .nan),
                ].filter { !$0.value.isNaN }
            }
            return task
        }
    }

    private static func cluster(
        _ name: String, _ title: String, _ method: SIMSCluster.Method, estimated: Bool
    ) -> BenchItem {
        BenchItem(
            "cluster/\(name)", "SIMS-Cluster of the cells, \(title)",
            limit: "memory bandwidth of the C x C matrices", needs: [.representation],
            judge: { try ClusterJudge.metrics($0, clusters: $1) }
        ) { workspace in
            let ids = try workspace.integers("cell_ids")
            let gram = workspace.has("gram") ? try workspace.array("gram").doubles : nil
            let means = try workspace.array("means").floats ?? []
            let channels = workspace.channelCount
            var parameters = SIMSCluster.Parameters()
            parameters.method = method
            parameters.clusters = estimated ? nil : min(workspace.clusters, ids.count)
            var result: SIMSCluster.Result?
            var task = BenchTask { [parameters] in
                result = try SIMSCluster.run(
                    cellIDs: ids, gram: gram, features: means, columns: channels, means: means,
                    channels: channels, parameters: parameters, monitor: .silent)
            }
            task.finish = { output in
                guard let result else { return [] }
                try Workspace.write(
                    NPYArray(int32: result.clusters, shape: [ids.count]), to: output)
                return [Metric("cells", Double(ids.count)), Metric("k", Double(result.count))]
            }
            return task
        }
    }

    private static let diff = BenchItem(
        "diff/emd", "SIMS-Diff, mean distances of all ions and clusters",
        limit: "memory traffic of the sorted counts", needs: [.cube, .labels, .clusters],
        judge: { try DiffJudge.metrics($0, ratios: $1) }
    ) { workspace in
        let stack = try workspace.stack()
        let labels = try workspace.labels()
        let clusters = try workspace.integers("cell_clusters")
        let ids = Set(labels.values).filter { $0 > 0 }.sorted()
        guard clusters.count == ids.count else {
            throw BenchmarkError(
                "expected a cluster for each of \(ids.count) cells, found \(clusters.count)")
        }
        var result: SIMSDiff.Result?
        var task = BenchTask {
            result = try SIMSDiff.run(
                stack, labels: labels, cellIDs: ids, clusters: clusters, parameters: .init(),
                monitor: .silent)
        }
        task.finish = { output in
            let markers = result?.markers ?? []
            let kinds = Set(clusters).sorted()
            let channels = stack.channels.count
            var ratios = [Double](repeating: .nan, count: kinds.count * channels)
            for marker in markers {
                guard let row = kinds.firstIndex(of: marker.cluster) else { continue }
                ratios[row * channels + marker.channel] = marker.betweenWithin ?? .nan
            }
            try Workspace.write(
                NPYArray(float64: ratios, shape: [kinds.count, channels]), to: output)
            return [Metric("cells", Double(ids.count)), Metric("clusters", Double(kinds.count))]
        }
        return task
    }
}
