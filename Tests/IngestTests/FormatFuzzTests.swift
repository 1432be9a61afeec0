import Bytes
import Foundation
import Imaging
import Ingest
import Testing

/// Files of every format, damaged at random.
///
/// `SEAM_FUZZ_ROUNDS=10000 swift test -c release --filter FormatFuzzTests` makes it the long run.
@Suite struct FormatFuzzTests {
    struct Format: Sendable, CustomTestStringConvertible {
        let name: String
        /// Names of the files, and their right contents.
        let files: [(String, [UInt8])]
        var testDescription: String { name }
    }

    private static let rounds =
        ProcessInfo.processInfo.environment["SEAM_FUZZ_ROUNDS"].flatMap(Int.init) ?? 300

    private static func zip(_ members: [(String, [UInt8])]) -> [UInt8] {
        var writer = ZipWriter()
        for (name, bytes) in members { try! writer.add(name, bytes) }
        return try! writer.finish()
    }

    private static func imzML(_ change: (inout ImzMLFixture) -> Void) -> [(String, [UInt8])] {
        var fixture = ImzMLFixture.continuous
        // Without a check sum damage to the numbers gets as far as it can.
        fixture.checksum = ""
        change(&fixture)
        let (xml, ibd) = fixture.files()
        return [("liver.imzML", xml), ("liver.ibd", ibd)]
    }

    private static let cube = NPY.encode(
        NPYArray(uint16: (0..<24).map { UInt16($0 * 300) }, shape: [2, 3, 4]))
    private static let mz = NPY.encode(NPYArray(float64: [134.05, 79]))

    static let formats: [Format] = {
        let list = Array("# h\n0 0 1\n1 0 2\n0 1 3.5\n1 1 4\n".utf8)
        let layers = Array("# X Y Z I\n0 0 0 1\n1 0 0 2\n0 0 1 3\n1 0 1 4\n".utf8)
        let table = Array("X\tY\t1.5\tIdU\tP\n0\t0\t1\t2\t3\n1\t0\t1\t2\t3\n".utf8)
        let matrix = Array("# a\n1 2 3 4 5\n6 7 8 9 10\n".utf8)
        let ome = """
            <?xml version="1.0"?><OME xmlns="o"><Image ID="I"><Pixels DimensionOrder="XYCZT"
            SizeC="1" SizeZ="2" SizeT="1" PhysicalSizeX="0.4" PhysicalSizeY="0.4"><Channel ID="C"
            Name="134.05"/><TiffData IFD="0" PlaneCount="2"/></Pixels></Image></OME>
            """
        var formats = [
            Format(name: "list", files: [("1.5.txt", list)]),
            Format(name: "layers", files: [("1.5.txt", layers)]),
            Format(name: "table", files: [("t.csv", table)]),
            Format(name: "matrix", files: [("1.5.txt", matrix)]),
            Format(name: "zip", files: [("a.zip", zip([("1.5.txt", list), ("2.5.txt", list)]))]),
            Format(name: "gz", files: [("1.5.txt.gz", Deflate.gzip(list))]),
            Format(name: "npz", files: [("a.npz", zip([("cube.npy", cube), ("mz.npy", mz)]))]),
            Format(name: "npy", files: [("cube.npy", cube), ("mz.npy", mz)]),
            Format(name: "imzML continuous", files: imzML { _ in }),
            Format(
                name: "imzML processed",
                files: imzML {
                    $0.isContinuous = false
                    $0.isCompressed = true
                    for index in 0..<4 {
                        $0.spectra[index].masses = [10.25 + Double(index), 30.5, 40]
                    }
                }),
            Format(
                name: "tiff", files: [("s.tif", TiffFixture(names: ["a", "134.05"]).bytes())]),
            Format(
                name: "tiff tiles",
                files: [
                    (
                        "s.tif",
                        TiffFixture(
                            isBigEndian: true, isBig: true, packing: .deflate, rows: 16,
                            isTiled: true, names: ["a", nil]
                        ).bytes()
                    )
                ]),
            Format(
                name: "tiff PackBits",
                files: [("s.tif", TiffFixture(packing: .packBits, names: ["a"]).bytes())]),
            Format(
                name: "ome.tif",
                files: [
                    ("s.ome.tif", TiffFixture(names: [nil, nil], description: ome).bytes())
                ]),
        ]
        var bif: [UInt8] = [0, 0] + Array("BIF6".utf8) + [2, 0, 2, 0, 1, 0]
        for image in 0..<2 {
            bif += [UInt8(image), 0, 0, 0]
            for mass in [9, 10, 11] as [Float] {
                let bits = (mass * Float(image)).bitPattern
                bif += (0..<4).map { (place: Int) in
                    UInt8(truncatingIfNeeded: bits >> UInt32(place * 8))
                }
            }
            bif += [UInt8](repeating: 3, count: 8)
        }
        formats.append(Format(name: "bif6", files: [("a.bif6", bif)]))
        return formats
    }()

