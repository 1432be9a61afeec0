import Bytes
import Foundation
import Imaging
import Ingest
import Simulation
import Testing

/// A folder that is removed after `body`.
private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
}

@Test func `the archive of text files is read back as it was`() throws {
    var parameters = try small("tiny", size: 48, ions: 12)
    parameters.fieldOfView = 75
    let section = try Simulator.section(parameters)
    try withFolder { folder in
        let path = folder + "/section.zip"
        try SectionWriter.writeASCIIZip(section, path: path, name: "liver 1")
        let read = try DatasetReader.read(
            files: [UploadedFile(path: path, name: "section.zip")], options: ImportOptions(),
            progress: { _ in true })
        #expect(read.grid.width == 48 && read.grid.height == 48)
        #expect(read.grid.pixelSizeMicrometres == 75.0 / 48)
        #expect(read.polarity == "negative" && read.name == "liver 1")
        #expect(read.channels.map(\.mz) == section.stack.channels.map(\.mz))
        #expect(read.planes.flatMap(\.floats) == section.stack.counts)
    }
}

@Test func `the archive has nine header lines a file and a total`() throws {
    let section = try Simulator.section(small("tiny", size: 16, ions: 8))
    try withFolder { folder in
        try SectionWriter.writeASCIIZip(section, path: folder + "/a.zip", name: "a")
        let archive = try ZipArchive(path: folder + "/a.zip")
        #expect(archive.entries.count == 9)
        let total = try #require(archive.entries.first { $0.name == "a/a - total.txt" })
        let text = String(decoding: try archive.read(total, limit: 1 << 20), as: UTF8.self)
        let lines = text.split(separator: "\n")
        #expect(lines.prefix(9).allSatisfy { $0.hasPrefix("#") } && lines.count == 9 + 256)
        let sum = (0..<8).reduce(Float(0)) { $0 + section.stack.counts[$1 * 256 + 17] }
        #expect(lines[9 + 17] == "1 1 \(Int(sum))")
    }
}

@Test func `the arrays of the npz have the agreed names, types and shapes`() throws {
    var parameters = try small("dense", size: 64, ions: 20)
    parameters.hot = 0.001
    let section = try Simulator.section(parameters)
    try withFolder { folder in
        try SectionWriter.writeNPZ(section, path: folder + "/a.npz")
        let arrays = try NPZ.read(path: folder + "/a.npz")
        let nuclei = section.types.count
        let expected: [(String, String, [Int])] = [
            ("cube", "<u2", [20, 64, 64]), ("mz", "<f8", [20]), ("mask", "<i4", [64, 64]),
            ("types", "<i4", [nuclei]), ("type_names", "<U13", [8]),
            ("centroids", "<f8", [nuclei, 2]), ("areas", "<i4", [nuclei]),
            ("brightness", "<f8", [nuclei]), ("fold", "<f8", [8, 20]), ("bimodal", "<f8", [8, 20]),
            ("nuclear_ions", "<i4", [section.nuclearIons.count]), ("adenine", "<i8", []),
            ("zonation", "<f8", [20]), ("fibro_load", "<f8", [20]), ("vein_center", "<f8", [2]),
            ("vein_radius", "<f8", []), ("fibrosis_polyline", "<f8", [6, 2]),
            ("fibrosis_region", "|b1", [64, 64]), ("gain", "<f4", [64, 64]),
            ("hot_pixels", "<i4", [4, 2]), ("bad_lines", "<i4", [6]), ("pixel_um", "<f8", []),
        ]
        #expect(arrays.map(\.name) == expected.map(\.0) + ["params"])
        for (name, type, shape) in expected {
            let array = try #require(arrays.first { $0.name == name }?.array)
            #expect(array.type == type && array.shape == shape, "\(name)")
        }
        #expect(arrays[0].array.floats == section.stack.counts)
        #expect(arrays[2].array.integers == section.truth.values.map { Int($0) })
        let params = try #require(arrays.last?.array.strings?.first)
        let json = try JSON.parse(Array(params.utf8))
        #expect(json["preset"]?.string == "dense" && json["saturation"]?.double == 60)
    }
}

@Test(arguments: [
    "", ".", "..", "a/b", " a", "a ", "a\n", "a\\b", String(repeating: "x", count: 101),
])
func `a name that cannot be a file's is refused`(name: String) throws {
    let section = try Simulator.section(small("tiny", size: 16, ions: 8))
    try withFolder { folder in
        #expect(throws: SectionWriterError.self) {
            try SectionWriter.writeASCIIZip(section, path: folder + "/a.zip", name: name)
        }
        #expect(!FileManager.default.fileExists(atPath: folder + "/a.zip"))
    }
}
