import Bytes
import Testing

struct SHA512Tests {
    /// FIPS 180-4 examples, and lengths round the padding by Python's hashlib of `i % 251` bytes.
    @Test(arguments: [
        (
            0,
            "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
                + "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
        ),
        (
            1,
            "b8244d028981d693af7b456af8efa4cad63d282e19ff14942c246e50d9351d22"
                + "704a802a71c3580b6370de4ceb293c324a8423342557d4e5c38438f0e36910ee"
        ),
        (
            111,
            "a1a111449b198d9b1f538bad7f3fc1022b3a5b1a5e90a0bc860de8512746cbc3"
                + "1599e6c834de3a3235327af0b51ff57bf7acf1974a73014d9c3953812edc7c8d"
        ),
        (
            112,
            "c5fbd731d19d2ae1180f001be72c2c1aaba1d7b094b3748880e24593b8e117a7"
                + "50e11c1bd867cc2f96dace8c8b74abd2d5c4f236be444e77d30d1916174070b9"
        ),
        (
            127,
            "eab89674feaa34e27aebeeff3c0a4d70070bb872d5e9f186cf1dbbdee517b6e3"
                + "5724d629ff025a5b07185e911ada7e3c8acf830aa0e4f71777bd2d44f504f7f0"
        ),
        (
            128,
            "1dffd5e3adb71d45d2245939665521ae001a317a03720a45732ba1900ca3b835"
                + "1fc5c9b4ca513eba6f80bc7b1d1fdad4abd13491cb824d61b08d8c0e1561b3f7"
        ),
        (
            129,
            "1d9da57fbbdab09afb3506ab2d223d06109d65c1c8ad197f50138f714bc4c3f2"
                + "fe5787922639c680acad1c651f955990425954ce2cba0c5cc83f2667d878eb0f"
        ),
        (
            239,
            "cb4c7fd522756d5781ad3a4f590a1d862906b960e7720136cb3fb36b563caa1e"
                + "a5689134291fa79c80ccc2b4092b41df32ebdcb36dbe79db483440228c1622a8"
        ),
        (
            240,
            "6c48466c9f6c07e4ab762c696b7eeb35cfe236fca73683e5fab873ac3489b4d2"
                + "eb3d7afcce7e8165dbbf37aded3b5b0c889c0b7e0f1790a8330d8677429d91a5"
        ),
        (
            1000,
            "5096498d96f50f9a137c4db5b8b0cd38383ad55350fb5a98805fedc31fa1262f"
                + "1f0cf4d6f12d7ecd8dedd933a4c9126344fe22e937a8ad35fdeae1e876ae698b"
        ),
    ])
    func `the digest is the standard's`(length: Int, digest: String) {
        let message = (0..<length).map { UInt8($0 % 251) }
        var whole = SHA512()
        whole.update(message)
        #expect(Hexadecimal.text(whole.finalized()) == digest)
        for piece in [1, 7, 127, 128, 129] {
            var hash = SHA512()
            for start in stride(from: 0, to: length, by: piece) {
                hash.update(Array(message[start..<min(length, start + piece)]))
            }
            #expect(Hexadecimal.text(hash.finalized()) == digest)
        }
    }

    @Test func `the digest of abc`() {
        var hash = SHA512()
        hash.update(Array("abc".utf8))
        let text = Hexadecimal.text(hash.finalized())
        #expect(text.hasPrefix("ddaf35a193617abacc417349ae204131"))
        #expect(text.hasSuffix("2a9ac94fa54ca49f"))
    }

    @Test func `SHA-256 goes on from a snapshot at every place`() throws {
        let message = (0..<200).map { UInt8($0 * 7 % 256) }
        let expected = SHA256.hexadecimal(of: message)
        for cut in 0...200 {
            var first = SHA256()
            first.update(Array(message[..<cut]))
            let snapshot = first.snapshot
            var second = try #require(SHA256(snapshot: snapshot))
            second.update(Array(message[cut...]))
            #expect(second.hexadecimal == expected)
            #expect(SHA256(snapshot: snapshot + [1]) == nil)
        }
        #expect(SHA256(snapshot: []) == nil)
        #expect(SHA256(snapshot: [UInt8](repeating: 0, count: 39)) == nil)
    }
}
