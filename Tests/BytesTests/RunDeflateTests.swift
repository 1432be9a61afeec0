import Bytes
import Testing

/// Messages of every sort: empty, one byte, one value, noise, runs, lengths round the block's.
private func messages() -> [[UInt8]] {
    var random = Seeded(11)
    var list: [[UInt8]] = [[], [7], [7, 7], [UInt8](repeating: 3, count: 300_000)]
    for count in [5, 257, 258, 259, 65_535, 65_536, 65_537, 131_072, 200_001] {
        list.append(random.bytes(count))
        list.append((0..<count).map { UInt8($0 / 300 % 251) })
        list.append((0..<count).map { _ in UInt8.random(in: 0...3, using: &random) })
        list.append((0..<count).map { _ in UInt8(Int.random(in: 0...60, using: &random) / 60) })
    }
    // Counts that call for codes longer than the limit: each byte 1.6 times as frequent as the next.
    var steep: [UInt8] = []
    var many = 1.0
    for byte in 0..<24 {
        steep += [UInt8](repeating: UInt8(byte), count: Int(many))
        many *= 1.6
    }
    steep.shuffle(using: &random)
    list.append(steep)
    return list
}

@Suite struct RunDeflateTests {
    @Test func `zlib unpacks what was packed by runs`() throws {
        for message in messages() {
            let packed = Deflate.compressRuns(message)
            #expect(try Deflate.decompress(packed, limit: message.count) == message)
            #expect(packed.count <= message.count + message.count / 1_000 + 64)
        }
    }

    @Test func `an image of counts packs better than at level 1`() {
        var random = Seeded(5)
        let image = (0..<65_536).map { _ in
            UInt8(Int.random(in: 0...9, using: &random) * Int.random(in: 0...1, using: &random))
        }
        #expect(Deflate.compressRuns(image).count < Deflate.compress(image, level: 1).count)
    }

    @Test(arguments: [0, 1, 2, 6, 9])
    func `a stream of known size unpacks to what zlib says`(level: Int) throws {
        for message in messages() {
            let packed = Deflate.compress(message, level: level)
            #expect(try Deflate.decompress(packed, exactly: message.count) == message)
            if message.count > 0 {
                #expect(throws: DeflateError.limit(message.count - 1)) {
                    try Deflate.decompress(packed, exactly: message.count - 1)
                }
            }
            #expect(throws: DeflateError.truncated) {
                try Deflate.decompress(packed, exactly: message.count + 1)
            }
        }
    }

    @Test func `text with far and overlapping repeats unpacks`() throws {
        var random = Seeded(3)
        let words = (0..<400).map { _ in random.bytes(Int.random(in: 1...12, using: &random)) }
        var text: [UInt8] = []
        while text.count < 400_000 { text += words[Int.random(in: 0..<400, using: &random)] }
        for period in 1...20 { text += (0..<700).map { UInt8($0 % period) } }
        for level in [1, 6, 9] {
            let packed = Deflate.compress(text, level: level)
            #expect(try Deflate.decompress(packed, exactly: text.count) == text)
        }
    }

    @Test func `damaged streams are what zlib says they are`() {
        var random = Seeded(17)
        let texts = [
            random.bytes(300), Array("0 0 1\n1 0 1\n2 0 3\n".utf8) + random.bytes(40),
            (0..<2_000).map { UInt8($0 % 7) },
        ]
        for round in 0..<6_000 {
            let text = texts[round % 3]
            let packed = random.mutated(
                round % 2 == 0
                    ? Deflate.compress(text, level: [1, 9][round / 2 % 2])
                    : Deflate.compressRuns(text))
            let slow = try? Deflate.decompress(packed, limit: text.count)
            let fast = try? Deflate.decompress(packed, exactly: text.count)
            #expect(fast == (slow?.count == text.count ? slow : nil))
        }
    }

    @Test func `a damaged member of an archive is refused, as zlib refuses it`() throws {
        let folder = TemporaryFolder()
        var random = Seeded(23)
        let text = (0..<3_000).flatMap { Array("\($0 % 64) \($0 / 64) \($0 % 5)\n".utf8) }
        var writer = ZipWriter()
        try writer.add("a.txt", text)
        let bytes = try writer.finish()
        for _ in 0..<2_000 {
            let path = folder.file(random.mutated(bytes), name: "a.zip")
            guard let archive = try? ZipArchive(path: path) else { continue }
            for entry in archive.entries {
                var streamed: [UInt8]? = []
                do {
                    try archive.stream(entry) {
                        streamed? += $0; return true
                    }
                } catch {
                    streamed = nil
                }
                #expect((try? archive.read(entry, limit: 1 << 20)) == streamed)
            }
        }
    }
}
