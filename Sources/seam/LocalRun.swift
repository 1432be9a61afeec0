import Bytes
import Foundation
import Ingest
import Workbench

/// Imports files, runs a job on a workbench of its own and writes what came out.
struct LocalRun {
    let workbench: Workbench
    let folder: String

    /// Runs a job and writes its result and those of its inputs.
    func run(
        kind: String, inputs: [String], parameters: JSON, fields: DatasetFields
    ) throws(WorkbenchError) {
        let progress = ProgressLine()
        progress.show(0, "reading")
        let dataset = try load(inputs, fields)
        let (job, _) = try workbench.submit(
            JobRequest(dataset: dataset, kind: kind, parameters: parameters), caller: .local)
        let ended = try follow(job.identifier, progress)
        guard ended["state"]?.string == "succeeded" else {
            throw .failed(
                ended["error"]?["detail"]?.string
                    ?? "the job is \(ended["state"]?.string ?? "lost")")
        }
        for warning in ended["warnings"]?.array ?? [] {
            printError("note: \(warning.string ?? "")")
        }
        var jobs = ended["inputs"]?.members ?? []
        jobs.append(.init(kind, ended["id"] ?? .null))
        for entry in jobs { try write(entry.name, entry.value.string ?? "") }
    }

    private func load(
        _ inputs: [String], _ fields: DatasetFields
    ) throws(WorkbenchError) -> String {
        for path in inputs where !FileManager.default.isReadableFile(atPath: path) {
            throw .invalid([.init(path, "the file cannot be read")])
        }
        let files = inputs.map {
            UploadedFile(path: $0, name: URL(fileURLWithPath: $0).lastPathComponent)
        }
        let sizes = inputs.map {
            (try? FileManager.default.attributesOfItem(atPath: $0)[.size] as? Int) ?? 0
        }
        let upload = Workbench.Upload(
            files: files, bytes: sizes.compactMap { $0 }.reduce(0, +), sha256: "")
        switch try workbench.importDataset(upload, fields: fields, caller: .local) {
        case .created(let record), .existing(let record), .checked(let record, _):
            for warning in record.document["warnings"]?.array ?? [] {
                printError("note: \(warning.string ?? "")")
            }
            return record.identifier
        }
    }

    /// Shows progress until the job has ended, and returns its last document.
    private func follow(_ id: String, _ progress: ProgressLine) throws(WorkbenchError) -> JSON {
        while true {
            let job = try workbench.job(id, caller: .local)
            let document = try workbench.document(job)
            let now = document["progress"]
            progress.show(
                now?["fraction"]?.double ?? 0,
                [now?["stage"]?.string ?? "", now?["message"]?.string ?? ""]
                    .filter { !$0.isEmpty }.joined(separator: ": "))
            if job.isFinished {
                progress.end()
                return document
            }
            workbench.waitForState(of: job, seconds: 0.25)
        }
    }

    /// Writes every form and picture of one job's result.
    private func write(_ kind: String, _ id: String) throws(WorkbenchError) {
        let job = try workbench.job(id, caller: .local)
        guard (try workbench.document(job))["state"]?.string == "succeeded" else { return }
        let target = folder + "/" + kind
        do {
            try FileManager.default.createDirectory(
                atPath: target, withIntermediateDirectories: true)
            for format in workbench.formats(of: job)
            where !(kind == "representation" && format == "npy") {
                let content = try workbench.content(job, format: format, options: .init())
                try save(content, target + "/result." + format)
            }
            for name in try workbench.plotNames(of: job) {
                try save(try workbench.plot(job, name: name), target + "/" + name + ".png")
            }
            try save(try workbench.document(job).pretty, target + "/job.json")
        } catch let error as WorkbenchError {
            throw error
        } catch {
            throw .failed("\(target) cannot be written: \(error.localizedDescription)")
        }
    }

    private func save(_ content: ResultContent, _ path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { throw WorkbenchError.failed("\(path) cannot be written") }
        defer { try? file.close() }
        var failure: (any Error)?
        try content.eachPiece { bytes in
            do {
                if failure == nil { try file.write(contentsOf: Data(bytes)) }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        print(path)
    }

    private func save(_ bytes: [UInt8], _ path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        print(path)
    }
}
