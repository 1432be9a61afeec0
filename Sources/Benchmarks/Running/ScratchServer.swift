import Bytes
import Foundation
import Ingest
import Store
import Workbench

/// A workbench in a folder of its own inside the workspace.
final class ScratchServer {
    let folder: String
    private(set) var workbench: Workbench?

    init(_ workspace: Workspace, name: String) {
        folder = workspace.folder + "/store-" + name.map { $0 == "/" ? "-" : String($0) }.joined()
    }

    /// An empty workbench.
    func reset() throws(BenchmarkError) {
        remove()
        try open()
    }

    /// The same folder, opened as a starting service does.
    func open() throws(BenchmarkError) {
        workbench = try BenchmarkError.use { () throws(WorkbenchError) in
            try Workbench(.init(dataDirectory: folder))
        }
    }

    /// Closes as a stopping service does.
    func close() {
        workbench?.close(grace: 5)
        workbench = nil
    }

    /// Closes, and removes the folder.
    func remove() {
        close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The workbench.
    ///
    /// - Throws: `BenchmarkError` before `open`.
    func opened() throws(BenchmarkError) -> Workbench {
        guard let workbench else { throw BenchmarkError("the workbench is not open") }
        return workbench
    }

    /// Imports a file; the dataset's identifier.
    func importUpload(_ path: String) throws(BenchmarkError) -> String {
        let workbench = try opened()
        let upload = Workbench.Upload(
            files: [UploadedFile(path: path, name: URL(fileURLWithPath: path).lastPathComponent)],
            bytes: ImportItems.fileSize(path), sha256: "")
        return try BenchmarkError.use { () throws(WorkbenchError) in
            switch try workbench.importDataset(upload, fields: DatasetFields(), caller: .local) {
            case .created(let record), .existing(let record), .checked(let record, _):
                record.identifier
            }
        }
    }

    /// Submits a job and waits for its end; its identifier.
    func run(_ kind: String, on dataset: String, _ parameters: JSON) throws(BenchmarkError)
        -> String
    {
        let workbench = try opened()
        return try BenchmarkError.use { () throws(WorkbenchError) in
            let (submitted, _) = try workbench.submit(
                JobRequest(dataset: dataset, kind: kind, parameters: parameters), caller: .local)
            var job = submitted
            while !job.isFinished {
                workbench.waitForState(of: job, seconds: 5)
                job = try workbench.job(job.identifier, caller: .local)
            }
            let document = try workbench.document(job)
            guard document["state"]?.string == "succeeded" else {
                throw .failed(document["error"]?["detail"]?.string ?? "the \(kind) job failed")
            }
            return job.identifier
        }
    }
}

extension BenchmarkError {
    /// Runs a use case and says its error in words.
    static func use<Value>(
        _ body: () throws(WorkbenchError) -> Value
    ) throws(BenchmarkError) -> Value {
        do {
            return try body()
        } catch {
            throw BenchmarkError(error.cause)
        }
    }
}
