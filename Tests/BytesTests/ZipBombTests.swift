import Bytes
import Testing

@Suite struct ZipBombTests {
    private let folder = TemporaryFolder()

    private func read(_ member: RawZip.Member, limit: Int = 1 << 20) throws -> [UInt8] {
        let archive = try ZipArchive(path: folder.file(RawZip([member]).bytes()))
        return try archive.read(archive.entries[0], limit: limit)
    }

    /// A member whose headers say `size` and whose stream has `real` zeros.
    private func liar(size: UInt32, real: Int) -> RawZip.Member {
        var member = RawZip.Member.deflated("z", [UInt8](repeating: 0, count: real))
        member.size = size
        return member
    }

    @Test(arguments: [0, 1, 999, 65_536] as [UInt32])
    func `a stream longer than declared is stopped at the declared size`(size: UInt32) throws {
        let member = liar(size: size, real: 1_000_000)
        #expect(throws: ZipError(.size, member: "z")) { try read(member) }
        let archive = try ZipArchive(path: folder.file(RawZip([member]).bytes()))
        var handed = 0
        #expect(throws: ZipError(.size, member: "z")) {
            try archive.stream(archive.entries[0]) { piece in
                handed += piece.count
                return true
            }
        }
        #expect(handed <= size)
    }

    @Test func `a stream shorter than declared is refused`() {
        #expect(throws: ZipError(.size, member: "z")) { try read(liar(size: 1_000, real: 999)) }
        #expect(throws: ZipError(.size, member: "z")) { try read(liar(size: 1, real: 0)) }
    }

    @Test func `more than deflate can hold is refused before anything is unpacked`() {
        #expect(throws: ZipError(.ratio, member: "z")) {
            try read(liar(size: 0xFFFF_FFF0, real: 1_000))
        }
    }

    @Test func `a member over the limit of its reader is refused`() throws {
        let member = RawZip.Member("a", String(repeating: "x", count: 100))
        #expect(try read(member, limit: 100).count == 100)
        #expect(throws: ZipError(.tooLarge(limit: 99), member: "a")) {
            try read(member, limit: 99)
        }
    }

    @Test func `the limits of an archive hold at one more and not at one less`() throws {
        let path = folder.file(RawZip([.init("a", "12345"), .init("b", "12345")]).bytes())
        var limits = ZipLimits()
        limits.totalSize = 10
        limits.members = 2
        #expect(try ZipArchive(path: path, limits: limits).entries.count == 2)
        limits.totalSize = 9
        #expect(throws: ZipError(.tooLarge(limit: 9))) {
            try ZipArchive(path: path, limits: limits)
        }
        limits.totalSize = 10
        limits.members = 1
        #expect(throws: ZipError(.tooMany(limit: 1))) {
            try ZipArchive(path: path, limits: limits)
        }
    }

    @Test func `bytes after the end of a deflated stream are refused`() {
        var member = RawZip.Member.deflated("z", [1, 2, 3])
        member.data.append(0)
        member.compressedSize += 1
        #expect(throws: ZipError(.data(.trailing), member: "z")) { try read(member) }
    }

    @Test func `a deflated stream cut off is refused`() {
        var member = RawZip.Member.deflated("z", [1, 2, 3, 4, 5])
        member.data.removeLast()
        member.compressedSize -= 1
        #expect(throws: ZipError(.data(.truncated), member: "z")) { try read(member) }
    }
}
