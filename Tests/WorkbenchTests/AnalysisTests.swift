import Bytes
import Foundation
import Testing
import Workbench

@Suite(.serialized) struct AnalysisTests {
    @Test func `an analysis makes its parts, each with a result in every form`() throws {
        let bench = try Bench()
        let dataset = try bench.importSection()
        let analysis = try bench.run("analysis", on: dataset, ["n_clusters": 3])
        #expect(analysis["state"] == "succeeded", "\(analysis["error"]?.text ?? "")")
        let parts = try JSON.parse(try bench.result(analysis, "json"))["parts"]
        for kind in JobKind.parts {
            let part = try #require(parts?[kind.rawValue])
            #expect(part["state"] == "succeeded", "\(kind): \(part.text)")
            let job = try bench.workbench.job(part["job"]?.string ?? "", caller: .local)
            for format in kind.formats {
                #expect(
                    try bench.workbench.content(job, format: format, options: .init()).size > 0)
            }
            for name in try bench.workbench.plotNames(of: job) {
                #expect(try bench.workbench.plot(job, name: name).starts(with: [0x89, 0x50, 0x4E]))
            }
        }
        let report = String(decoding: try bench.result(analysis, "html"), as: UTF8.self)
        #expect(report.contains("data:image/png;base64,"))

        // The same request finds the job that is there.
        let (again, created) = try bench.workbench.submit(
            JobRequest(dataset: dataset, kind: "analysis", parameters: ["n_clusters": 3]),
            caller: .local)
        #expect(!created && again.identifier == analysis["id"]?.string)
        // Another k reuses what does not depend on it.
        let other = try bench.run("analysis", on: dataset, ["n_clusters": 2])
        #expect(other["inputs"]?["view"] == analysis["inputs"]?["view"])
        #expect(other["inputs"]?["clustering"] != analysis["inputs"]?["clustering"])
        // What uses a job stands in the way of forgetting it.
        #expect(throws: WorkbenchError.self) {
            try bench.workbench.deleteJob(
                analysis["inputs"]?["segmentation"]?.string ?? "", cascade: false, caller: .local)
        }
        #expect(throws: WorkbenchError.self) { try bench.run("clustering", on: dataset, ["k": 1]) }
    }

    @Test func `tissue without nuclei ends an analysis well, with its parts skipped`() throws {
        let bench = try Bench()
        let path = bench.folder + "/flat.zip"
        var files = ""
        for y in 0..<24 { for x in 0..<24 { files += "\(x) \(y) \((x * 7 + y * 13) % 3)\n" } }
        var other = ""
        for y in 0..<24 { for x in 0..<24 { other += "\(x) \(y) \((x * 5 + y * 3) % 4)\n" } }
        var zip = ZipWriter()
        try zip.add("flat - 134.05 u.txt", Array(files.utf8))
        try zip.add("flat - 79.96 u.txt", Array(other.utf8))
        try Data(zip.finish()).write(to: URL(fileURLWithPath: path))
        let dataset = try bench.importFile(path)
        let analysis = try bench.run("analysis", on: dataset)
        #expect(analysis["state"] == "succeeded", "\(analysis["error"]?.text ?? "")")
        let parts = try JSON.parse(try bench.result(analysis, "json"))["parts"]
        #expect(parts?["segmentation"]?["state"] == "succeeded")
        #expect(parts?["clustering"]?["state"] == "skipped")
        #expect(parts?["clustering"]?["reason"]?.string?.isEmpty == false)
        let alone = try bench.run("clustering", on: dataset)
        #expect(alone["state"] == "failed")
        #expect(alone["error"]?["type"] == "/errors/too-few-cells")
        #expect(alone["error"]?["found"] != nil && alone["error"]?["needed"] != nil)
    }

    @Test func `a job under way when the service stops runs again after the next start`() throws {
        let bench = try Bench()
        let dataset = try bench.importSection(size: 64)
        let (job, _) = try bench.workbench.submit(
            JobRequest(dataset: dataset, kind: "view"), caller: .local)
        while try bench.workbench.document(bench.workbench.job(job.identifier, caller: .local))[
            "state"] == "queued"
        { usleep(1000) }
        try bench.reopen()
        let ended = try bench.finish(job.identifier)
        #expect(ended["state"] == "succeeded")
        #expect(ended["interruptions"] == 1)
        #expect(ended["attempts"] == 1)
    }

    @Test func `a cancelled job stops soon and what waits for it fails`() throws {
        let bench = try Bench()
        let dataset = try bench.importSection(size: 96)
        let (job, _) = try bench.workbench.submit(
            JobRequest(
                dataset: dataset, kind: "representation", parameters: ["schedule": "published"]),
            caller: .local)
        let (next, _) = try bench.workbench.submit(
            JobRequest(
                dataset: dataset, kind: "clustering",
                inputs: ["representation": .string(job.identifier)]), caller: .local)
        let cancelled = try bench.workbench.cancel(job.identifier, caller: .local)
        #expect(try bench.workbench.document(cancelled)["state"] == "cancelled")
        let follower = try bench.finish(next.identifier)
        #expect(follower["state"] == "failed")
        #expect(follower["error"]?["type"] == "/errors/input-failed")
    }
}
