import Bytes
import Imaging
import Ingest
import Testing

@Suite struct TarUploadTests {
    private static func archive(_ files: [(String, String)], kind: UInt8 = 0x30) -> [UInt8] {
        var bytes: [UInt8] = []
        for (name, text) in files {
            var block = [UInt8](repeating: 0, count: 512)
            func put(_ text: String, at offset: Int) {
                for (index, byte) in text.utf8.enumerated() { block[offset + index] = byte }
            }
            func octal(_ number: Int, _ digits: Int) -> String {
                let text = String(number, radix: 8)
                return String(repeating: "0", count: digits - text.count) + text
            }
            put(name, at: 0)
            put(octal(text.utf8.count, 11), at: 124)
            block[156] = kind
            put("ustar\u{0}00", at: 257)
            put("        ", at: 148)
            put(octal(block.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", at: 148)
            bytes += block + Array(text.utf8)
            bytes += [UInt8](repeating: 0, count: (512 - text.utf8.count % 512) % 512)
        }
        return bytes + [UInt8](repeating: 0, count: 1_024)
    }

    private static let files = [
        ("m/liver - 2.50 u.txt", "0 0 1\n1 0 2\n"), ("m/liver - 1.50 u.txt", "0 0 3\n1 0 4\n"),
        ("m/._liver - 1.50 u.txt", "x"),
    ]

    @Test(arguments: [false, true])
    func `a tar archive of ASCII is read, compressed or not`(isCompressed: Bool) throws {
        let bytes = Self.archive(Self.files)
        let upload = Upload()
        upload.add("a.tgz", isCompressed ? Deflate.gzip(bytes) : bytes)
        let dataset = try upload.read()
        #expect(dataset.format == "surfacelab-ascii")
        #expect(dataset.channels.map(\.name) == ["1.50", "2.50"])
        #expect(dataset.planes.map(\.doubles) == [[3, 4], [1, 2]])
        #expect(dataset.name == "liver")
        #expect(dataset.warnings.isEmpty)
    }

    @Test func `a link, an archive in an archive are refused`() throws {
        let link = Upload()
        link.add("a.tar", Self.archive([("1.5.txt", "")], kind: 0x32))
        #expect(link.error()?.kind == .malformed)
        #expect(link.error()?.detail.contains("link") == true)
        let twice = Upload()
        twice.add("1.5.txt.gz", Deflate.gzip(Deflate.gzip(Array("0 0 1\n".utf8))))
        #expect(twice.error()?.kind == .malformed)
        var empty = ZipWriter()
        let packed = Upload()
        packed.add("a.zip.gz", Deflate.gzip(try empty.finish()))
        #expect(packed.error()?.detail.contains("archives inside") == true)
        let nested = Upload()
        var outer = ZipWriter()
        try outer.add("inner.tar", Self.archive(Self.files))
        nested.add("outer.zip", try outer.finish())
        #expect(nested.error()?.detail.contains("archives inside") == true)
    }

    @Test func `files under gzip are read by their names without it`() throws {
        let upload = Upload()
        upload.add("a - 2.5 u.txt.gz", Deflate.gzip(Array("0 0 1\n".utf8)))
        #expect(try upload.read().channels.map(\.name) == ["2.5"])
        upload.add("a - 3.5 u.txt.gz", Deflate.gzip(Array("0 0 4\n".utf8)))
        #expect(try upload.read().planes.map(\.doubles) == [[1], [4]])
    }

    @Test func `a tar beside other files is refused`() throws {
        let upload = Upload([("1.5.txt", "0 0 1\n")])
        upload.add("b.tar", Self.archive(Self.files))
        #expect(upload.error()?.places.map(\.file) == ["b.tar"])
    }

    @Test func `an error of a member names it and its line`() throws {
        let upload = Upload()
        upload.add("a.tar.gz", Deflate.gzip(Self.archive([("d/1.5.txt", "0 0 1\n1 0 x\n")])))
        let place = try #require(upload.error()?.places.first)
        #expect(place.file == "d/1.5.txt" && place.line == 2)
    }
}
