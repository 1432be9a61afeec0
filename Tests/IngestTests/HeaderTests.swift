import Imaging
import Ingest
import Testing

@Suite struct HeaderTests {
    private func read(
        _ header: [String], width: Int = 4, height: Int = 4, size: Double? = nil
    ) throws -> ImportedDataset {
        try Upload([
            ("1.5.txt", ascii(width: width, height: height, header: header) { _, _ in "1" })
        ]).read { $0.pixelSizeMicrometres = size }
    }

    static let sizes: [([String], Double?)] = [
        (["# Field of view: 400.0 x 400.0 um"], 100.0),
        (["# Image size: 256 x 256 pixel", "# Field of view: 400.0 x 400.0 um"], 1.5625),
        (["# Field of view: 0.4 mm"], 100), (["# Field of View (µm): 300 x 300"], 75),
        (["Field of view = 400 µm x 400 µm"], 100), (["# FOV: 400000 nm x 400000 nm"], 100),
        (["# Pixel size: 1.5 um"], 1.5), (["# Image size: 400 x 400 um"], 100),
        (["# Field of view: 400 x 400"], nil), (["# Field of view: wide um"], nil),
        (["# Field of view: 0 x 0 um"], nil), (["# Field of view: 1e400 um"], nil),
        (["# Field of view 400 um"], nil), (["#"], nil), ([":", "=", "#:"], nil),
        (["# Field of view: 400 x 200 um"], nil),
    ]

    @Test(arguments: sizes)
    func `a field of view gives the pixel size`(header: [String], size: Double?) throws {
        #expect(try read(header).grid.pixelSizeMicrometres == size)
    }

    @Test func `pixels that are not square have no size, and a warning`() throws {
        let dataset = try read(["# Field of view: 400 x 200 um"])
        #expect(dataset.warnings.count == 1)
        #expect(
            try read(["# Field of view: 400 x 200 um"], height: 2).grid.pixelSizeMicrometres == 100)
    }

    @Test func `the option is stronger than the header`() throws {
        #expect(try read(["# Pixel size: 1.5 um"], size: 2).grid.pixelSizeMicrometres == 2)
    }

    @Test(arguments: [0, -1, .nan, .infinity, 1e9])
    func `a pixel size that is none is refused`(size: Double) {
        let error = #expect(throws: ImportError.self) { try read([], size: size) }
        #expect(error?.kind == .malformed)
    }

    @Test(arguments: [
        ("# Polarity: negative", "negative"), ("# POLARITY = Positive", "positive"),
        ("Polarity: neg.", "negative"), ("# Polarity: -", "negative"),
        ("# polarity: +", "positive"),
        ("# Polarity: unknown", nil), ("# Ion: negative", nil),
    ])
    func `a header tells the polarity`(line: String, polarity: String?) throws {
        #expect(try read([line]).polarity == polarity)
    }

    @Test func `headers that disagree are told and not taken`() throws {
        let headers = [
            ["# Polarity: negative", "# Pixel size: 1 um"],
            ["# Polarity: positive", "# Pixel size: 2 um"],
        ]
        let dataset = try Upload(
            headers.enumerated().map { index, header in
                ("\(index + 1).5.txt", ascii(width: 2, height: 2, header: header) { _, _ in "1" })
            }
        ).read()
        #expect(dataset.polarity == nil)
        #expect(dataset.grid.pixelSizeMicrometres == nil)
        #expect(dataset.warnings.count == 2)
    }

    @Test func `an image size that the lines do not have is told`() throws {
        let dataset = try read(["# Image size: 4 x 5 pixel"])
        #expect(dataset.warnings == ["A header says 4 x 5 pixels; the files hold 4 x 4."])
        #expect(try read(["# pixels: 4 x 4"]).warnings == [])
    }
}
