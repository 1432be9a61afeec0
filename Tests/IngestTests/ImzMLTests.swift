import Bytes
import Imaging
import Ingest
import Testing

@Suite struct ImzMLTests {
    @Test(
        arguments: [false, true],
        ["MS:1000521", "MS:1000523", "IMS:1100001", "MS:1000519", "MS:1000522"])
    func `a shared axis becomes one channel a point, values as they are`(
        isCompressed: Bool, type: String
    ) throws {
        var fixture = ImzMLFixture.continuous
        fixture.isCompressed = isCompressed
        fixture.intensityType = type
        let dataset = try fixture.upload().read()
        #expect(dataset.format == "imzml")
        #expect(dataset.grid == PixelGrid(width: 2, height: 2, pixelSizeMicrometres: 2.5))
        #expect(dataset.channels.map(\.title) == ["m/z 10.25", "m/z 20.50", "m/z 30.00"])
        #expect(
            dataset.planes == [
                .uint8([0, 1, 2, 3]), .uint8([2, 2, 2, 2]), .uint16([0, 300, 600, 900]),
            ])
        #expect(dataset.polarity == "negative" && dataset.name == "liver")
        #expect(dataset.warnings.isEmpty)
    }

    @Test func `a pair in a zip or tar, in any folder and any case, is read`() throws {
        let (xml, ibd) = ImzMLFixture.continuous.files()
        var writer = ZipWriter()
        try writer.add("a/B/LIVER.IMZML", xml)
        try writer.add("c/liver.Ibd", ibd)
        try writer.add("c/notes.txt", [65])
        let upload = Upload()
        upload.add("x.zip", try writer.finish())
        let dataset = try upload.read()
        #expect(dataset.channels.count == 3 && dataset.name == "LIVER")
        #expect(dataset.warnings.count == 1 && dataset.warnings[0].contains("c/notes.txt"))
    }

    @Test func `spectra with values of their own that repeat keep them exactly`() throws {
        var fixture = ImzMLFixture()
        for x in 1...5 {
            let masses = x == 3 ? [10.25, 30] : [10.25, 10.26, 30]
            fixture.spectra.append(
                .init(x: x, y: 7, masses: masses, intensities: masses.map { $0 * Double(x) }))
        }
        fixture.intensityType = "MS:1000523"
        let dataset = try fixture.upload().read()
        // 14 values of 3 masses
        #expect(dataset.channels.map(\.mz) == [10.25, 10.26, 30])
        #expect(dataset.planes[0].doubles == [10.25, 20.5, 30.75, 41, 51.25])
        #expect(dataset.planes[1].doubles == [10.26, 20.52, 0, 41.04, 51.3])
    }

    @Test func `scattered peaks are summed around the maxima of the mean spectrum`() throws {
        var random = Seeded(2)
        var fixture = ImzMLFixture(checksum: "MD5")
        for index in 0..<400 {
            let masses = [50.0, 120.3, 120.5, 800].map {
                $0 + Double.random(in: -0.008...0.008, using: &random)
            }
            fixture.spectra.append(
                .init(
                    x: index % 20, y: index / 20, masses: masses,
                    intensities: [1, 2, 3, Double(index)]))
        }
        let dataset = try fixture.upload().read()
        let total = dataset.planes.reduce(0) { $0 + $1.doubles.reduce(0, +) }
        #expect(total == Double(6 * 400 + 400 * 399 / 2))
        // 1,600 values are all different: each ion is one channel all the same.
        for (mz, counts) in [(50.0, 400.0), (120.3, 800), (120.5, 1_200), (800, 79_800)] {
            let near = dataset.channels.indices.filter {
                abs((dataset.channels[$0].mz ?? 0) - mz) < 0.05
            }
            #expect(near.count == 1)
            #expect(near.reduce(0) { $0 + dataset.planes[$1].doubles.reduce(0, +) } == counts)
        }
        #expect(dataset.warnings.count == 1 && dataset.warnings[0].contains("0.01 m/z"))
    }

    @Test func `a long profile axis is reduced to its peaks, and no count is lost`() throws {
        var fixture = ImzMLFixture(isContinuous: true, isProfile: true)
        let axis = (0..<5_000).map { 100 + Double($0) * 0.02 }
        for x in 1...3 {
            var values = [Double](repeating: 0, count: axis.count)
            for (place, shape) in [(-2, 1.0), (-1, 4), (0, 9), (1, 4), (2, 1)] {
                values[1_000 + place] = shape * Double(x)
                values[4_000 + place] = shape
            }
            fixture.spectra.append(.init(x: x, y: 1, masses: axis, intensities: values))
        }
        let dataset = try fixture.upload().read()
        #expect(dataset.channels.map(\.name) == ["120.00", "180.00"])
        #expect(dataset.planes == [.uint8([19, 38, 57]), .uint8([19, 19, 19])])
        #expect(dataset.warnings.count == 1 && dataset.warnings[0].contains("5000 points"))
    }

    @Test func `layers are summed and missing pixels are zero, both with a warning`() throws {
        var fixture = ImzMLFixture.continuous
        fixture.spectra[0].z = 1
        fixture.spectra[1].z = 2
        fixture.spectra[1].x = 1
        let dataset = try fixture.upload().read()
        #expect(dataset.planes[0] == .uint8([1, 0, 2, 3]))
        #expect(dataset.planes[1] == .uint8([4, 0, 2, 2]))
        #expect(
            dataset.warnings == [
                "2 layers in depth are summed.",
                "1 of 4 pixels have no spectrum and are taken as zero.",
            ])
    }

    @Test func `a file without check sums is read with warnings`() throws {
        var fixture = ImzMLFixture.continuous
        fixture.checksum = ""
        #expect(try fixture.upload().read().warnings.count == 1)
    }

    @Test func `a UUID stored least significant byte first is the same`() throws {
        var fixture = ImzMLFixture.continuous
        fixture.uuid = "33221100-5544-7766-8899-aabbccddeeff"
        #expect(try fixture.upload().read().warnings.isEmpty)
    }
}
