import Bytes
import Imaging
import Ingest
import Testing

/// Every bad file is refused with its line and what was expected.
@Suite struct AsciiErrorTests {
    struct Bad: Sendable, CustomTestStringConvertible {
        let text: String
        let line: Int?
        let says: String
        var testDescription: String { text.debugDescription }

        init(_ text: String, _ line: Int?, _ says: String) {
            (self.text, self.line, self.says) = (text, line, says)
        }
    }

    static let bad: [Bad] = [
        Bad("# h\n0 0 1\n1 0\n", 3, "expected three fields, X Y count, found \"1 0\" (2 fields)"),
        Bad("# h\n0 0\n1 0 1\n", 2, "(2 fields)"),
        Bad("0 0 1\n1\n", 2, "(1 field)"),
        Bad("0 0 1\n1 0 0 5\n", 2, "exports by layer"),
        Bad("0 0 1\n1 0 0 5 7 8 9\n", 2, "(more than 5 fields)"),
        Bad("0 0 1\n1 0 x\n", 2, "expected a count (a number from 0 to 1e15), found \"x\""),
        Bad("0 0 x\n1 0 1\n", 1, "expected a count"),
        Bad("# h\n0 0 1\n1 0 -3\n", 3, "found \"-3\""),
        Bad("0 0 nan\n", 1, "found \"nan\""),
        Bad("0 0 1\n1 0 NaN\n", 2, "found \"NaN\""),
        Bad("0 0 1\n1 0 inf\n", 2, "found \"inf\""),
        Bad("0 0 1\n1 0 1e999\n", 2, "found \"1e999\""),
        Bad("0 0 1\n1 0 1e16\n", 2, "from 0 to 1e15"),
        Bad("0 0 1\n1 0 0x10\n", 2, "found \"0x10\""),
        Bad("0 0 1\n1 0 1,5\n", 2, "found \"1,5\""),
        Bad("0 0 1\n1 0 1e\n", 2, "found \"1e\""),
        Bad("0 0 1\n1 0 1e+\n", 2, "found \"1e+\""),
        Bad("0 0 1\n1 0 1.2.3\n", 2, "found \"1.2.3\""),
        Bad("0 0 1\n1 0 .\n", 2, "found \".\""),
        Bad("0 0 1\n1 0 --1\n", 2, "found \"--1\""),
        Bad("0 0 1\n1.5 0 1\n", 2, "expected a whole number from 0 to 65535 as X, found \"1.5\""),
        Bad("0 0 1\n-1 0 1\n", 2, "as X, found \"-1\""),
        Bad("0 0 1\n0 1e30 1\n", 2, "as Y, found \"1e30\""),
        Bad("0 0 1\n0 99999 1\n", 2, "as Y, found \"99999\""),
        Bad("0 0 1\n99999999999999999999 0 1\n", 2, "as X"),
        Bad("0 0 1\na 0 1\n", 2, "as X, found \"a\""),
        Bad("0 0 1\nthe end\n", 2, "(2 fields)"),
        Bad("0 0 1\n\n\n0 1 \u{1}\n", 4, "found \"?\""),
        Bad("0 0 1\n0 0 1\n", 2, "found 1 repeated pixel, first (X 0, Y 0)"),
        Bad("0 0 1\n1 0 1\n\n0 0 1\n1 0 1\n", 4, "found 2 repeated pixels, first (X 0, Y 0)"),
        Bad("0 0 1\n1 0 1\n0 1 1\n", 3, "found 1 missing pixel, first (X 1, Y 1)"),
        Bad("0 0 1\n2 0 1\n0 1 1\n1 1 1\n2 1 1\n", 2, "found 1 missing pixel, first (X 1, Y 0)"),
        Bad("# h\n\n1 1 1\n1 2 1\n2 2 1\n", 4, "found 1 missing pixel, first (X 2, Y 1)"),
        Bad("# only a header\n", nil, "expected lines of X Y count, found none"),
        Bad("7 8\n", 1, "(2 fields)"),
        Bad("", nil, "0 bytes"),
    ]

    @Test(arguments: bad)
    func `a bad file is refused with its line`(bad: Bad) throws {
        for upload in [Upload([("d/a - 2.5 u.txt", bad.text)])] {
            let error = try #require(upload.error())
            #expect(error.kind == .malformed)
            let place = try #require(error.places.first)
            #expect(place.file == "d/a - 2.5 u.txt")
            #expect(place.line == bad.line)
            #expect(place.detail.contains(bad.says), "\(place.detail)")
        }
    }

    @Test func `the line is right after many good lines, and in the second file`() throws {
        let good = ascii(width: 50, height: 40) { "\($0 + $1)" }
        var lines = good.split(separator: "\n").map(String.init)
        lines[1_234] = "33 24 many"
        let broken = lines.joined(separator: "\n")
        let error = try #require(
            Upload(zip: [("1.5.txt", good), ("2.5.txt", broken), ("3.5.txt", "")]).error())
        #expect(error.places.map(\.file) == ["2.5.txt", "3.5.txt"])
        #expect(error.places[0].line == 1_235)
        #expect(error.detail.hasPrefix("2.5.txt, line 1235: expected a count"))
    }

    @Test func `what is found is cut and made printable`() throws {
        let long = String(repeating: "z", count: 500)
        let error = try #require(Upload([("1.txt", "0 0 1\n0 1 \u{7}\u{202E}\(long)\n")]).error())
        #expect(error.places[0].detail.hasSuffix("\"??\(String(repeating: "z", count: 38))…\""))
    }

    @Test func `text in UTF-16 is refused with advice`() throws {
        let upload = Upload()
        upload.add("1.5.txt", [0xFF, 0xFE] + "0 0 1\n".utf16.flatMap { [UInt8($0 & 255), 0] })
        let error = try #require(upload.error())
        #expect(error.places[0].detail.contains("UTF-16"))
    }

    @Test(arguments: [
        ("8192 0 1", true), ("8191 0 1", false), ("0 8192 1", true), ("0 8191 1", false),
    ])
    func `a side has at most 8,192 pixels`(line: String, isTooLarge: Bool) throws {
        let error = try #require(Upload([("1.txt", "0 0 1\n\(line)\n")]).error())
        #expect(error.kind == (isTooLarge ? .tooLarge : .malformed))
        #expect(error.places[0].line == 2)
    }

    @Test func `two images far apart are too large together`() throws {
        let error = try #require(
            Upload([("1.txt", "0 0 1\n"), ("2.txt", "9000 0 1\n")]).error {
                $0.missingAsZero = true
            })
        #expect(error.kind == .tooLarge)
        #expect(error.detail.contains("9001 x 1"))
    }

    @Test func `few lines do not become many zeros`() throws {
        let text = "0 0 1\n8191 8191 1\n"
        let error = try #require(Upload([("1.txt", text)]).error { $0.missingAsZero = true })
        #expect(error.kind == .tooLarge)
    }

    @Test func `pixels times ions are limited before the images are joined`() throws {
        let corners = "0 0 1\n8191 0 1\n"
        let files = (1...3).map { ("\($0).txt", corners) }
        #expect(try Upload(files).read { $0.missingAsZero = true }.planes[2].count == 8_192)
        // 60 x 8192 x 8192 = 4.03e9; the first file alone shows it.
        let wide = (1...60).map {
            ("\($0).txt", $0 == 1 ? "0 0 1\n0 8191 1\n8191 0 1\n" : "0 0 1\n")
        }
        let error = try #require(Upload(wide).error { $0.missingAsZero = true })
        #expect(error.kind == .tooLarge)
    }
}
