import Foundation
import Bytes
import Export
import Imaging
import Testing

@Suite struct `Stacks of images in a file` {
    private let grid = PixelGrid(width: 3, height: 2, pixelSizeMicrometres: 0.5)
    private let planes: [PixelValues] = [
        .uint8([0, 1, 2, 3, 4, 5]), .uint16([300, 0, 0, 1, 0, 9]), .uint8([0, 0, 0, 0, 0, 7]),
    ]
    private let channels = [
        Channel(mz: 26.003, mzDigits: 3), Channel(mz: 134.05, label: "adenine"),
        Channel(mz: nil, label: "IdU"),
    ]

    private func scratch(_ body: (ScratchFile) throws -> Void) throws -> [UInt8] {
        let file = try ScratchFile(folder: "/tmp")
        try body(file)
        let size = file.size
        return try file.finish().read(size, at: 0)
    }

    private func number(_ bytes: [UInt8], _ at: Int, _ size: Int) -> Int {
        (0..<size).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    }

    @Test(
        arguments: [
            (["|u1", "|u1"], "|u1"), (["|u1", "<u2"], "<u2"), (["<u4", "<u2"], "<u4"),
            (["<u2", "<f4"], "<f4"), (["<f4", "<u4"], "<f8"), (["<u4", "<f4"], "<f8"),
            (["<f8", "|u1"], "<f8"), ([], "|u1"),
        ])
    func `a type holds all values exactly`(types: [String], joined: String) {
        let kinds = types.compactMap(ImageType.init(rawValue:))
        #expect(ImageType(holding: kinds).rawValue == joined)
    }

    @Test func `a page an image, the directories one after the other`() throws {
        let bytes = try scratch { file in
            var writer = try TIFFStackWriter(
                grid: grid, labels: ["a", "b", "c"], type: .uint16, form: .imageJ, into: file)
            for plane in planes { try writer.add(plane) }
            try writer.finish()
        }
        #expect(bytes.starts(with: [0x49, 0x49, 42, 0]))
        var place = number(bytes, 4, 4)
        for plane in planes {
            try #require(place > 0 && place % 2 == 0 && place < bytes.count)
            let entries = number(bytes, place, 2)
            var tags: [Int: Int] = [:]
            for entry in 0..<entries {
                let at = place + 2 + 12 * entry
                let size = number(bytes, at + 2, 2) == 3 ? 2 : 4
                tags[number(bytes, at, 2)] = number(bytes, at + 8, size)
            }
            #expect(Array(tags.keys).count == entries)
            #expect(tags[256] == 3 && tags[257] == 2 && tags[258] == 16 && tags[339] == 1)
            let strip = try #require(tags[273])
            let packed = Array(bytes[strip..<strip + (tags[279] ?? 0)])
            let values = try Deflate.decompress(packed, limit: 100)
            #expect((0..<6).map { Double(number(values, 2 * $0, 2)) } == plane.doubles)
            place = number(bytes, place + 2 + 12 * entries, 4)
        }
        #expect(place == 0)
        let text = "ImageJ=1.54f\nimages=3\nslices=3\nunit=micron\nloop=false\nmin=0.0\nmax=300.0\n"
        #expect(String(decoding: bytes, as: UTF8.self).contains(text))
    }

    @Test func `what could reach 4 GiB is a BigTIFF`() throws {
        let wide = PixelGrid(width: 8192, height: 8192)
        let labels = (0..<9).map { "\($0)" }
        let bytes = try scratch { file in
            _ = try TIFFStackWriter(
                grid: wide, labels: labels, type: .float64, form: .ome(name: "x"), into: file)
        }
        #expect(bytes == [0x49, 0x49, 43, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test func `names in OME-XML are escaped`() throws {
        let bytes = try scratch { file in
            var writer = try TIFFStackWriter(
                grid: PixelGrid(width: 1, height: 1), labels: ["a<\u{1}&\""], type: .uint8,
                form: .ome(name: "'>"), into: file)
            try writer.add(.uint8([1]))
            try writer.finish()
        }
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("Name=\"a&lt;\u{FFFD}&amp;&quot;\""))
        #expect(text.contains("<Image ID=\"Image:0\" Name=\"&apos;&gt;\">"))
        #expect(!text.contains("PhysicalSize"))
    }

    @Test func `arrays are those that numpy names`() throws {
        var writer = try CubeWriter(
            grid: grid, channels: channels, type: .uint16, into: ZipWriter())
        for plane in planes { try writer.add(plane) }
        var zip = try writer.finish()
        let path = "/tmp/seam-cube-\(UInt64.random(in: 0 ... .max)).npz"
        try DurableFile.write(try zip.finish(), to: path)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let arrays = Dictionary(
            uniqueKeysWithValues: try NPZ.read(path: path).map { ($0.name, $0.array) })
        #expect(arrays["cube"]?.shape == [3, 2, 3] && arrays["cube"]?.type == "<u2")
        #expect(arrays["cube"]?.doubles == planes.flatMap(\.doubles))
        #expect(arrays["mz"]?.doubles?.prefix(2) == [26.003, 134.05])
        #expect(arrays["mz"]?.doubles?[2].isNaN == true)
        #expect(arrays["labels"]?.strings == ["", "adenine", "IdU"])
        #expect(arrays["pixel_um"]?.doubles == [0.5])
    }

    @Test func `the offsets, check sum and UUID of an imzML are those of its ibd`() throws {
        var writer = try ImzMLWriter(
            name: "s", grid: grid, masses: [26.003, 134.05], type: .float32, polarity: "negative",
            software: ("seam", "1"), seed: "x", into: ZipWriter())
        for range in [0..<4, 4..<6] {
            var block = SpectraBlock(pixels: range, channels: 2, type: .float32)
            block.set(1, planes[1])
            block.set(0, planes[0])
            try writer.add(block)
        }
        var zip = try writer.finish()
        let path = "/tmp/seam-imzml-\(UInt64.random(in: 0 ... .max)).zip"
        try DurableFile.write(try zip.finish(), to: path)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let archive = try ZipArchive(path: path)
        let ibd = try archive.read(try #require(archive.entries.first), limit: 1 << 20)
        let xml = String(
            decoding: try archive.read(try #require(archive.entries.last), limit: 1 << 20),
            as: UTF8.self)
        #expect(ibd.count == 16 + 2 * 8 + 6 * 2 * 4)
        var sha1 = SHA1()
        sha1.update(ibd)
        #expect(xml.contains("value=\"\(Hexadecimal.text(sha1.finalized()).uppercased())\""))
        #expect(xml.contains("value=\"{\(Hexadecimal.text(Array(ibd.prefix(16))))}\""))
        #expect(xml.contains("MS:1000129") && xml.contains("name=\"pixel size y\" value=\"0.5\""))
        for pixel in 0..<6 {
            let offset = 32 + 8 * pixel
            #expect(xml.contains("name=\"external offset\" value=\"\(offset)\""))
            let values = (0..<2).map { channel in
                Float(bitPattern: UInt32(number(ibd, offset + 4 * channel, 4)))
            }
            #expect(
                values.map { Double($0) } == [planes[0].doubles[pixel], planes[1].doubles[pixel]])
        }
    }
}
