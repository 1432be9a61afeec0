import Bytes
import Testing

/// Archives that look right to one reader and different to another, or reach where they should not.
@Suite struct HostileZipTests {
    private static func open(_ bytes: [UInt8], _ limits: ZipLimits = ZipLimits()) -> ZipError? {
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        do throws(ZipError) {
            let archive = try ZipArchive(path: folder.file(bytes), limits: limits)
            for entry in archive.entries { _ = try archive.read(entry, limit: 1 << 20) }
            return nil
        } catch {
            return error
        }
    }

    private static func archive(_ change: (inout RawZip.Member) -> Void) -> RawZip {
        var member = RawZip.Member("a.txt")
        change(&member)
        return RawZip([member])
    }

    @Test func `the unchanged archive is read`() {
        #expect(Self.open(Self.archive { _ in }.bytes()) == nil)
        #expect(Self.open(RawZip([]).bytes()) == nil)
        #expect(Self.open(RawZip([.deflated("b", [1, 2, 3])]).bytes()) == nil)
    }

    @Test(arguments: [
        "/etc/passwd", "../up.txt", "a/../../b", "a/..", "C:/x.txt", "c:x", "a\\b.txt", "",
        "a\u{0}.txt", "a\nb", "a\u{7F}", "a\u{9B}b", "a//b", "./a", "a/./b", "..", "/",
    ])
    func `a name that reaches out, hides or is read in two ways is refused`(name: String) {
        let error = Self.open(RawZip([.init(name)]).bytes())
        guard case .name? = error?.problem else {
            Issue.record("\(name.debugDescription) gives \(String(describing: error))")
            return
        }
        #expect(error?.member != nil)
    }

    @Test func `UTF-8 is required where it is flagged, else code page 437 is tried`() throws {
        var bad = RawZip.Member(name: [0x81, 0x2E, 0x74], content: [1])
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let archive = try ZipArchive(path: folder.file(RawZip([bad]).bytes()))
        #expect(archive.entries.map(\.name) == ["ü.t"])
        bad.flags = 0x800
        guard case .name? = Self.open(RawZip([bad]).bytes())?.problem else {
            Issue.record("invalid UTF-8 is taken")
            return
        }
        let good = try ZipArchive(path: folder.file(RawZip([.init("µ.txt")]).bytes()))
        #expect(good.entries.map(\.name) == ["µ.txt"])
    }

