import Imaging
import Ingest
import Testing

@Suite struct IonNameTests {
    private static let text = "0 0 1\n1 0 2\n"

    @Test(arguments: [
        ("A549_1 (96) - 134.05 u.txt", 134.05, 2, "A549_1"),
        ("liver - 134.05 u.txt", 134.05, 2, "liver"),
        ("liver/run 2/liver - 58.3 u.TXT", 58.3, 1, "liver"),
        ("134.05.txt", 134.05, 2, nil),
        ("79.txt", 79, 0, nil),
        ("x - 255 u.txt", 255, 0, "x"),
        ("x - 134,05 u.txt", 134.05, 2, "x"),
        ("x - 134.0500 amu.txt", 134.05, 4, "x"),
        ("x - 134.05 Da.txt", 134.05, 2, "x"),
        ("x - 134.05u.txt", 134.05, 2, "x"),
        ("canceridu-normal-1_1 (79) - 79.01 u.txt", 79.01, 2, "canceridu-normal-1_1"),
        ("a - b - 12.5 u.txt", 12.5, 1, "a - b"),
        ("33.3.2_tomog_ (7) - 35.45 u.txt", 35.45, 2, "33.3.2_tomog"),
        ("liver_134.05 u.txt", 134.05, 2, "liver"),
        ("consumption - 50.01 u.txt", 50.01, 2, "consumption"),
        ("134.05", 134.05, 2, nil),
    ])
    func `a name with a mass`(file: String, mz: Double, digits: Int, measurement: String?) throws {
        let dataset = try Upload([(file, Self.text)]).read()
        #expect(dataset.channels == [Channel(mz: mz, mzDigits: digits)])
        #expect(dataset.name == measurement)
    }

    @Test(arguments: [
        ("canceridu-normal-1_1 (79) - IdU.txt", "IdU", "canceridu-normal-1_1"),
        ("mibi (25) - HH3.txt", "HH3", "mibi"),
        ("33.3.2_tomog_ (7) - Cl-.txt", "Cl-", "33.3.2_tomog"),
        ("x - C5H4N5-.txt", "C5H4N5-", "x"),
        ("Nuc.txt", "Nuc", nil),
        ("x - 0.00 u.txt", "0.00 u", "x"),
        ("x - assumed.txt", "assumed", "x"),
        ("x - 日本.txt", "日本", "x"),
        ("x - 1.2.3.txt", "1.2.3", "x"),
    ])
    func `a name without a mass is a label`(file: String, label: String, name: String?) throws {
        let dataset = try Upload([(file, Self.text)]).read()
        #expect(dataset.channels == [Channel(mz: nil, label: label)])
        #expect(dataset.name == name)
    }

    @Test(arguments: [
        "x - total.txt", "x - Total ion.txt", "x - sum.txt", "total.txt", "x - SUM of all.txt",
    ])
    func `a total image is left out with a warning`(file: String) throws {
        let dataset = try Upload([("x - 1.5 u.txt", Self.text), (file, Self.text)]).read()
        #expect(dataset.channels.count == 1)
        #expect(dataset.warnings.count == 1)
        #expect(dataset.warnings[0].contains(file))
        #expect(Upload([(file, Self.text)]).error()?.kind == .malformed)
    }

    @Test func `channels ascend by m/z, then labels by name`() throws {
        let names = [
            "x - P.txt", "x - 200.5 u.txt", "x - HH3.txt", "x - 50.01 u.txt", "x - 99 u.txt",
        ]
        let dataset = try Upload(names.map { ($0, Self.text) }).read()
        #expect(dataset.channels.map(\.name) == ["50.01", "99", "200.5", "HH3", "P"])
    }

    @Test(arguments: [
        ("x - 134.05 u.txt", "y/x - 134.05 u.txt"), ("134.050.txt", "x - 134.05 u.txt"),
        ("x - P.txt", "P.txt"),
    ])
    func `one ion twice is refused, naming both files`(first: String, second: String) throws {
        let error = try #require(Upload(zip: [(first, Self.text), (second, Self.text)]).error())
        #expect(error.kind == .malformed)
        #expect(error.places.map(\.file) == [first, second])
        #expect(error.detail.contains(first) && error.detail.contains(second))
    }

    @Test func `a file without a name cannot be an ion`() throws {
        for name in ["", " ", ".txt", "x - .txt"] {
            let error = try #require(Upload([(name, Self.text)]).error(), "\(name)")
            #expect(error.kind == .malformed)
        }
    }

    @Test func `several measurements are told, an archive's name is the last resort`() throws {
        let mixed = try Upload([
            ("b - 1 u.txt", Self.text), ("a - 2 u.txt", Self.text), ("b - 3 u.txt", Self.text),
        ]).read()
        #expect(mixed.name == "b")
        #expect(mixed.warnings == ["The files' names tell several measurements: b, a."])
        let bare = try Upload(zip: [("1.5.txt", Self.text)], name: "my liver.zip").read()
        #expect(bare.name == "my liver")
    }
}
