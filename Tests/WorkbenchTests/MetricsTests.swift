import Bytes
import Foundation
import Testing
import Workbench

struct MetricsTests {
    @Test func `metrics are written as Prometheus reads them`() {
        var text = MetricsText()
        text.single("a_total", .counter, "One \\ and\ntwo.", 3)
        text.begin("b", .gauge, "Help.")
        text.add("b", [("name", "x\"y\\z\n")], 1.5)
        text.add("b", [], Double.infinity)
        #expect(
            text.text == """
                # HELP a_total One \\\\ and\\ntwo.
                # TYPE a_total counter
                a_total 3
                # HELP b Help.
                # TYPE b gauge
                b{name="x\\"y\\\\z\\n"} 1.5
                b +Inf

                """)
    }

    @Test func `a histogram counts what is at most so long`() {
        var histogram = Histogram(bounds: [0.1, 1])
        for value in [0.05, 0.1, 0.5, 2, -1, .nan] { histogram.observe(value) }
        var text = MetricsText()
        text.begin("t", .histogram, "T.")
        text.add("t", [("route", "/")], histogram)
        #expect(
            text.text.split(separator: "\n").dropFirst(2) == [
                "t_bucket{route=\"/\",le=\"0.1\"} 4", "t_bucket{route=\"/\",le=\"1\"} 5",
                "t_bucket{route=\"/\",le=\"+Inf\"} 6", "t_sum{route=\"/\"} 2.65",
                "t_count{route=\"/\"} 6",
            ])
    }

    @Test func `the figures of this process are there`() {
        let now = ProcessFigures.now()
        #expect(now.residentBytes > 1 << 20 && now.threads >= 1 && now.descriptors >= 3)
        #expect(now.startedAt > 1.6e9 && now.startedAt <= Date().timeIntervalSince1970 + 1)
        #expect((DiskSpace(of: "/")?.total ?? 0) > 0)
        #expect(DiskSpace(of: "/no/such/folder") == nil)
        #expect(ProcessFigures.memoryLimit() > 1 << 20)
    }
}

struct NeedTests {
    @Test func `a job that can never fit fails at once, and those that wait for it`() throws {
        let folder = NSTemporaryDirectory() + "/seam-need-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let bench = try Bench()
        let dataset = try bench.importSection()
        bench.workbench.close(grace: 5)
        var configuration = Workbench.Configuration(dataDirectory: bench.folder + "/data")
        configuration.jobMemory = 9_000_000
        let workbench = try Workbench(configuration)
        defer { workbench.close(grace: 5) }
        let (job, created) = try workbench.submit(
            JobRequest(dataset: dataset, kind: "diff"), caller: .local)
        #expect(created && job.isFinished)
        let document = try workbench.document(job)
        #expect(document["state"]?.string == "failed")
        #expect(document["error"]?["type"]?.string == "/errors/input-failed")
        let cause = try workbench.document(
            try workbench.job(document["inputs"]?["segmentation"]?.string ?? "", caller: .local))
        #expect(cause["error"]?["type"]?.string == "/errors/too-much-memory")
        #expect(cause["error"]?["budget_bytes"]?.int == 7_875_000)
        #expect(cause["attempts"]?.int == 0)
    }
}
