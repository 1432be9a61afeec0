import Imaging
import Ingest
import Testing

/// Exports that are no plain lists: by layer, wide tables, matrices.
@Suite struct AsciiShapeTests {
    /// 3 x 2 pixels in 4 layers: the count is 100 z + 10 y + x.
    private static func layered(_ separator: String = " ", header: String = "# X Y Z I\n") -> String
    {
        var lines: [String] = []
        for z in 0..<4 {
            for y in 0..<2 {
                for x in 0..<3 {
                    let numbers: [Int] = [x, y, z, 100 * z + 10 * y + x]
                    lines.append(numbers.map { "\($0)" }.joined(separator: separator))
                }
            }
        }
        return header + lines.joined(separator: "\n") + "\n"
    }

    private static let sums: [Double] = [600, 604, 608, 640, 644, 648]

    @Test(arguments: [" ", "\t", "  \t", ","])
    func `layers of an export are summed`(separator: String) throws {
        for header in ["", "# X Y Z I\n", "X Y Slice Intensity\n"] {
            let text = Self.layered(separator, header: header)
            let dataset = try Upload([("a - 79.00 u.txt", text)]).read()
            #expect(dataset.planes[0].doubles == Self.sums)
            #expect(dataset.layers == 4)
            #expect(dataset.warnings == ["4 layers in depth are summed."])
        }
    }

    @Test func `some of the layers are summed, in any order of the lines`() throws {
        var random = Seeded(3)
        let lines = Self.layered(header: "").split(separator: "\n").shuffled(using: &random)
        let text = lines.joined(separator: "\n") + "\n"
        let upload = Upload([("79.00.txt", text)])
        #expect(try upload.read().planes[0].doubles == Self.sums)
        let part = try upload.read { $0.layers = 1...2 }
        #expect(part.planes[0].doubles == [300, 302, 304, 320, 322, 324])
        #expect(part.layers == 2)
        #expect(upload.error { $0.layers = 4...9 }?.detail.contains("none of them") == true)
    }

    static let badLayers: [(String, String, Int?, String)] = [
        ("2 1 3 312\n", "", 25, "found 1 missing, first (X 2, Y 1, layer 3)"),
        ("2 1 3 312\n", "2 1 3\n", 25, "four fields"),
        ("2 1 3 312\n", "2 1 3 312 0\n", 25, "four fields"),
        ("2 1 3 312\n", "2 1 2 312\n", 25, "layer 2) again"),
        ("2 1 3 312\n", "2 1 -3 312\n", 25, "as the layer"),
        ("2 1 3 312\n", "2 1 3 x\n", 25, "expected a count"),
    ]

    @Test(arguments: badLayers.indices)
    func `a wrong layer is refused with its line`(index: Int) throws {
        let (from, to, line, says) = Self.badLayers[index]
        let text = Self.layered().replacing(from, with: to)
        let error = try #require(Upload([("79.00.txt", text)]).error())
        #expect(error.detail.contains(says), "\(error.detail)")
        #expect(error.places[0].line == (to.isEmpty ? 24 : line))
    }

    @Test func `a missing layer of a pixel is zero if that is wanted`() throws {
        let text = Self.layered().replacing("2 1 3 312\n", with: "")
        let dataset = try Upload([("79.00.txt", text)]).read { $0.missingAsZero = true }
        #expect(dataset.planes[0].doubles == [600, 604, 608, 640, 644, 336])
        #expect(dataset.warnings.contains("1 missing pixel in 1 file taken as zero."))
    }

