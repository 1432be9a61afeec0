import Imaging
import Testing
import Workbench

private let channels = [
    Channel(mz: 133.9), Channel(mz: 134.05), Channel(mz: 134.8), Channel(mz: 255.23),
    Channel(mz: nil, label: "IdU"), Channel(mz: nil, label: "HH3"),
]
private let lookup = IonLookup(channels: channels, totals: [5, 10, 30, 7, 1, 1])

@Test(arguments: [
    ("IdU", 4, "a label"), ("idu", 4, "a label in another case"),
    ("134", 2, "the most intense of 134.x"),
    ("134.0", 1, "the nearest m/z"), ("133.95", 0, "the nearest m/z"), ("255.6", 3, "within 0.5"),
    ("256", 3, "a nominal mass nobody has: the nearest within the tolerance ... 0.77 away is not"),
])
func `an ion is found as a user names it`(text: String, index: Int, why: String) {
    if text == "256" {
        #expect(throws: WorkbenchError.self) { try lookup.index(of: text) }
        #expect((try? lookup.index(of: text, tolerance: .mz(1))) == index)
    } else {
        #expect((try? lookup.index(of: text)) == index, "\(why)")
    }
}

@Test(arguments: ["300", "134.05x", "", "-134", "1e2", "nan", "HH4"])
func `an ion that is not there is refused by naming the nearest`(text: String) throws {
    let error = #expect(throws: WorkbenchError.self) { try lookup.index(of: text) }
    guard case .notFound(let detail)? = error else { return }
    #expect(text != "300" || detail.contains("255.23"))
    #expect(text != "HH4" || detail.contains("HH3"))
}

@Test func `a tolerance in ppm is of the mass asked for`() {
    #expect((try? lookup.index(of: "255.24", tolerance: .ppm(50))) == 3)
    #expect((try? lookup.index(of: "255.25", tolerance: .ppm(50))) == nil)
}

@Test func `the default marker is the ion nearest adenine within a half`() {
    #expect(lookup.defaultMarker() == 1)
    let far = IonLookup(channels: [Channel(mz: 133.5), Channel(mz: 181)], totals: [1, 1])
    #expect(far.defaultMarker() == nil)
    #expect(
        IonLookup(channels: [Channel(mz: nil, label: "HH3")], totals: [1]).defaultMarker() == nil)
}
