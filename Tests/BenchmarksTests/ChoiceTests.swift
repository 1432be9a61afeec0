import Benchmarks
import Testing

@Suite struct ChoiceTests {
    @Test(
        arguments: [
            ("cut", ["cut/mdl", "cut/published", "cut/published-20"]), ("analysis", ["analysis"]),
            ("diff/emd,import/read", ["import/read", "diff/emd"]),
            ("cut/mdl,cut", ["cut/mdl", "cut/published", "cut/published-20"]),
        ])
    func `items are chosen by name or family, in the order of the list`(
        list: String, names: [String]
    ) throws {
        #expect(try BenchItem.chosen(list).map(\.name) == names)
    }

    @Test func `groups hold every item once`() throws {
        let grouped = try BenchItem.chosen("kernels,stages,service").map(\.name)
        #expect(grouped == BenchItem.all.map(\.name))
        #expect(Set(grouped).count == grouped.count)
        #expect(try BenchItem.chosen(nil).count == grouped.count)
        #expect(try BenchItem.chosen(ScaleRun.usualItems.joined(separator: ",")).count == 7)
    }

    @Test(arguments: ["", "nothing", "cut/other", "cut,,", "cut,wat"])
    func `a word that names nothing is refused with what there is`(list: String) {
        let error = #expect(throws: BenchmarkError.self) { try BenchItem.chosen(list) }
        if !list.isEmpty, list != "cut,," {
            #expect(error?.description.contains("cut/mdl") == true)
        }
    }
}