    @Test func `files of different layers are refused`() throws {
        let other = Self.layered(header: "").split(separator: "\n").prefix(12)
            .joined(separator: "\n")
        let error = try #require(
            Upload([("79.00.txt", Self.layered()), ("80.00.txt", other + "\n")]).error())
        #expect(error.detail.contains("different numbers of layers"))
    }

    @Test(arguments: ["\t", ",", ";", " "])
    func `a wide table has a column an ion`(separator: String) throws {
        let names = ["X", "Y", "134.05", "IdU", "total", "m/z=79.00"].joined(separator: separator)
        for header in [names + "\n", "# made by hand\n# \(names)\n"] {
            var text = header
            for y in 5..<7 {
                for x in 3..<6 {
                    let numbers: [Int] = [x, y, x + y, 2, 9, x * y]
                    text += numbers.map { "\($0)" }.joined(separator: separator) + "\n"
                }
            }
            let dataset = try Upload([("liver.txt", text)]).read()
            #expect(dataset.channels.map(\.name) == ["79.00", "134.05", "IdU"])
            #expect(dataset.planes[0].doubles == [15, 20, 25, 18, 24, 30])
            #expect(dataset.planes[1].doubles == [8, 9, 10, 9, 10, 11])
            #expect(dataset.grid.width == 3 && dataset.name == "liver")
            #expect(dataset.warnings.isEmpty)
        }
    }

    @Test func `a table of a data frame has its rows counted and its names quoted`() throws {
        let text = "\"\",\"x_px\",\"y_px\",\"50.5\"\r\n0,0,0,1\r\n1,1,0,2\r\n2,0,1,3\r\n3,1,1,4\r\n"
        let dataset = try Upload([("t.csv", text)]).read()
        #expect(dataset.channels.map(\.name) == ["50.5"])
        #expect(dataset.planes[0].doubles == [1, 2, 3, 4])
    }

    @Test func `two ions and two coordinates are a table, not layers`() throws {
        let dataset = try Upload([("t.txt", "X\tY\t50.5\t60.5 u\n0\t0\t1\t2\n1\t0\t3\t4\n")]).read()
        #expect(dataset.channels.map(\.name) == ["50.5", "60.5"])
        #expect(dataset.planes.map(\.doubles) == [[1, 3], [2, 4]])
    }

    static let badTables: [(String, Int?, String)] = [
        ("0 0 1 2 3\n1 0 1 2\n", 3, "expected 5 fields, as in line 2, found 4"),
        ("0 0 1 2 3\n1 0 1 2 3 4\n", 3, "expected 5 fields"),
        ("0 0 1 2 3\n1 0 1 -2 3\n", 3, "expected a count"),
        ("0 0 1 2 3\n1.5 0 1 2 3\n", 3, "as X"),
        ("0 0 1 2 3\n0 0 1 2 3\n", 3, "1 repeated pixel"),
        ("0 0 1 2 3\n1 0 1 2 3\n0 1 1 2 3\n", 4, "1 missing pixel"),
        ("0 0 1 2 3\n1 0 1 2 x\n", 3, "found \"x\""),
    ]

    @Test(arguments: badTables.indices)
    func `a wrong row of a table is refused with its line`(index: Int) throws {
        let (rows, line, says) = Self.badTables[index]
        let error = try #require(Upload([("t.txt", "X Y 1.5 2.5 3.5\n" + rows)]).error())
        #expect(error.detail.contains(says), "\(error.detail)")
        #expect(error.places[0].line == line)
    }

    @Test func `one ion twice in a table is refused`() {
        let error = Upload([("t.txt", "X Y 1.5 1.50 3.5\n0 0 1 2 3\n")]).error()
        #expect(error?.detail.contains("twice") == true)
    }

    @Test(arguments: [" ", "\t", ","])
    func `rows of five numbers and more are an image`(separator: String) throws {
        let rows = (0..<3).map { y in
            (0..<6).map { "\(y * 10 + $0)" }.joined(separator: separator) + "\n"
        }
        for header in ["", "# Field of view: 12 x 6 um\n# rows of an image\n"] {
            let dataset = try Upload([("a - 79.00 u.txt", header + rows.joined())]).read()
            #expect(dataset.grid.width == 6 && dataset.grid.height == 3)
            let expected: [Double] = (0..<18).map { (index: Int) in
                Double(index / 6 * 10 + index % 6)
            }
            #expect(dataset.planes[0].doubles == expected)
            #expect(dataset.grid.pixelSizeMicrometres == (header.isEmpty ? nil : 2))
        }
    }

    static let badMatrices: [(String, Int, String)] = [
        (
            "1 2 3 4 5\n1 2 3 4\n", 2,
            "expected 5 numbers, as in line 1 (a row of the image), found 4"
        ),
        ("1 2 3 4 5\n1 2 3 4 5 6\n", 2, "found more"), ("1 2 3 4 5\n1 2 -3 4 5\n", 2, "a count"),
        ("1 2 3 4 5\nend of it\n", 2, "a count"),
    ]

    @Test(arguments: badMatrices.indices)
    func `a wrong row of an image is refused with its line`(index: Int) throws {
        let (text, line, says) = Self.badMatrices[index]
        let error = try #require(Upload([("1.5.txt", text)]).error())
        #expect(error.detail.contains(says), "\(error.detail)")
        #expect(error.places[0].line == line)
    }

    @Test func `a last line without an end is told`() throws {
        let dataset = try Upload([("1.5.txt", "0 0 1\n1 0 2")]).read()
        #expect(dataset.planes[0].doubles == [1, 2])
        #expect(dataset.warnings.count == 1 && dataset.warnings[0].contains("1.5.txt"))
    }
}
