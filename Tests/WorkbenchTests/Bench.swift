import Bytes
import Foundation
import Imaging
import Ingest
import Simulation
import Testing
import Workbench

/// A workbench in a folder of its own, with what tests do with it.
final class Bench {
    let folder: String
    private(set) var workbench: Workbench

    init() throws {
        folder = NSTemporaryDirectory() + "/seam-test-" + UUID().uuidString
        workbench = try Workbench(.init(dataDirectory: folder + "/data"))
    }

    deinit {
        workbench.close(grace: 5)
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Closes the store as a stopping service does, and opens it again.
    func reopen() throws {
        workbench.close(grace: 5)
        workbench = try Workbench(.init(dataDirectory: folder + "/data"))
    }

    /// Imports a small simulated section and returns its id.
    func importSection(size: Int = 48, name: String = "section") throws -> String {
        var parameters = try #require(SectionParameters.preset("tiny"))
        parameters.size = size
        let section = try Simulator.section(parameters)
        let path = folder + "/\(name).zip"
        try SectionWriter.writeASCIIZip(section, path: path, name: name)
        return try importFile(path)
    }

    func importFile(_ path: String) throws -> String {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        var hash = SHA256()
        hash.update(bytes)
        let upload = Workbench.Upload(
            files: [UploadedFile(path: path, name: "upload.zip")], bytes: bytes.count,
            sha256: hash.hexadecimal)
        switch try workbench.importDataset(upload, fields: DatasetFields(), caller: .local) {
        case .created(let record), .existing(let record), .checked(let record, _):
            return record.identifier
        }
    }

    /// Submits a job and waits for its end; returns its document.
    func run(
        _ kind: String, on dataset: String, _ parameters: JSON = .null, inputs: JSON = .null
    ) throws -> JSON {
        let (job, _) = try workbench.submit(
            JobRequest(dataset: dataset, kind: kind, parameters: parameters, inputs: inputs),
            caller: .local)
        return try finish(job.identifier)
    }

    /// Waits for the end of a job; returns its document.
    func finish(_ id: String) throws -> JSON {
        while true {
            let job = try workbench.job(id, caller: .local)
            if job.isFinished { return try workbench.document(job) }
            workbench.waitForState(of: job, seconds: 10)
        }
    }

    func result(_ document: JSON, _ format: String) throws -> [UInt8] {
        let job = try workbench.job(document["id"]?.string ?? "", caller: .local)
        var bytes: [UInt8] = []
        let content = try workbench.content(job, format: format, options: .init())
        try content.eachPiece { bytes += $0 }
        return bytes
    }
}
