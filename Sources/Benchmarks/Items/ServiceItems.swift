import API
import Bytes
import Foundation
import HTTP
import Store
import Workbench

/// What a user waits for: pictures, requests, the store, a whole analysis.
enum ServiceItems {
    static let all = [
        ionImage, request("healthz", "GET /healthz", count: 2000) { _ in ["/healthz"] },
        request("job", "GET a finished job", count: 1000) { ["/v1/jobs/\($0.job)"] },
        request("datasets", "GET the list of datasets", count: 1000) { _ in ["/v1/datasets"] },
        request("ion-image", "GET an ion image as PNG, another ion each time", count: 200) {
            place in
            place.ions.map { "/v1/datasets/\(place.dataset)/ions/\($0).png" }
        },
        storeOpen, storeList, analysis,
    ]

    private static let ionImage = BenchItem(
        "image/png", "an ion image from the store to PNG bytes",
        limit: "deflate of the picture, inflate of the row"
    ) { workspace in
        let server = ScratchServer(workspace, name: "image/png")
        try server.reset()
        let id = try server.importUpload(workspace.upload)
        let workbench = try server.opened()
        let (dataset, ions) = try BenchmarkError.use { () throws(WorkbenchError) in
            let dataset = try workbench.dataset(id, caller: .local)
            return (dataset, try workbench.ions(of: dataset))
        }
        var bytes = 0
        var task = BenchTask {
            bytes = 0
            for ion in ions {
                bytes += try workbench.ionImage(
                    dataset, ion: ion, format: "png", options: PictureOptions()
                ).count
            }
        }
        task.units = Double(ions.count)
        task.finish = { _ in
            server.remove()
            return [Metric("bytes", Double(bytes) / Double(max(1, ions.count)))]
        }
        return task
    }

    private static let storeOpen = BenchItem(
        "store/open", "opening a store that holds the dataset", limit: "the file system's syncs"
    ) { workspace in
        let server = ScratchServer(workspace, name: "store/open")
        try server.reset()
        _ = try server.importUpload(workspace.upload)
        var task = BenchTask { try server.open() }
        task.before = { server.close() }
        task.finish = { _ in
            server.remove()
            return []
        }
        return task
    }

    private static let storeList = BenchItem(
        "store/list", "the list of datasets and the table of ions", limit: "SQLite and JSON"
    ) { workspace in
        let server = ScratchServer(workspace, name: "store/list")
        try server.reset()
        let id = try server.importUpload(workspace.upload)
        let workbench = try server.opened()
        let times = 50
        var task = BenchTask {
            for _ in 0..<times {
                _ = try workbench.datasetPage(
                    name: nil, sample: nil, owner: nil, after: nil, limit: 50, caller: .local)
                let dataset = try workbench.dataset(id, caller: .local)
                _ = try workbench.ions(of: dataset)
            }
        }
        task.units = Double(times)
        task.finish = { _ in
            server.remove()
            return []
        }
        return task
    }

    private static let analysis = BenchItem(
        "analysis", "import and whole analysis, from upload to durable results",
        limit: "its stages, SIMS-View above all"
    ) { workspace in
        let server = ScratchServer(workspace, name: "analysis")
        var parameters: [JSON.Member] = []
        if let label = workspace.markerLabel {
            parameters.append(.init("segmentation", ["marker": .string(label)]))
        }
        if workspace.isQuick {
            parameters.append(.init("view", ["epochs": 10]))
            parameters.append(.init("representation", ["epochs": 2]))
        }
        let chosen = JSON.object(parameters)
        var task = BenchTask {
            let dataset = try server.importUpload(workspace.upload)
            _ = try server.run("analysis", on: dataset, chosen)
        }
        task.before = { try server.reset() }
        task.finish = { _ in
            server.remove()
            return []
        }
        return task
    }

    /// What a request can be about.
    private struct Place {
        let dataset: String
        let job: String
        let ions: [String]
    }

    private static func request(
        _ name: String, _ title: String, count: Int,
        _ paths: @escaping @Sendable (Place) -> [String]
    ) -> BenchItem {
        BenchItem(
            "http/\(name)", title + ", over loopback on one connection, client included",
            limit: "system calls and thread switches"
        ) { workspace in
            let service = try LoopbackService(workspace, name: "http/\(name)")
            let targets = paths(
                Place(dataset: service.dataset, job: service.job, ions: service.ions))
            var latencies: [Double] = []
            let count = workspace.isQuick ? 10 : count
            var task = BenchTask {
                for index in 0..<count {
                    let start = ResourceUse.clock
                    try service.client.get(targets[index % targets.count])
                    latencies.append(ResourceUse.clock - start)
                }
            }
            task.units = Double(count)
            task.finish = { _ in
                service.remove()
                let sorted = latencies.sorted()
                guard !sorted.isEmpty else { return [] }
                return [
                    Metric("p50_ms", 1000 * Summary.quantile(0.5, of: sorted)),
                    Metric("p99_ms", 1000 * Summary.quantile(0.99, of: sorted)),
                ]
            }
            return task
        }
    }
}
