import Bytes
import Imaging
import Ingest
import Testing

@Suite struct UploadFormatTests {
    private static let text = "0 0 1\n1 0 2\n"

    static let known: [(String, [UInt8])] = [
        ("HDF5", [0x89] + "HDF\r\n\u{1A}\n".utf8), ("PNG", [0x89] + "PNG".utf8),
        ("mzML", Array("<?xml version=\"1.0\"?>\n<mzML xmlns=\"x\">".utf8)),
        ("7-Zip", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]),
        ("BIF3", [0, 0] + "BIF3".utf8 + [1, 2]), ("ION-TOF", Array("ITStrF01".utf8)),
        ("MATLAB", Array("MATLAB 5.0 MAT-file".utf8)), ("xz", [0xFD] + "7zXZ".utf8),
    ]

    @Test(arguments: known.indices)
    func `a known format is unsupported and told what to send`(index: Int) throws {
        let (name, bytes) = Self.known[index]
        for fileName in ["data.bin", "1.5.txt"] {
            let upload = Upload()
            upload.add(fileName, bytes)
            let error = try #require(upload.error())
            #expect(error.kind == .unsupported)
            #expect(error.detail.contains(name))
            #expect(error.detail.contains("ASCII") && error.detail.contains(".zip"))
        }
        var writer = ZipWriter()
        try writer.add("d/data", bytes)
        let upload = Upload()
        upload.add("a.zip", try writer.finish())
        #expect(upload.error()?.kind == .unsupported)
    }

    @Test func `uploads without an image are malformed, each with its reason`() throws {
        #expect(Upload([]).error()?.detail == "The upload holds no file.")
        #expect(Upload(zip: []).error()?.detail == "The archive is empty.")
        #expect(Upload([("a.zip", "")]).error()?.detail == "A file is empty.")
        #expect(Upload(zip: [("a/", "")]).error()?.kind == .malformed)
        #expect(Upload(zip: [("readme.txt", "hello")]).error()?.kind == .malformed)
        #expect(Upload(zip: [("__MACOSX/._1.5.txt", "x")]).error()?.kind == .malformed)
        #expect(Upload(zip: [("a.json", "{}")]).error()?.kind == .malformed)
        let binary = Upload()
        binary.add("1.5.txt", [0, 1, 2, 3])
        #expect(binary.error()?.kind == .malformed)
        let nested = Upload()
        var inner = ZipWriter()
        try inner.add("1.5.txt", Array(Self.text.utf8))
        var outer = ZipWriter()
        try outer.add("inner.zip", try inner.finish())
        nested.add("outer.zip", try outer.finish())
        #expect(nested.error()?.kind == .malformed)
        #expect(nested.error()?.detail.contains("archives inside") == true)
    }

    @Test func `an archive beside other files is refused`() throws {
        let upload = Upload(zip: [("1.5.txt", Self.text)])
        upload.add("2.5.txt", Array(Self.text.utf8))
        let error = try #require(upload.error())
        #expect(error.kind == .malformed)
        #expect(error.places.map(\.file) == ["upload.zip"])
    }

    struct Damage: Sendable {
        let kind: ImportError.Kind
        let says: String
        let change: @Sendable (inout [UInt8]) -> Void
    }

    /// Where the first central header of an archive begins.
    private static func directory(_ bytes: [UInt8]) -> Int {
        bytes.indices.first { bytes[$0...].starts(with: [0x50, 0x4B, 1, 2]) }!
    }

    static let damages: [Damage] = [
        Damage(kind: .malformed, says: "cut off") { $0.removeLast() },
        Damage(kind: .malformed, says: "check sum") { $0[40] ^= 1 },
        Damage(kind: .malformed, says: "password") { $0[directory($0) + 8] |= 1 },
        Damage(kind: .unsupported, says: "method 12") { $0[directory($0) + 10] = 12 },
        Damage(kind: .malformed, says: "disagree") { $0[30] = 0x32 },
    ]

    @Test(arguments: damages.indices)
    func `a damaged archive is refused, naming the member`(index: Int) throws {
        let damage = Self.damages[index]
        var writer = ZipWriter()
        try writer.add("1.5.txt", Array(Self.text.utf8), compression: .stored)
        var bytes = try writer.finish()
        damage.change(&bytes)
        let upload = Upload()
        upload.add("a.zip", bytes)
        let error = try #require(upload.error())
        #expect(error.kind == damage.kind)
        #expect(error.detail.contains(damage.says), "\(error.detail)")
        #expect(damage.says == "cut off" || error.places.map(\.file) == ["1.5.txt"])
    }

    @Test func `leftovers are passed over silently, other files with a warning`() throws {
        let dataset = try Upload(zip: [
            ("m/", ""), ("m/1.5.txt", Self.text), ("__MACOSX/m/._1.5.txt", "\u{0}"),
            ("m/.DS_Store", "x"), (".hidden/2.5.txt", Self.text), ("m/Thumbs.db", "x"),
            ("m/README.txt", "words"), ("m/picture.tif", "II*"), ("m/about this.txt", "just words"),
        ]).read()
        #expect(dataset.channels.map(\.name) == ["1.5"])
        #expect(dataset.warnings.count == 1)
        for name in ["m/README.txt", "m/picture.tif", "m/about this.txt"] {
            #expect(dataset.warnings[0].contains(name))
        }
    }

    @Test func `other endings of text are taken where there is no txt`() throws {
        let dataset = try Upload(zip: [("a - 1.5 u.asc", Self.text), ("b.json", "{}")]).read()
        #expect(dataset.channels.map(\.name) == ["1.5"])
        #expect(dataset.name == "a")
    }

    @Test func `channels with few counts are dropped with a warning`() throws {
        let upload = Upload([
            ("1.5.txt", Self.text), ("2.5.txt", "0 0 1\n1 0 1\n"), ("P.txt", "0 0 0\n1 0 9\n"),
        ])
        let dataset = try upload.read { $0.minimumTotalCounts = 3 }
        #expect(dataset.channels.map(\.name) == ["1.5", "P"])
        #expect(dataset.warnings == ["Channels with fewer than 3.0 counts are left out: 2.5."])
        #expect(upload.error { $0.minimumTotalCounts = 10 }?.kind == .malformed)
    }

    @Test func `a file that has gone is an error`() {
        let file = UploadedFile(path: "/nonexistent/file", name: "1.5.txt")
        #expect(throws: ImportError.self) {
            try DatasetReader.read(files: [file], options: ImportOptions()) { _ in true }
        }
    }
}