    /// Bytes flipped, set, cut, repeated, put in or taken out, and lengths made large.
    private static func damage(_ bytes: inout [UInt8], _ random: inout Seeded) {
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 2: bytes.removeSubrange(place...)
            case 3: bytes.insert(contentsOf: bytes[place...].prefix(40), at: place)
            case 4: bytes.removeSubrange(place..<min(place + 9, bytes.count))
            case 5:
                let digits = Array("99999999999999999999".utf8)
                bytes.insert(
                    contentsOf: digits.prefix(Int.random(in: 1...20, using: &random)), at: place)
            case 6:
                let value: UInt8 = Bool.random(using: &random) ? 0xFF : 0
                for index in place..<min(place + 4, bytes.count) { bytes[index] = value }
            default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
            }
        }
    }

    @Test(arguments: formats)
    func `a damaged file is read or refused and leaves nothing`(format: Format) throws {
        let whole = Upload()
        for (name, bytes) in format.files { whole.add(name, bytes) }
        #expect(try whole.read().channels.count > 0)
        var random = Seeded(UInt64(format.name.utf8.reduce(0) { $0 &* 31 &+ Int($1) }))
        var refused = 0
        for round in 0..<Self.rounds {
            let upload = Upload()
            let chosen = Int.random(in: 0..<format.files.count, using: &random)
            for (index, file) in format.files.enumerated() {
                var bytes = file.1
                if index == chosen { Self.damage(&bytes, &random) }
                upload.add(file.0, bytes)
            }
            do throws(ImportError) {
                let dataset = try upload.read {
                    $0.missingAsZero = round % 2 == 1
                    $0.massAxis = round % 3 == 0 ? .exact : .auto
                }
                #expect(dataset.planes.allSatisfy { $0.count == dataset.grid.count })
            } catch {
                #expect(error.kind != .unreadable && error.kind != .noRoom, "\(error)")
                #expect(!error.detail.isEmpty)
                refused += 1
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: upload.folder)
            #expect(left.count == format.files.count)
        }
        #expect(refused > Self.rounds / 20)
    }

    /// Formats that tell their own size: not lists, whose last line may be any.
    private static let sized = [
        "zip", "gz", "npz", "npy", "imzML continuous", "imzML processed", "tiff", "tiff tiles",
        "tiff PackBits", "ome.tif", "bif6",
    ]

    @Test(arguments: formats.filter { sized.contains($0.name) })
    func `cut at any byte it is refused`(format: Format) {
        for index in format.files.indices {
            for length in 0..<format.files[index].1.count {
                let upload = Upload()
                for (place, file) in format.files.enumerated() {
                    upload.add(file.0, place == index ? Array(file.1.prefix(length)) : file.1)
                }
                #expect(upload.error() != nil, "\(format.files[index].0), \(length) bytes")
            }
        }
    }
}
