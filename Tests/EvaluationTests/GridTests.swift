import Evaluation
import Imaging
import Testing

/// Runs a small grid and gives its records.
private func records(
    _ tasks: [String], _ datasets: [String], methods: [String]? = nil, seeds: String = "1",
    known: [GridRecord] = []
) throws -> [GridRecord] {
    let grid = try EvaluationGrid(
        tasks: tasks, datasets: datasets, methods: methods, seeds: seeds)
    var found: [GridRecord] = []
    try grid.run(known: known) { record, _ in
        found.append(record)
        return true
    }
    return found
}

private func value(_ records: [GridRecord], _ method: String, _ metric: String) throws -> Double {
    let record = try #require(records.first { $0.method == method })
    return try #require(record.measurements.first { $0.metric == metric }).value
}

@Test func `a grid segments a preset, and the product does better than Otsu`() throws {
    let found = try records(["segmentation"], ["tiny", "tiny"], methods: ["mdl", "otsu+ws"])
    #expect(found.map(\.method) == ["mdl", "otsu+ws"])
    #expect(try value(found, "mdl", "object_f1") > value(found, "otsu+ws", "object_f1") + 0.1)
}

@Test func `what is known is not run again`() throws {
    let first = try records(["segmentation"], ["tiny"], methods: ["otsu+ws"], seeds: "1-2")
    #expect(first.map(\.seed) == [1, 2])
    let lines = first.map { GridRecord(line: $0.line) }
    #expect(lines == first.map(Optional.some), "a record survives its line")
    let more = try records(
        ["segmentation"], ["tiny"], methods: ["otsu+ws", "local+ws"], seeds: "2-3", known: first)
    #expect(more.map { "\($0.method) \($0.seed)" } == ["local+ws 2", "otsu+ws 3", "local+ws 3"])
    #expect(GridRecord(line: Array("{\"task\": \"segm".utf8)) == nil)
}

@Test func `the paper's datasets have representations and clusters but no segmentation`() throws {
    let found = try records(
        ["segmentation", "representation", "clustering"],
        ["paper-4:f=8+pair=bright+size=160+ions=20"],
        methods: ["otsu+ws", "mean", "mean+k-means"])
    #expect(found.map(\.method) == ["mean", "mean+k-means"])
    #expect(try value(found, "mean", "knn_accuracy") > 0.4, "chance is 0.25")
}

@Test func `markers of true types are found by every method`() throws {
    let found = try records(["diff"], ["tiny"])
    #expect(found.count == 8)
    for record in found { #expect(try value(found, record.method, "auroc") > 0.75) }
}

@Test(arguments: ["tiny:dim", "tiny:low+blur=0.5", "tiny:one-channel"])
func `changed data segment worse than the same section as it is`(dataset: String) throws {
    let plain = try records(["segmentation"], ["tiny"], methods: ["mdl"])
    let changed = try records(["segmentation"], [dataset], methods: ["mdl"])
    #expect(try value(changed, "mdl", "pixel_f1") < value(plain, "mdl", "pixel_f1"))
}

@Test func `cells may be damaged or found by the product itself`() throws {
    for cells in ["damaged", "own"] {
        let found = try records(["clustering"], ["tiny:\(cells)"], methods: ["mean+k-means"])
        #expect(try value(found, "mean+k-means", "ari") > -0.5)
    }
}

@Test func `a tenth of the nuclei is merged away`() {
    let grid = PixelGrid(width: 60, height: 60)
    let values = (0..<3600).map { pixel -> Int32 in
        let (x, y) = (pixel % 60, pixel / 60)
        return x % 6 < 4 && y % 6 < 4 ? Int32(y / 6 * 10 + x / 6 + 1) : 0
    }
    let truth = LabelImage(grid: grid, values: values)
    let damaged = DamagedMask.damaged(truth, seed: 1)
    let areas = damaged.pixelsByCell().map(\.count)
    // One that was to be merged may have been taken by another before.
    #expect((8...10).contains(areas.count { $0 == 0 } + (100 - areas.count)))
    #expect(areas.count { $0 == 4 } >= 8, "eroded to 2 x 2")
    #expect(areas.contains { $0 > 32 || $0 == 32 })
    #expect(DamagedMask.damaged(truth, seed: 1) == damaged)
    #expect(DamagedMask.damaged(truth, seed: 2) != damaged)
}

@Test func `tables have a mean, the worst and the commands`() {
    func record(_ seed: UInt64, _ value: Double, _ method: String = "mdl") -> GridRecord {
        GridRecord(
            task: .segmentation, dataset: "a|b", seed: seed, method: method,
            measurements: [Measurement("object_f1", value)])
    }
    let table = GridTable([record(2, 0.5), record(1, 0.75), record(1, 0.25, "otsu+ws")])
    let page = table.markdown(commands: ["seam evaluate -o x"])
    #expect(page.contains("    seam evaluate -o x"))
    #expect(page.contains("0.625 (0.500) | 0.250 | 2 |"))
    let runs = String(decoding: table.runs, as: UTF8.self)
    #expect(runs.split(separator: "\r\n").count == 4)
    #expect(String(decoding: table.summary, as: UTF8.self).contains("0.625,0.5,2"))
    #expect(table.figures.map(\.name) == ["segmentation_object_f1"])
}

@Test(arguments: [
    (["cut"], ["tiny"], "1"), (["diff"], ["tny"], "1"), (["diff"], ["tiny"], "3-1"),
    (["diff"], ["tiny"], "x"), (["diff"], ["paper-10"], "1"), ([], ["tiny"], "1"),
    (["diff"], [], "1"),
])
func `a grid that cannot be understood is refused`(
    tasks: [String], datasets: [String], seeds: String
) {
    #expect(throws: EvaluationError.self) { try records(tasks, datasets, seeds: seeds) }
}

@Test(arguments: [
    "tiny:dm", "tiny:types=0", "tiny:types=x", "paper-9:dim", "paper-9:f=9", "paper-8:pair=all",
    "none.npz",
])
func `a dataset that cannot be made is refused`(dataset: String) {
    #expect(throws: EvaluationError.self) { try records(["representation"], [dataset]) }
}
