import Bytes
import Testing

@Suite struct SHA256Tests {
    @Test(arguments: [
        // FIPS 180-4 examples (NIST CSRC) and the empty message.
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
                + "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
    ])
    func `a published message has its published digest`(message: String, digest: String) {
        #expect(SHA256.hexadecimal(of: Array(message.utf8)) == digest)
    }

    @Test func `a million times a`() {
        var hash = SHA256()
        let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000)
        for _ in 0..<1_000 { hash.update(piece) }
        #expect(
            hash.hexadecimal == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test func `the digest does not depend on how the message is cut`() {
        var random = Seeded(1)
        for length in 0...200 {
            let message = random.bytes(length)
            let whole = SHA256.hexadecimal(of: message)
            var single = SHA256()
            for byte in message { single.update([byte]) }
            #expect(single.hexadecimal == whole)
            let cut = length / 3
            var two = SHA256()
            two.update(Array(message[..<cut]))
            two.update(Array(message[cut...]))
            #expect(two.hexadecimal == whole)
        }
    }

    @Test func `the processor's instructions give what the portable rounds give`() {
        var random = Seeded(2)
        for length in [0, 1, 55, 56, 63, 64, 65, 127, 128, 1000, 4096, 100_000] {
            let message = random.bytes(length)
            var portable = SHA256.portable
            portable.update(message)
            #expect(portable.hexadecimal == SHA256.hexadecimal(of: message))
        }
    }

    @Test func `a digest in between leaves the hash as it was`() {
        var hash = SHA256()
        hash.update(Array("ab".utf8))
        _ = hash.finalized()
        hash.update(Array("c".utf8))
        #expect(hash.hexadecimal == SHA256.hexadecimal(of: Array("abc".utf8)))
        #expect(hash.finalized().count == 32)
    }
}

@Suite struct CRC32Tests {
    @Test func `the check value of the catalogue`() {
        #expect(CRC32.of(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(CRC32.of([]) == 0)
    }

    @Test func `a check continues over pieces`() {
        let message = Array("the quick brown fox".utf8)
        for cut in 0...message.count {
            let first = CRC32.of(Array(message[..<cut]))
            #expect(CRC32.of(Array(message[cut...]), continuing: first) == CRC32.of(message))
        }
    }
}
