import Bytes
import Dispatch
import Foundation
import Synchronization
import Testing

@Suite struct ZipArchiveTests {
    private let folder = TemporaryFolder()

    private func archive(_ members: [(String, [UInt8])]) throws -> ZipArchive {
        var writer = ZipWriter()
        for (name, bytes) in members { try writer.add(name, bytes) }
        return try ZipArchive(path: folder.file(try writer.finish()))
    }

    private static func members() -> [(String, [UInt8])] {
        var random = Seeded(5)
        return [
            ("empty", []), ("one", [1]), ("folder/", []), ("folder/noise", random.bytes(200_000)),
            ("folder/zeros", [UInt8](repeating: 0, count: 300_000)),
            ("µ-日本.txt", random.bytes(65_536)),
        ]
    }

    @Test func `what is written is read`() throws {
        let archive = try archive(Self.members())
        #expect(archive.entries.map(\.name) == Self.members().map(\.0))
        for (entry, (_, bytes)) in zip(archive.entries, Self.members()) {
            #expect(entry.size == bytes.count)
            #expect(entry.isDirectory == entry.name.hasSuffix("/"))
            #expect(try archive.read(entry, limit: bytes.count) == bytes)
            var streamed: [UInt8] = []
            try archive.stream(entry) { piece in
                streamed.append(contentsOf: piece)
                return true
            }
            #expect(streamed == bytes)
        }
    }

    @Test func `a stream stops when it is told to`() throws {
        let archive = try archive(Self.members())
        for entry in archive.entries where entry.size > 100_000 {
            var calls = 0
            try archive.stream(entry) { _ in
                calls += 1
                return false
            }
            #expect(calls == 1)
        }
    }

    @Test func `several threads read one archive`() throws {
        let archive = try archive(Self.members())
        let expected = Self.members().map(\.1)
        let wrong = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 60) { index in
            let entry = archive.entries[index % expected.count]
            let bytes = try? archive.read(entry, limit: 1 << 20)
            if bytes != expected[index % expected.count] { wrong.withLock { $0 += 1 } }
        }
        #expect(wrong.withLock { $0 } == 0)
    }

    @Test func `the same members give the same bytes`() throws {
        func build() throws -> [UInt8] {
            var writer = ZipWriter()
            for (name, bytes) in Self.members() { try writer.add(name, bytes) }
            return try writer.finish()
        }
        #expect(try build() == build())
        let path = folder.path + "/archive.zip"
        var writer = try ZipWriter(path: path)
        for (name, bytes) in Self.members() { try writer.add(name, bytes) }
        #expect(!folder.names.contains("archive.zip"))
        #expect(try writer.finish() == [])
        #expect(try ReadableFile.contents(of: path, limit: 1 << 20) == build())
    }

    @Test func `an archive of more than 65,535 members needs zip64`() throws {
        var writer = ZipWriter()
        for index in 0..<65_600 { try writer.add("m\(index)", [UInt8(index % 251)]) }
        let archive = try ZipArchive(path: folder.file(try writer.finish()))
        #expect(archive.entries.count == 65_600)
        #expect(try archive.read(archive.entries[65_599], limit: 1) == [UInt8(65_599 % 251)])
    }

    static let descriptors: [(String, @Sendable (RawZip.Member) -> [UInt8])] = [
        ("short", { number($0.crc) + number($0.compressedSize) + number($0.size) }),
        (
            "signed",
            {
                number(UInt32(0x0807_4B50)) + number($0.crc) + number($0.compressedSize)
                    + number($0.size)
            }
        ),
        (
            "wide",
            {
                number($0.crc) + number(UInt64($0.compressedSize)) + number(UInt64($0.size))
            }
        ),
        (
            "signed wide",
            {
                number(UInt32(0x0807_4B50)) + number($0.crc) + number(UInt64($0.compressedSize))
                    + number(UInt64($0.size))
            }
        ),
    ]

    @Test(arguments: descriptors.indices, [true, false])
    func `sizes may follow the data`(index: Int, zeroed: Bool) throws {
        var member = RawZip.Member.deflated("a", Array("some text, some text".utf8))
        member.flags = 8
        member.after = Self.descriptors[index].1(member)
        if zeroed { (member.localCRC, member.localSize, member.localCompressedSize) = (0, 0, 0) }
        let path = folder.file(RawZip([member, .init("b")]).bytes())
        let archive = try ZipArchive(path: path)
        #expect(try archive.read(archive.entries[0], limit: 100).count == 20)
        member.after[5] ^= 1
        let bad = folder.file(RawZip([member, .init("b")]).bytes())
        #expect(throws: ZipError.self) { try ZipArchive(path: bad) }
    }

    @Test func `zip64 fields are read where 32 bits say so`() throws {
        var member = RawZip.Member("a", "text")
        let sizes = number(UInt64(4)) + number(UInt64(4))
        (member.size, member.compressedSize) = (.max, .max)
        member.localExtra = number(UInt16(1)) + number(UInt16(16)) + sizes
        member.extra = member.localExtra
        let archive = try ZipArchive(path: folder.file(RawZip([member]).bytes()))
        #expect(try archive.read(archive.entries[0], limit: 4) == Array("text".utf8))
        member.extra = number(UInt16(1)) + number(UInt16(8)) + number(UInt64(4))
        let short = folder.file(RawZip([member]).bytes())
        #expect(throws: ZipError.self) { try ZipArchive(path: short) }
        member.extra =
            number(UInt16(1)) + number(UInt16(16)) + number(UInt64.max) + number(UInt64.max)
        let huge = folder.file(RawZip([member]).bytes())
        #expect(throws: ZipError.self) { try ZipArchive(path: huge) }
    }

    @Test(arguments: [[], [1, 2, 3], Array("PK".utf8), [UInt8](repeating: 0x50, count: 70_000)])
    func `what is no archive is refused`(bytes: [UInt8]) {
        let path = folder.file(bytes)
        #expect(throws: ZipError(.notAnArchive)) { try ZipArchive(path: path) }
    }

    @Test func `a file that is not there is a file error`() {
        let path = folder.path + "/none"
        #expect(
            throws: ZipError(
                .file(FileError(operation: "open", path: path, reason: .system(ENOENT))))
        ) { try ZipArchive(path: path) }
    }
}