    @Test func `one name twice is refused, as file and folder too`() {
        #expect(
            Self.open(RawZip([.init("a"), .init("a")]).bytes())
                == ZipError(.duplicate, member: "a"))
        #expect(
            Self.open(RawZip([.init("a"), .init("a/", "")]).bytes())
                == ZipError(.duplicate, member: "a/"))
    }

    @Test(arguments: [0o120777, 0o020666, 0o060660, 0o010644, 0o140755] as [UInt32])
    func `links, devices, pipes and sockets are refused`(mode: UInt32) {
        let error = Self.open(Self.archive { $0.attributes = mode << 16 }.bytes())
        #expect(error == ZipError(.specialFile, member: "a.txt"))
    }

    @Test(arguments: [0x1, 0x41, 0x2000] as [UInt16])
    func `an encrypted member is refused`(flags: UInt16) {
        let error = Self.open(Self.archive { $0.flags = flags }.bytes())
        #expect(error == ZipError(.encrypted, member: "a.txt"))
    }

    @Test(arguments: [1, 6, 9, 12, 14, 93, 99] as [UInt16])
    func `another method is refused by its number`(method: UInt16) {
        let error = Self.open(Self.archive { $0.method = method }.bytes())
        #expect(error == ZipError(.method(Int(method)), member: "a.txt"))
    }

    static let disagreements: [(String, @Sendable (inout RawZip.Member) -> Void)] = [
        ("name", { $0.localName = Array("b.txt".utf8) }),
        ("name", { $0.localName = Array("a.tx".utf8) }),
        ("method", { $0.localMethod = 8 }),
        ("flags", { $0.localFlags = 0x800 }),
        ("check sum", { $0.localCRC = 1 }),
        ("check sum", { $0.localCRC = 0 }),
        ("size", { $0.localSize = 6 }),
        ("compressed size", { $0.localCompressedSize = 6 }),
        ("no header", { $0.localSignature = 0x0403_4B51 }),
    ]

    @Test(arguments: disagreements.indices)
    func `headers that disagree are refused`(index: Int) {
        let (what, change) = Self.disagreements[index]
        let error = Self.open(Self.archive(change).bytes())
        #expect(error?.description.hasSuffix("disagree: \(what)") == true)
        #expect(error?.member == "a.txt")
    }

    static let layouts: [(String, @Sendable (inout RawZip) -> Void)] = [
        ("bytes before the first member", { $0.prefix = [1, 2, 3] }),
        ("a gap between members", { $0.members[1].before = [0] }),
        ("bytes after a member", { $0.members[1].after = [0] }),
        ("bytes before the directory", { $0.beforeDirectory = [0] }),
        ("bytes after the directory", { $0.afterDirectory = [0] }),
        ("bytes after the archive", { $0.trailing = [0] }),
        ("too small a count", { $0.count = 1 }),
        ("too large a count", { $0.count = 3 }),
        ("too small a directory", { $0.directorySize = 20 }),
        ("a directory elsewhere", { $0.directoryOffset = 5 }),
        ("a directory beyond the end", { $0.directoryOffset = 0xFFFF_FFF0 }),
        ("several disks", { $0.disk = 1 }),
        ("both members at one place", { $0.members[1].offset = 0 }),
        ("a member outside", { $0.members[1].offset = 0x00FF_FFFF }),
        (
            "a member hidden before",
            {
                $0.members.removeFirst(); $0.prefix = [80, 75, 3, 4]
            }
        ),
        ("a folder with contents", { $0.members[0].name = Array("a/".utf8) }),
        ("a folder without a stroke", { $0.members[0].attributes = 0o040755 << 16 }),
        ("patch data", { $0.members[0].flags = 0x20 }),
        ("stored with two sizes", { $0.members[0].size = 8 }),
        ("an extra field cut off", { $0.members[0].extra = [1, 0, 9, 0, 0] }),
        (
            "a comment that holds an archive's end",
            { $0.comment = [80, 75, 5, 6] + [UInt8](repeating: 0, count: 18) }
        ),
    ]

    @Test(arguments: layouts.indices)
    func `a layout that hides something is refused`(index: Int) {
        let (what, change) = Self.layouts[index]
        var zip = RawZip([.init("a.txt"), .init("b.txt")])
        change(&zip)
        let error = Self.open(zip.bytes())
        #expect(error != nil, "\(what) is taken")
    }

    @Test func `a plain comment is taken`() {
        var zip = RawZip([.init("a.txt")])
        zip.comment = Array("made by a person, PK".utf8)
        #expect(Self.open(zip.bytes()) == nil)
    }

    @Test func `overlapping members are refused`() {
        // The second member's local header lies inside the data of the first.
        let inner = RawZip.Member("b.txt", "inner")
        let innerBytes = Array(RawZip([inner]).bytes().prefix(30 + 5 + 5))
        let outer = RawZip.Member(name: Array("a.txt".utf8), content: innerBytes)
        var second = inner
        second.offset = 35
        let zip = RawZip([outer, second])
        #expect(Self.open(zip.bytes())?.description.contains("overlaps") == true)
    }

    @Test func `an archive cut off anywhere is refused`() {
        let bytes = RawZip([.init("a.txt"), .deflated("b.txt", [5, 5, 5, 5, 5, 5])]).bytes()
        for cut in 0..<bytes.count {
            #expect(Self.open(Array(bytes[..<cut])) != nil, "cut at \(cut)")
        }
    }

    @Test func `a wrong check sum is found when the member is read`() {
        let error = Self.open(Self.archive { $0.crc ^= 1 }.bytes())
        #expect(error == ZipError(.checksum, member: "a.txt"))
    }

    @Test func `random changes never trap and never give other contents`() {
        var random = Seeded(4)
        let contents = ["a.txt": Array("content".utf8), "b.txt": random.bytes(100)]
        let zip = RawZip([.init("a.txt"), .deflated("b.txt", contents["b.txt"]!)]).bytes()
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        var opened = 0
        for _ in 0..<4_000 {
            let path = folder.file(random.mutated(zip))
            guard let archive = try? ZipArchive(path: path) else { continue }
            opened += 1
            for entry in archive.entries {
                guard let bytes = try? archive.read(entry, limit: 1 << 16) else { continue }
                #expect(contents.values.contains(bytes) || bytes.isEmpty, "\(entry.name)")
            }
        }
        #expect(opened > 50)
    }
}
