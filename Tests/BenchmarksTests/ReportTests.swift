import Benchmarks
import Bytes
import Testing

@Suite struct ReportTests {
    @Test func `a report is the same after it was written and read`() throws {
        let original = report(
            [
                try result(
                    "cut/mdl", seconds: [1, 3, 2], more: [.init("operations", .double(4e9))]),
                try result(
                    "cut/mdl", "a peer", seconds: [8],
                    more: [
                        .init("note", "scaled"), .init("metrics", ["object_f1": 0.5]),
                        .init("bytes", .double(12)),
                    ]),
            ],
            scale: [
                ScaleResult(
                    pixels: 65_536, ions: 250, cells: 700,
                    result: try result("cut/mdl", seconds: [1]))
            ])
        let read = try BenchReport(JSON.parse(original.json.pretty))
        #expect(read == original)
        #expect(read.results[1].metrics == [Metric("object_f1", 0.5)])
        #expect(read.results[0].work == .operations(4e9))
    }

    @Test(arguments: [
        "{}", "[]", #"{"results": [{}]}"#, #"{"results": [{"item": "a", "contestant": "seam"}]}"#,
        #"{"results": [{"item": "a", "contestant": "seam", "seconds": [], "cpu": []}]}"#,
        #"{"results": [], "scale": [{"pixels": 3}]}"#,
    ])
    func `what is no report is refused`(text: String) throws {
        let json = try JSON.parse(Array(text.utf8))
        #expect(throws: BenchmarkError.self) { try BenchReport(json) }
    }

    @Test func `a peer's ratio is to our run before it, of the same item`() throws {
        let peer = try result("view/pca50", "umap", seconds: [30, 10, 20])
        let single = try result("view/pca50", "umap", seconds: [80], threads: 1)
        let all = report([
            try result("view/pca50", seconds: [4, 6, 5]), peer,
            try result("view/pca50", seconds: [8], threads: 1), single,
            try result("cut/mdl", "someone", seconds: [3]),
        ])
        #expect(all.ratio(peer) == 4)
        #expect(all.ratio(single) == 10)
        #expect(all.ratio(all.results[4]) == nil)
        let lines = all.resultTable.text.split(separator: "\n").map(String.init)
        #expect(lines.count == 6)
        #expect(lines[1].contains("view/pca50") && lines[1].contains("5.00 s"))
        #expect(lines[2].contains("20.0 s") && lines[2].contains("4.00"))
    }

    @Test func `the share of the machine is of the largest rate on as many threads`() throws {
        let work: [JSON.Member] = [.init("operations", .double(1e10))]
        let rows = report([
            try result("matmul/512x512x512", seconds: [0.1], more: work),
            try result("matmul/64x128x128", seconds: [0.2], more: work),
            try result("matmul/512x512x512", seconds: [0.4], threads: 1, more: work),
            try result("id/fast", seconds: [0.5], more: work),
            try result("diff/emd", seconds: [0.5]),
        ]).limitTable.rows
        #expect(
            rows.map { $0[3] } == [
                "100 GFLOP/s", "50.0 GFLOP/s", "25.0 GFLOP/s", "20.0 GFLOP/s", "",
            ])
        #expect(rows.map { $0[4] } == ["100 %", "50.0 %", "100 %", "20.0 %", ""])
    }

    @Test func `the peers' stages add up only where all were measured`() throws {
        let names = [
            ("import/warm", "pandas from the zip, not stored", 3.0),
            ("view/pca50", "umap-learn, warm", 47),
            ("cut/published-20", "numpy + PyMaxflow loop", 20),
            ("id/published", "torch CPU, batch 64, best threads", 105),
            ("cluster/simlr", "Python SIMLR on C x P", 62),
            ("diff/emd", "scipy, loop over half of the pairs (scaled)", 1050),
        ]
        var results = try names.map { try result($0.0, $0.1, seconds: [$0.2]) }
        #expect(report(results).wayTable.rows.isEmpty)
        results.append(try result("analysis", seconds: [30]))
        let rows = report(results).wayTable.rows
        try #require(rows.count == 2, "the quickest peers were not all measured")
        #expect(rows[0] == ["seam", "30.0", "1"])
        #expect(rows[1][1...] == ["1287", "42.9"])
        results.remove(at: 2)
        #expect(report(results).wayTable.rows.count == 1)
    }

    @Test func `growth is told by pixels and by ions`() throws {
        var scale: [ScaleResult] = []
        for (side, seconds) in [(128, 1.0), (256, 2), (512, 8)] {
            scale.append(
                ScaleResult(
                    pixels: side * side, ions: 250, cells: side,
                    result: try result("diff/emd", seconds: [seconds])))
        }
        for (ions, seconds) in [(100, 0.8), (500, 4.0)] {
            scale.append(
                ScaleResult(
                    pixels: 65_536, ions: ions, cells: 256,
                    result: try result("diff/emd", seconds: [seconds])))
        }
        let tables = report([], scale: scale).growthTables
        #expect(tables.pixels.header.count == 6)
        #expect(
            tables.pixels.rows == [["diff/emd", "1.00 s", "2.00 s", "8.00 s", "0.750", "4.00"]])
        #expect(tables.ions.rows == [["diff/emd", "800 ms", "2.00 s", "4.00 s", "1.00"]])
    }

    @Test func `without sizes there is no growth`() {
        let tables = report([]).growthTables
        #expect(tables.pixels.rows.isEmpty && tables.ions.rows.isEmpty)
    }
}
