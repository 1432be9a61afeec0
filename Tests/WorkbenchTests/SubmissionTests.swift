import Bytes
import Dispatch
import Foundation
import Store
import Synchronization
import Testing
import Workbench

@Suite struct SubmissionTests {
    @Test func `the same request many times at once makes one job`() throws {
        let bench = try Bench()
        let dataset = try bench.importSection(size: 24)
        let workbench = bench.workbench
        let answers = Mutex<[(id: String, created: Bool)]>([])
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            let answer = try? workbench.submit(
                JobRequest(
                    dataset: dataset, kind: "analysis", idempotency: (key: "k", requestHash: "h")),
                caller: .local)
            if let answer { answers.withLock { $0.append((answer.job.id, answer.created)) } }
        }
        let all = answers.withLock { $0 }
        #expect(all.count == 8)
        #expect(Set(all.map(\.id)).count == 1)
        #expect(all.count { $0.created } == 1)
        let jobs = try workbench.jobPage(
            dataset: dataset, kind: nil, state: nil, after: nil, limit: 50, caller: .local)
        #expect(jobs.items.count == 7)  // the analysis and its six parts
        _ = try bench.finish(all[0].id)
    }

    @Test func `a request that is refused leaves no job behind`() throws {
        let bench = try Bench()
        let dataset = try bench.importSection(size: 24)
        #expect(throws: WorkbenchError.self) {
            try bench.workbench.submit(
                JobRequest(
                    dataset: dataset, kind: "diff", parameters: ["features": ["nothing"]]),
                caller: .local)
        }
        let jobs = try bench.workbench.jobPage(
            dataset: dataset, kind: nil, state: nil, after: nil, limit: 50, caller: .local)
        #expect(jobs.items.isEmpty)
    }

    @Test func `an idempotency key is kept also where the job was there`() throws {
        let bench = try Bench()
        let dataset = try bench.importSection(size: 24)
        func submit(_ seed: Int, key: String?) throws -> (job: JobRecord, created: Bool) {
            try bench.workbench.submit(
                JobRequest(
                    dataset: dataset, kind: "segmentation", parameters: ["seed": .int(seed)],
                    idempotency: key.map { (key: $0, requestHash: "hash \(seed)") }),
                caller: .local)
        }
        let first = try submit(1, key: nil)
        #expect(try submit(1, key: "a").job.id == first.job.id)
        #expect(throws: WorkbenchError.self) { try submit(2, key: "a") }
        _ = try bench.finish(first.job.id)
    }

    @Test func `a given input fixes what it was built on, also in an analysis`() throws {
        let bench = try Bench()
        let dataset = try bench.importSection(size: 48)
        func submit(_ kind: String, _ parameters: JSON, _ inputs: JSON = .null) throws -> JSON {
            let job = try bench.workbench.submit(
                JobRequest(dataset: dataset, kind: kind, parameters: parameters, inputs: inputs),
                caller: .local
            ).job
            return try bench.workbench.document(job)
        }
        let cut = try submit("segmentation", ["min_area_px": 9])
        let mean = try submit(
            "representation", ["method": "mean"], ["segmentation": cut["id"] ?? .null])
        let clusters = try submit(
            "clustering", ["method": "kmeans", "n_clusters": 2],
            ["representation": mean["id"] ?? .null])
        let analysis = try submit("analysis", .null, ["clustering": clusters["id"] ?? .null])
        #expect(analysis["inputs"]?["segmentation"] == cut["id"])
        #expect(analysis["inputs"]?["representation"] == mean["id"])
        #expect(analysis["inputs"]?["clustering"] == clusters["id"])
        let other = try submit("segmentation", ["min_area_px": 10])
        #expect(throws: WorkbenchError.self) {
            try submit(
                "analysis", .null,
                ["clustering": clusters["id"] ?? .null, "segmentation": other["id"] ?? .null])
        }
        try bench.workbench.delete(dataset, cancelling: true, caller: .local)
    }

    @Test func `a dataset is deleted while its jobs are made, run and are cancelled`() throws {
        let bench = try Bench()
        for round in 0..<3 {
            let dataset = try bench.importSection(size: 32 + round)
            let workbench = bench.workbench
            DispatchQueue.concurrentPerform(iterations: 6) { index in
                switch index {
                case 5:
                    usleep(20_000)
                    try? workbench.delete(dataset, cancelling: true, caller: .local)
                case 4:
                    let jobs = try? workbench.jobPage(
                        dataset: dataset, kind: nil, state: nil, after: nil, limit: 50,
                        caller: .local)
                    for job in jobs?.items ?? [] {
                        _ = try? workbench.cancel(job["id"]?.string ?? "", caller: .local)
                    }
                default:
                    _ = try? workbench.submit(
                        JobRequest(
                            dataset: dataset, kind: "analysis", parameters: ["seed": .int(index)]),
                        caller: .local)
                }
            }
            #expect(throws: WorkbenchError.self) {
                try workbench.dataset(dataset, caller: .local)
            }
            #expect(
                try workbench.jobPage(
                    dataset: nil, kind: nil, state: nil, after: nil, limit: 50, caller: .local
                ).items.isEmpty)
        }
        // What came in between does not hold up the next job.
        let dataset = try bench.importSection(size: 24)
        #expect(try bench.run("segmentation", on: dataset)["state"] == "succeeded")
    }
}
