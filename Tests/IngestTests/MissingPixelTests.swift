import Imaging
import Ingest
import Testing

@Suite struct MissingPixelTests {
    private let full = "0 0 1\n1 0 2\n0 1 3\n1 1 4\n"

    @Test func `missing pixels become zero where asked, with a count`() throws {
        let upload = Upload([
            ("1.5.txt", full), ("2.5.txt", "1 1 7\n"), ("3.5.txt", "0 0 1\n1 1 300\n"),
        ])
        #expect(upload.error()?.kind == .malformed)
        let dataset = try upload.read { $0.missingAsZero = true }
        #expect(
            dataset.planes == [
                .uint8([1, 2, 3, 4]), .uint8([0, 0, 0, 7]), .uint16([1, 0, 0, 300]),
            ])
        #expect(dataset.warnings == ["5 missing pixels in 2 files taken as zero."])
    }

    @Test func `a repeated pixel is refused all the same`() {
        let upload = Upload([("1.5.txt", full + "0 0 1\n")])
        let error = upload.error { $0.missingAsZero = true }
        #expect(error?.kind == .malformed)
        #expect(error?.places.first?.line == 5)
    }

    @Test(arguments: [
        ("0 0 1\n1 0 2\n", 2, 2, "(X 0, Y 1)"),
        ("0 0 1\n0 1 2\n", 1, 2, "(X 1, Y 0)"),
        ("1 0 1\n1 1 2\n", 1, 2, "(X 0, Y 0)"),
        ("# h\n0 1 1\n1 1 2\n", 2, 2, "(X 0, Y 0)"),
        ("1 1 2\n", 1, 3, "(X 0, Y 0)"),
    ])
    func `a file with fewer pixels than another is named, with the first missing one`(
        text: String, line: Int, count: Int, pixel: String
    ) throws {
        let error = try #require(Upload([("1.5.txt", full), ("2.5.txt", text)]).error())
        #expect(error.kind == .malformed)
        #expect(error.places.count == 1)
        #expect(error.places[0].file == "2.5.txt")
        #expect(error.places[0].line == line)
        #expect(error.places[0].detail.hasSuffix("\(count) missing pixels, first \(pixel)"))
        #expect(error.detail.contains("1 of 2 files"))
    }

    @Test func `an image cut off at any line is refused or has a row less everywhere`() throws {
        let text = ascii(width: 4, height: 3, header: []) { "\($0 + $1)" }
        let lines = text.split(separator: "\n")
        for count in 1..<lines.count {
            let cut = lines.prefix(count).joined(separator: "\n")
            let error = try #require(Upload([("1.5.txt", text), ("2.5.txt", cut)]).error())
            #expect(error.places.first?.file == "2.5.txt")
            #expect(error.places.first?.line != nil)
        }
    }
}
