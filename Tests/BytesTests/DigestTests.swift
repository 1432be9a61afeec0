import Bytes
import Testing

@Suite struct DigestTests {
    /// RFC 1321, A.5; FIPS 180-4 examples; the rest by `md5sum` and `sha1sum`.
    static let known: [(message: String, md5: String, sha1: String)] = [
        (
            "", "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709"
        ),
        (
            "abc", "900150983cd24fb0d6963f7d28e17f72", "a9993e364706816aba3e25717850c26c9cd0d89d"
        ),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "8215ef0796a20bcaaae116d3876c664a", "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        ),
        (
            String(repeating: "a", count: 1_000_000),
            "7707d6ae4e027c70eea2a935c2296f21", "34aa973cd4c4daa4f61eeb2bdbad27316534016f"
        ),
    ]

    @Test(arguments: known.indices)
    func `digests are those of the standards`(index: Int) {
        let (message, md5, sha1) = Self.known[index]
        var first = MD5()
        var second = SHA1()
        first.update(Array(message.utf8))
        second.update(Array(message.utf8))
        #expect(Hexadecimal.text(first.finalized()) == md5)
        #expect(Hexadecimal.text(second.finalized()) == sha1)
        var portable = SHA1.portable
        portable.update(Array(message.utf8))
        #expect(portable.finalized() == second.finalized())
    }

    @Test func `a message in pieces has the same digest`() {
        var random = Seeded(1)
        for size in [0, 1, 55, 56, 63, 64, 65, 119, 120, 1_000] {
            let message = random.bytes(size)
            var whole = (MD5(), SHA1())
            whole.0.update(message)
            whole.1.update(message)
            var parts = (MD5(), SHA1())
            var rest = message[...]
            while !rest.isEmpty {
                let part = Array(rest.prefix(Int.random(in: 1...70, using: &random)))
                parts.0.update(part)
                parts.1.update(part)
                rest = rest.dropFirst(part.count)
            }
            #expect(whole.0.finalized() == parts.0.finalized())
            #expect(whole.1.finalized() == parts.1.finalized())
        }
    }
}
