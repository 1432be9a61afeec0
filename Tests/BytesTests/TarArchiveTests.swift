import Bytes
import Testing

@Suite struct TarArchiveTests {
    private static func open(_ bytes: [UInt8]) throws -> (TarArchive, TemporaryFolder) {
        let folder = TemporaryFolder()
        let file = try ReadableFile(path: folder.file(bytes))
        return (try TarArchive(file: file), folder)
    }

    private static func error(_ bytes: [UInt8]) -> TarError.Problem? {
        do {
            _ = try open(bytes)
            return nil
        } catch { return (error as? TarError)?.problem }
    }

    private static func content(_ archive: TarArchive) throws -> [String: [UInt8]] {
        var result: [String: [UInt8]] = [:]
        for entry in archive.entries where !entry.isDirectory {
            result[entry.name] = try archive.file.read(entry.size, at: entry.offset)
        }
        return result
    }

    private static let long = String(repeating: "long/", count: 40) + "name.txt"

    private static var sample: RawTar {
        var tar = RawTar()
        tar.add("./", kind: "5")
        tar.add("./a.txt", [1, 2, 3])
        tar.add("d/", kind: "5")
        tar.add("b.txt", [UInt8](repeating: 7, count: 1_024), prefix: "d/e")
        tar.add("pax", RawTar.record("mtime", "1.5") + RawTar.record("path", long), kind: "x")
        tar.add("short", [4])
        tar.add("././@LongLink", Array((long + "2\u{0}").utf8), kind: "L", magic: "ustar  \u{0}")
        tar.add("short", [5], magic: "ustar  \u{0}")
        tar.add("global", RawTar.record("comment", "x"), kind: "g")
        tar.add("empty", [], kind: "\u{0}")
        return tar
    }

    private static let expected: [String: [UInt8]] = [
        "a.txt": [1, 2, 3], "d/e/b.txt": [UInt8](repeating: 7, count: 1_024), long: [4],
        long + "2": [5], "empty": [],
    ]

    @Test func `ustar, pax and GNU names are read`() throws {
        let (archive, _) = try Self.open(Self.sample.finished)
        #expect(try Self.content(archive) == Self.expected)
        #expect(archive.entries.filter(\.isDirectory).map(\.name) == ["d/"])
    }

    @Test func `a gzip archive is read, of several members and with padding, too`() throws {
        let bytes = Self.sample.finished
        let folder = TemporaryFolder()
        let split = Deflate.gzip(Array(bytes[..<700])) + Deflate.gzip(Array(bytes[700...]))
        for packed in [Deflate.gzip(bytes), split, split + [0, 0, 0]] {
            let file = try ReadableFile(path: folder.file(packed))
            let archive = try TarArchive(gzip: file, folder: folder.path)
            #expect(try Self.content(archive) == Self.expected)
        }
        #expect(folder.names == ["file"])
    }

    @Test func `sizes by base 256 and by pax are read`() throws {
        var tar = RawTar()
        tar.add("a", [1, 2, 3]) { block in
            for index in 124..<135 { block[index] = 0 }
            block[124] = 0x80
            block[135] = 3
        }
        tar.add("pax", RawTar.record("size", "2"), kind: "x")
        tar.add("b", [8, 9], size: "00000000000")
        let (archive, _) = try Self.open(tar.finished)
        #expect(try Self.content(archive) == ["a": [1, 2, 3], "b": [8, 9]])
    }

    @Test(arguments: ["/a", "../a", "a/../b", "a//b", "C:a", "a\\b", "a\nb", "a/./b"])
    func `names that reach outside are refused`(name: String) {
        var tar = RawTar()
        tar.add(name, [1])
        guard case .name = Self.error(tar.finished) else {
            Issue.record("\(name) was not refused")
            return
        }
    }

    @Test(arguments: ["1", "2", "3", "4", "6", "S", "V"] as [Character])
    func `links, devices and other kinds are refused`(kind: Character) {
        var tar = RawTar()
        tar.add("a", kind: kind)
        #expect(Self.error(tar.finished) == .specialFile)
    }

