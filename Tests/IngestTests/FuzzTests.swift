import Bytes
import Imaging
import Ingest
import Testing

@Suite struct FuzzTests {
    private static let seeds = [
        "# h\n# Field of view: 4 x 4 um\n0 0 1\n1 0 2\n0 1 3.5e0\n1 1 4\n",
        "0\t0\t1\r\n1\t0\t2\r\n", "\u{FEFF}X Y I\n5 5 1e3\n", "0 0 1\n0 1 2\n1 0 3\n1 1 4",
    ].map { Array($0.utf8) }

    private static let alphabet =
        Array("0123456789 \t\r\n#.-+eEnaix:\u{0}".utf8) + [0xFF, 0xEF, 0x80]

    private static func mutated(_ bytes: [UInt8], _ random: inout Seeded) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...5, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[place] = alphabet.randomElement(using: &random)!
            case 1: bytes.insert(alphabet.randomElement(using: &random)!, at: place)
            case 2: bytes.remove(at: place)
            default: bytes.insert(contentsOf: bytes[place...].prefix(9), at: place)
            }
        }
        return bytes
    }

    @Test(arguments: [false, true])
    func `changed text is read or refused with a line that is there`(missingAsZero: Bool) throws {
        var random = Seeded(missingAsZero ? 7 : 8)
        var taken = 0
        var refused = 0
        for round in 0..<2_000 {
            let bytes = Self.mutated(Self.seeds[round % Self.seeds.count], &random)
            let upload = Upload()
            upload.add("1.5.txt", bytes)
            do throws(ImportError) {
                let dataset = try upload.read { $0.missingAsZero = missingAsZero }
                #expect(dataset.planes[0].count == dataset.grid.count)
                taken += 1
            } catch {
                let lines = bytes.count { $0 == 0x0A } + 1
                #expect(error.places.allSatisfy { (1...lines).contains($0.line ?? 1) })
                refused += 1
            }
        }
        #expect(taken > 100 && refused > 100)
    }

    @Test func `a changed archive is read or refused`() throws {
        var random = Seeded(9)
        var writer = ZipWriter()
        for (index, seed) in Self.seeds.enumerated() where index != 1 {
            try writer.add("m/\(index).5.txt", seed)
        }
        let archive = try writer.finish()
        var refused = 0
        for _ in 0..<600 {
            let upload = Upload()
            upload.add("a.zip", Self.mutated(archive, &random))
            refused += upload.error { $0.missingAsZero = true } == nil ? 0 : 1
        }
        #expect(refused > 400)
    }
}
