import Imaging
import Ingest
import Testing

/// What is read, for every layout of a right file.
@Suite struct AsciiReadingTests {
    /// The counts of a 3 x 2 image under one name.
    private func counts(_ text: String) throws -> [Double] {
        let dataset = try Upload([("a - 134.05 u.txt", text)]).read()
        #expect(dataset.grid.width == 3)
        #expect(dataset.grid.height == 2)
        #expect(dataset.format == "surfacelab-ascii")
        #expect(dataset.layers == 1)
        return dataset.planes[0].doubles
    }

    static let plain = "0 0 1\n1 0 2\n2 0 3\n0 1 4\n1 1 5\n2 1 6\n"

    @Test(arguments: [
        plain,
        String(plain.dropLast()),
        plain.replacing("\n", with: "\r\n"),
        "\u{FEFF}" + plain,
        plain + "\n\n  \n\t\n",
        plain.replacing(" ", with: "\t"),
        plain.replacing(" ", with: "  \t "),
        plain.replacing("\n", with: "  \n"),
        "  " + plain.replacing("\n", with: "\n  "),
        "# one\n#\n# three: x\n" + plain,
        "SurfaceLab export\nX Y Intensity\n\n" + plain,
        "Image\n256 256\n" + plain,
        "# X Y Intensity\n" + plain.replacing("\n", with: "\n# remark\n"),
        plain.replacing("\n", with: ".000e+00\n"),
        "0 0 1.0\n1 0 +2\n2 0 3e0\n0 1 400e-2\n1 1 0.5E1\n2 1 6.\n",
        "0.0 0 1\n1.0 0 2\n2e0 0 3\n0 1.000 4\n1 1 5\n2 1 6\n",
        "1 1 1\n2 1 2\n3 1 3\n1 2 4\n2 2 5\n3 2 6\n",
        "100 7 1\n101 7 2\n102 7 3\n100 8 4\n101 8 5\n102 8 6\n",
        "0 0 1\n0 1 4\n1 0 2\n1 1 5\n2 0 3\n2 1 6\n",
        "2 1 6\n1 1 5\n0 1 4\n2 0 3\n1 0 2\n0 0 1\n",
        "0 1 4\n1 1 5\n2 1 6\n0 0 1\n1 0 2\n2 0 3\n",
        "0 0 1\n1 0 2\n2 0 3\n0 1 4\n2 1 6\n1 1 5\n",
        "1 0 2\n0 0 1\n2 0 3\n0 1 4\n1 1 5\n2 1 6\n",
    ])
    func `the coordinates place the counts, whatever the layout`(text: String) throws {
        #expect(try counts(text) == [1, 2, 3, 4, 5, 6])
    }

    @Test func `every order of the lines of a small image gives the same image`() throws {
        var random = Seeded(1)
        let lines = Self.plain.split(separator: "\n")
        for _ in 0..<200 {
            let text = lines.shuffled(using: &random).joined(separator: "\n")
            #expect(try counts(text) == [1, 2, 3, 4, 5, 6])
        }
    }

    @Test func `every small size is read, in both orders`() throws {
        for width in [1, 2, 3, 5, 10] {
            for height in [1, 2, 3, 5, 10] {
                let expected = (0..<width * height).map { Double($0 % 7) }
                let rows = ascii(width: width, height: height) { "\(($1 * width + $0) % 7)" }
                let columns = (0..<width).flatMap { x in
                    (0..<height).map { y in "\(x) \(y) \((y * width + x) % 7)" }
                }.joined(separator: "\n")
                for text in [rows, columns] {
                    let dataset = try Upload([("1.5.txt", text)]).read()
                    #expect(dataset.grid == PixelGrid(width: width, height: height))
                    #expect(dataset.planes[0].doubles == expected, "\(width) x \(height)")
                }
            }
        }
    }

    @Test(arguments: [
        (["0", "255"], "|u1"), (["0", "256"], "<u2"), (["65535", "3"], "<u2"),
        (["65536", "3"], "<u4"), (["0.5", "3"], "<f4"), (["0.1", "3"], "<f8"),
        (["4294967296", "0"], "<f4"), (["9007199254740993", "1"], "<f4"),
        (["123456789012345", "1"], "<f8"), (["-0", "0"], "|u1"),
    ])
    func `the type is the smallest that holds the counts exactly`(
        values: [String], type: String
    ) throws {
        let text = "0 0 \(values[0])\n1 0 \(values[1])\n"
        guard values[0] != "9007199254740993" else {
            #expect(Upload([("1.txt", text)]).error()?.kind == .malformed)
            return
        }
        let plane = try Upload([("1.txt", text)]).read().planes[0]
        #expect(plane.numpyType == type)
        #expect(plane.doubles == values.map { Double($0)! + 0 })
    }

    @Test(arguments: [
        "0.1", "1e-5", "3.14159265358979", "123456.789e3", "1e15", "4.9e-324", "1e-400",
        "0.30000000000000004", "00012", "999999999999999.5", "2.2250738585072011e-308",
        "12345678901234.567890123456789012345", ".5", "5.", "1E+2", "0e999",
    ])
    func `a number is rounded as the standard library does`(text: String) throws {
        let plane = try Upload([("1.txt", "0 0 \(text)\n")]).read().planes[0]
        #expect(plane.doubles == [Double(text) ?? Double(text + "0")])
    }

    @Test func `the same set is read from an archive and from single files`() throws {
        var files: [(String, String)] = []
        for ion in 0..<30 {
            files.append(
                (
                    "s/s_1 (\(ion)) - \(50 + ion).25 u.txt",
                    ascii(width: 8, height: 9, first: 1) { "\(($0 * $1 + ion) % 300)" }
                ))
        }
        let single = try Upload(files).read()
        let archive = try Upload(zip: files.reversed()).read()
        #expect(single.channels == archive.channels)
        #expect(single.planes == archive.planes)
        #expect(single.grid == archive.grid)
        #expect(single.name == "s_1")
        #expect(archive.channels.map(\.mz) == (0..<30).map { 50.25 + Double($0) })
    }

    @Test func `progress rises to one, and a stop is obeyed`() throws {
        let files = (1...20).map { ("\($0).5.txt", Self.plain) }
        let seen = Progress()
        let upload = Upload(files)
        defer { withExtendedLifetime(upload) {} }
        _ = try DatasetReader.read(files: upload.files, options: ImportOptions()) {
            seen.add($0)
        }
        let fractions = seen.fractions
        #expect(fractions.count == 20)
        #expect(zip(fractions, fractions.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(abs(fractions.last! - 1) < 1e-9)
        let error = #expect(throws: ImportError.self) {
            try DatasetReader.read(files: upload.files, options: ImportOptions()) { $0 < 0.3 }
        }
        #expect(error?.kind == .cancelled)
    }
}