    @Test func `a name used twice is refused, as file and folder, too`() {
        for (second, kind) in [("a", "0"), ("./a", "0"), ("a/", "5")] as [(String, Character)] {
            var tar = RawTar()
            tar.add("a", [1])
            tar.add(second, kind: kind)
            #expect(Self.error(tar.finished) == .duplicate)
        }
    }

    @Test func `damage is refused`() {
        var wrongSum = Self.sample.finished
        wrongSum[600] ^= 1
        #expect(Self.error(wrongSum) == .malformed("the check sum of a header is wrong"))
        #expect(Self.error(Self.sample.finished + [1]) == .malformed("bytes after its end"))
        var hidden = RawTar()
        hidden.add("a", [1])
        let lone = hidden.bytes + [UInt8](repeating: 0, count: 512) + hidden.finished
        #expect(Self.error(lone) == .malformed("a block of zeros between members"))
        var huge = RawTar()
        huge.add("a", [1], size: "77777777777")
        #expect(Self.error(huge.finished) == .malformed("cut off"))
        var text = RawTar()
        text.add("a", [1], size: "12x")
        #expect(Self.error(text.finished) == .malformed("a size that is no number"))
        var orphan = RawTar()
        orphan.add("pax", RawTar.record("path", "b"), kind: "x")
        #expect(
            Self.error(orphan.finished) == .malformed("an extended header without a member"))
        var sparse = RawTar()
        sparse.add("pax", RawTar.record("GNU.sparse.major", "1"), kind: "x")
        #expect(Self.error(sparse.finished) == .malformed("a sparse file"))
        var pax = RawTar()
        pax.add("pax", Array("99 path=b\n".utf8), kind: "x")
        #expect(Self.error(pax.finished) == .malformed("a damaged pax header"))
    }

    @Test func `cut off anywhere before its end it is an error`() {
        let bytes = Self.sample.finished
        for length in stride(from: 0, to: bytes.count, by: 37) {
            #expect(Self.error(Array(bytes[..<length])) != nil)
        }
        #expect(Self.error(Array(bytes.dropLast())) != nil)
    }

    @Test func `a compressed archive cut off or damaged is an error, and a bomb is stopped`() throws
    {
        let folder = TemporaryFolder()
        func problem(_ bytes: [UInt8], _ limits: ZipLimits = ZipLimits()) -> TarError.Problem? {
            do {
                let file = try ReadableFile(path: folder.file(bytes))
                _ = try TarArchive(gzip: file, folder: folder.path, limits: limits)
                return nil
            } catch { return (error as? TarError)?.problem }
        }
        let packed = Deflate.gzip(Self.sample.finished)
        for length in 2..<packed.count { #expect(problem(Array(packed[..<length])) != nil) }
        var wrong = packed
        wrong[wrong.count - 6] ^= 1
        #expect(problem(wrong) == .data(.corrupt))
        let zeros = Deflate.gzip([UInt8](repeating: 0, count: 80 << 20), level: 9)
        #expect(problem(zeros) == .tooLarge(limit: 64 << 20))
        var small = ZipLimits()
        small.totalSize = 1_000
        #expect(problem(packed, small) == .tooLarge(limit: 1_000))
        #expect(folder.names == ["file"])
    }

    @Test func `limits of members and sizes hold`() throws {
        let folder = TemporaryFolder()
        let file = try ReadableFile(path: folder.file(Self.sample.finished))
        var limits = ZipLimits()
        limits.members = 2
        #expect(throws: TarError(.tooMany(limit: 2), member: nil)) {
            try TarArchive(file: file, limits: limits)
        }
        limits = ZipLimits()
        limits.totalSize = 1_000
        #expect(throws: TarError(.tooLarge(limit: 1_000), member: "d/e/b.txt")) {
            try TarArchive(file: file, limits: limits)
        }
    }

    @Test func `changed at random it is read or refused`() {
        var random = Seeded(3)
        let bytes = Self.sample.finished
        var refused = 0
        for _ in 0..<2_000 where Self.error(random.mutated(bytes)) != nil { refused += 1 }
        #expect(refused > 1_000)
    }
}
