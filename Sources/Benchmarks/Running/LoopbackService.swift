import API
import Bytes
import HTTP
import Store
import Workbench

/// The whole service on a port of loopback, with one dataset and one finished job, and a client.
final class LoopbackService {
    let dataset: String
    let job: String
    /// The names that ions have in a target.
    let ions: [String]
    let client: LoopbackClient
    private let scratch: ScratchServer
    private let server: HTTPServer

    init(_ workspace: Workspace, name: String) throws(BenchmarkError) {
        scratch = ScratchServer(workspace, name: name)
        try scratch.reset()
        dataset = try scratch.importUpload(workspace.upload)
        let workbench = try scratch.opened()
        let id = dataset
        ions = try BenchmarkError.use { () throws(WorkbenchError) in
            try workbench.ions(of: try workbench.dataset(id, caller: .local))
                .map { workbench.name(of: $0) }
        }
        // The quickest job there is; what is asked for is its document.
        job = try scratch.run("view", on: dataset, ["epochs": 1, "components": 3, "neighbours": 2])
        server = HTTPServer(
            configuration: HTTPServer.Configuration(host: "127.0.0.1", port: 0),
            handler: SEAMHandler(workbench: workbench, log: { _ in }), log: { _ in })
        do throws(HTTPServerError) {
            try server.start()
        } catch {
            throw BenchmarkError(error.description)
        }
        client = try LoopbackClient(port: server.port)
    }

    /// Stops and removes everything.
    func remove() {
        client.close()
        server.stop(grace: 1)
        scratch.remove()
    }
}
