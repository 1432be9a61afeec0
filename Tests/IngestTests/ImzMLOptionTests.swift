import Imaging
import Ingest
import Testing

/// How spectra become channels, and what is tolerated with a warning.
@Suite struct ImzMLOptionTests {
    /// 64 pixels whose peaks at 100 and 100.005 wander by 5 parts of a million.
    private static var wandering: ImzMLFixture {
        var random = Seeded(12)
        var fixture = ImzMLFixture()
        for index in 0..<64 {
            let shift = 1 + Double.random(in: -2.5e-6...2.5e-6, using: &random)
            fixture.spectra.append(
                .init(
                    x: index % 8 + 1, y: index / 8 + 1,
                    masses: [100.003 * shift, 100.008 * shift, 900 * shift],
                    intensities: [1, 2, 4]))
        }
        return fixture
    }

    @Test func `a tolerance in ppm or m/z says which values are one ion`() throws {
        let upload = Self.wandering.upload()
        let coarse = try upload.read { $0.massTolerance = .mz(0.05) }
        #expect(coarse.channels.count == 2)
        #expect(coarse.planes[0].doubles == [Double](repeating: 3, count: 64))
        let fine = try upload.read { $0.massTolerance = .ppm(10) }
        #expect(fine.channels.count == 3)
        #expect(fine.planes.map { $0.doubles[7] } == [1, 2, 4])
        #expect(fine.warnings[0].contains("10.0 ppm"))
        let narrow = upload.error { $0.massTolerance = .mz(0.000_1) }
        #expect(narrow?.detail.contains("larger tolerance") == true)
    }

    @Test func `every value is a channel if that is wanted`() throws {
        let upload = Self.wandering.upload()
        let exact = try upload.read { $0.massAxis = .exact }
        #expect(exact.channels.count == 192)
        #expect(exact.planes.reduce(0) { $0 + $1.doubles.reduce(0, +) } == 448)
        #expect(exact.warnings.isEmpty)
        let peaks = try ImzMLFixture.continuous.upload().read { $0.massAxis = .peaks }
        // Three points of an axis are one peak where they do not fall and rise again.
        #expect(peaks.warnings.count == 1 && peaks.channels.count < 3)
    }

    @Test func `the layers wanted are summed, and none of them is an error`() throws {
        var fixture = ImzMLFixture.continuous
        for index in 0..<4 {
            fixture.spectra[index].x = index % 2
            fixture.spectra[index].y = 1
            fixture.spectra[index].z = index / 2 + 1
        }
        let both = try fixture.upload().read()
        #expect(both.layers == 2 && both.planes[0].doubles == [2, 4])
        let second = try fixture.upload().read { $0.layers = 2...5 }
        #expect(second.layers == 1 && second.planes[0].doubles == [2, 3])
        #expect(fixture.upload().error { $0.layers = 3...5 }?.kind == .malformed)
    }

    static let oddities: [(String, String, String)] = [
        ("<spectrumList count=\"4\"", "<spectrumList count=\"7\"", "says it has 7; 4 are there"),
        ("IMS:1000030", "IMS:1000031", "says processed"),
        (
            "<scanSettings id=\"a\">",
            "<scanSettings id=\"a\"><cvParam accession=\"IMS:1000042\" value=\"1\"/>"
                + "<cvParam accession=\"IMS:1000043\" value=\"1\"/>", "1 x 1 pixels"
        ),
        ("IMS:1000080", "IMS:1000089", "no UUID"),
        ("value=\"2.5\" unitAccession=\"UO:0000017\"/>\n</scan", "value=\"5\"/>\n</scan", "square"),
    ]

    @Test(arguments: oddities.indices)
    func `what is tolerated is told`(index: Int) throws {
        let (from, to, says) = Self.oddities[index]
        var fixture = ImzMLFixture.continuous
        fixture.change = { text in
            precondition(text.contains(from), "\(from) is there")
            return text.replacing(from, with: to)
        }
        let dataset = try fixture.upload().read()
        #expect(dataset.warnings.contains { $0.contains(says) }, "\(dataset.warnings)")
    }

    @Test func `images beyond what memory is for come from a scratch file, the same`() throws {
        var fixture = ImzMLFixture()
        // 4,000 ions of 72 x 72 pixels are more than 128 MiB of sums.
        let masses = (0..<4_000).map { 10 + Double($0) * 0.25 }
        for index in 0..<72 * 72 {
            let some = stride(from: index % 40, to: 4_000, by: 40).map { masses[$0] }
            fixture.spectra.append(
                .init(
                    x: index % 72 + 1, y: index / 72 + 1, masses: some,
                    intensities: some.map { $0 + Double(index % 7) }))
        }
        fixture.checksum = ""
        let upload = fixture.upload()
        let dataset = try upload.read { $0.minimumTotalCounts = 1 }
        #expect(dataset.channels.count == 4_000 && dataset.planes.isEmpty)
        #expect(dataset.images.count == 4_000)
        for channel in [0, 1_777, 3_999] {
            let expected: [Double] = (0..<72 * 72).map { (pixel: Int) in
                pixel % 40 == channel % 40 ? masses[channel] + Double(pixel % 7) : 0
            }
            #expect(try dataset.images.image(channel).doubles == expected)
        }
    }
}
