import Bytes
import Testing
import Workbench

@Suite struct ResultStabilityTests {
    @Test func `a change of name or pixel size leaves finished results as they are`() throws {
        let bench = try Bench()
        let dataset = try bench.importSection(size: 32)
        func change(_ name: String, _ value: String) throws {
            var fields = DatasetFields()
            try fields.set(name, value, place: name)
            _ = try bench.workbench.change(
                dataset, fields: fields, expectedVersion: nil, caller: .local)
        }
        try change("pixel_size_um", "2")
        let cut = try bench.run("segmentation", on: dataset)
        let view = try bench.run("view", on: dataset, ["epochs": 5])
        let tables = try [
            bench.result(cut, "csv"), bench.result(cut, "tif"), bench.result(view, "png"),
        ]
        try change("pixel_size_um", "4")
        try change("name", "another")
        #expect(
            try [bench.result(cut, "csv"), bench.result(cut, "tif"), bench.result(view, "png")]
                == tables)
        // A later job has the new size.
        let later = try bench.run("segmentation", on: dataset)
        #expect(later["id"] != cut["id"])
        #expect(try bench.result(later, "csv") != tables[0])
    }

    @Test func `annotations are changed member by member`() throws {
        let bench = try Bench()
        let dataset = try bench.importSection(size: 32)
        let job = try bench.run("segmentation", on: dataset)["id"]?.string ?? ""
        func annotate(_ patch: JSON) throws -> JSON? {
            try bench.workbench.document(
                bench.workbench.annotate(job, patch, caller: .local))["annotations"]
        }
        _ = try annotate(["clusters": ["1": ["name": "hepatocytes", "color": "#ff0000"]]])
        _ = try annotate(["notes": "good"])
        let both = try annotate(["clusters": ["2": ["name": "immune"]]])
        #expect(both?["notes"] == "good")
        #expect(both?["clusters"]?["1"]?["name"] == "hepatocytes")
        #expect(both?["clusters"]?["2"]?["name"] == "immune")
        let less = try annotate(["notes": nil, "clusters": ["1": ["color": nil]]])
        #expect(less?["notes"] == nil)
        #expect(less?["clusters"]?["1"] == ["name": "hepatocytes"])
        for bad: JSON in [
            ["clusters": ["01": ["name": "x"]]], ["clusters": ["1": ["color": "#ff00zz"]]], 3,
            ["clusters": ["1": "x"]], ["note": "x"],
        ] {
            #expect(throws: WorkbenchError.self) { try annotate(bad) }
        }
    }
}
