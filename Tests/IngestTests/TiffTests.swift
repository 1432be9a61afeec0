import Bytes
import Imaging
import Ingest
import Testing

@Suite struct TiffTests {
    static let layouts: [TiffFixture] = {
        var layouts: [TiffFixture] = []
        for choice in 0..<8 {
            for packing in [TiffFixture.Packing.none, .deflate, .packBits] {
                for rows in [1, 3, 16] {
                    layouts.append(
                        TiffFixture(
                            isBigEndian: choice & 1 != 0, isBig: choice & 2 != 0,
                            packing: packing, rows: rows, isTiled: choice & 4 != 0,
                            names: ["b", "134.05", nil, "79.00 u"]))
                }
            }
        }
        return layouts
    }()

    @Test(arguments: layouts.indices)
    func `pages of every layout are ion images by their names`(index: Int) throws {
        let fixture = Self.layouts[index]
        let dataset = try fixture.upload().read()
        #expect(dataset.format == "tiff" && dataset.layers == 1)
        #expect(dataset.grid.width == 5 && dataset.grid.height == 4)
        #expect(dataset.channels.map(\.name) == ["79.00", "134.05", "b", "image 3"])
        let expected: [[Double]] = [3, 1, 0, 2].map { fixture.values($0) }
        #expect(dataset.planes.map(\.doubles) == expected)
        #expect(
            dataset.warnings.count == 1 && dataset.warnings[0].contains("image 3"),
            "\(dataset.warnings)")
    }

    @Test func `OME sums the layers, names the channels and tells the size of a pixel`() throws {
        var fixture = TiffFixture(names: [String?](repeating: nil, count: 6))
        fixture.description = """
            <?xml version="1.0" encoding="UTF-8"?><OME xmlns="o"><Image ID="Image:0">
            <Pixels DimensionOrder="XYCZT" SizeC="2" SizeZ="3" SizeT="1" SizeX="5" SizeY="4"
            PhysicalSizeX="400" PhysicalSizeXUnit="nm" PhysicalSizeY="400" PhysicalSizeYUnit="nm">
            <Channel ID="Channel:0:0" Name="134.05"/><Channel ID="Channel:0:1" Name="IdU"/>
            <TiffData/></Pixels></Image></OME>
            """
        func sum(_ pages: [Int]) -> [Double] {
            var sum = [Double](repeating: 0, count: 20)
            for page in pages {
                for (index, value) in fixture.values(page).enumerated() { sum[index] += value }
            }
            return sum
        }
        let dataset = try fixture.upload().read()
        #expect(dataset.channels.map(\.name) == ["134.05", "IdU"])
        #expect(dataset.layers == 3 && dataset.grid.pixelSizeMicrometres == 0.4)
        #expect(dataset.planes.map(\.doubles) == [sum([0, 2, 4]), sum([1, 3, 5])])
        let part = try fixture.upload().read { $0.layers = 2...9 }
        #expect(part.layers == 2 && part.planes[0].doubles == sum([2, 4]))
        #expect(fixture.upload().error { $0.layers = 4...9 }?.kind == .malformed)
        let other = fixture.description?.replacing("XYCZT", with: "XYZCT")
        fixture.description = other
        let planar = try fixture.upload().read()
        #expect(planar.planes.map(\.doubles) == [sum([0, 1, 2]), sum([3, 4, 5])])
        fixture.description = other?.replacing("SizeC=\"2\"", with: "SizeC=\"3\"")
        #expect(fixture.upload().error()?.detail.contains("3 channels of 3 layers") == true)
        fixture.description = other?.replacing(
            "<OME", with: "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><OME")
        #expect(fixture.upload().error()?.detail.contains("DOCTYPE") == true)
    }

    static let changes: [(Int, Int, ImportError.Kind, String)] = [
        (262, 2, .unsupported, "colours"), (262, 3, .unsupported, "colours"),
        (258, 12, .unsupported, "12 bits"), (259, 7, .unsupported, "JPEG"),
        (256, 0, .malformed, "0 x 4"), (256, 9_000, .tooLarge, "9000 x 4"),
        (257, 9, .malformed, "5 strips"), (273, 9_999_999, .malformed, "strips"),
        (279, 1, .malformed, "strips"), (317, 3, .unsupported, "predictor"),
        (277, 3, .malformed, "strip 1"), (258, 32, .malformed, "strip 1"),
    ]

    @Test(arguments: changes.indices)
    func `a wrong or unknown field is refused, saying what was expected`(index: Int) throws {
        let (tag, value, kind, says) = Self.changes[index]
        var fixture = TiffFixture(names: ["a", "b"])
        fixture.change = [tag: value]
        let error = try #require(fixture.upload().error())
        #expect(error.kind == kind)
        #expect(error.detail.contains(says), "\(error.detail)")
        #expect(kind == .tooLarge || error.places.map(\.file) == ["stack.tif"])
    }

    @Test func `LZW is refused with what to save instead`() throws {
        let error = try #require(TiffFixture(packing: .lzw).upload().error())
        #expect(error.kind == .unsupported)
        #expect(error.detail.contains("LZW") && error.detail.contains("deflate"))
    }

    @Test(arguments: [TiffFixture.Packing.none, .deflate], [false, true])
    func `cut anywhere it is an error, never a shorter dataset`(
        packing: TiffFixture.Packing, isBig: Bool
    ) {
        let whole = TiffFixture(isBig: isBig, packing: packing, names: ["a", "b"]).bytes()
        for length in 0..<whole.count {
            let upload = Upload()
            upload.add("stack.tif", Array(whole[..<length]))
            #expect(upload.error() != nil, "\(length) of \(whole.count) bytes")
        }
    }

    @Test func `directories in a circle are refused`() {
        var bytes = TiffFixture(names: ["a"]).bytes()
        bytes.replaceSubrange(bytes.count - 4..<bytes.count, with: bytes[4..<8])
        let upload = Upload()
        upload.add("stack.tif", bytes)
        #expect(upload.error()?.detail.contains("twice") == true)
    }

    @Test func `files of one page are named by their ion and must have one size`() throws {
        let page = TiffFixture().bytes()
        let upload = Upload()
        upload.add("liver (96) - 134.05 u.tif", page)
        upload.add("liver (7) - IdU.tif", page)
        upload.add("liver - total.tif", page)
        let dataset = try upload.read()
        #expect(dataset.channels.map(\.name) == ["134.05", "IdU"])
        #expect(dataset.name == "liver")
        upload.add("liver - 9.5 u.tif", TiffFixture(width: 6).bytes())
        #expect(upload.error()?.detail.contains("5 x 4 pixels as in") == true)
    }
}
