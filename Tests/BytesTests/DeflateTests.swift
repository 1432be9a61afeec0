import Bytes
import Testing

private let wrappings: [Deflate.Wrapping] = [.zlib, .raw, .gzip]

@Suite struct DeflateTests {
    @Test(arguments: wrappings, [0, 1, 6, 9])
    func `what goes in comes out`(wrapping: Deflate.Wrapping, level: Int) throws {
        var random = Seeded(2)
        let messages = [
            [], [7], random.bytes(1_000), [UInt8](repeating: 3, count: 100_000),
            random.bytes(70_000) + [UInt8](repeating: 0, count: 70_000),
        ]
        for message in messages {
            let packed = Deflate.compress(message, level: level, wrapping: wrapping)
            let back = try Deflate.decompress(packed, limit: message.count, wrapping: wrapping)
            #expect(back == message)
        }
    }

    @Test func `the wrappings begin as their standards say`() {
        #expect(Deflate.compress([1, 2, 3]).starts(with: [0x78, 0x9C]))
        #expect(Deflate.gzip([1, 2, 3]).starts(with: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0]))
        #expect(Deflate.compress([], level: 99) == Deflate.compress([], level: 9))
    }

    @Test func `one byte over the limit is refused`() throws {
        let message = [UInt8](repeating: 9, count: 50_000)
        let packed = Deflate.compress(message)
        #expect(try Deflate.decompress(packed, limit: 50_000) == message)
        #expect(throws: DeflateError.limit(49_999)) {
            try Deflate.decompress(packed, limit: 49_999)
        }
        #expect(throws: DeflateError.limit(0)) { try Deflate.decompress(packed, limit: 0) }
    }

    @Test(arguments: wrappings)
    func `a stream cut off anywhere is refused`(wrapping: Deflate.Wrapping) {
        let packed = Deflate.compress(
            Array("a message of some length".utf8), level: 6, wrapping: wrapping)
        for cut in 0..<packed.count {
            #expect(throws: DeflateError.truncated) {
                try Deflate.decompress(Array(packed[..<cut]), limit: 1_000, wrapping: wrapping)
            }
        }
    }

    @Test func `bytes after the end are refused`() {
        #expect(throws: DeflateError.trailing) {
            try Deflate.decompress(Deflate.compress([1]) + [0], limit: 10)
        }
    }

    @Test func `a wrong check sum is refused`() {
        var packed = Deflate.compress([1, 2, 3])
        packed[packed.count - 1] ^= 1
        #expect(throws: DeflateError.corrupt) { try Deflate.decompress(packed, limit: 10) }
    }

    @Test func `random changes give an error or some bytes`() {
        var random = Seeded(3)
        let packed = Deflate.compress(random.bytes(200) + [UInt8](repeating: 1, count: 500))
        for _ in 0..<3_000 {
            let bytes = try? Deflate.decompress(random.mutated(packed), limit: 2_000)
            #expect(bytes?.count ?? 0 <= 2_000)
        }
    }
}
