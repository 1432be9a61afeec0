import Bytes
import Foundation
import Testing

@Suite struct `Zip members in pieces` {
    private let pieces: [[UInt8]] = [
        Array("SEAM ".utf8), [], [UInt8](repeating: 7, count: 200_000),
        (0..<99_999).map { UInt8(truncatingIfNeeded: $0 * 31) },
    ]

    private func write(_ zip: inout ZipWriter, _ compression: ZipWriter.Compression) throws {
        try zip.add("first.txt", [1, 2, 3])
        try zip.begin("pieces.bin", compression: compression)
        for piece in pieces { try zip.write(piece) }
        try zip.end()
        try zip.begin("empty.bin", compression: compression)
        try zip.end()
        try zip.add("last.txt", [4])
    }

    @Test(arguments: [false, true]) func `they are read back, in order`(isStored: Bool) throws {
        let compression: ZipWriter.Compression = isStored ? .stored : .deflate(level: 4)
        var zip = ZipWriter()
        try write(&zip, compression)
        let bytes = try zip.finish()
        let path = NSTemporaryDirectory() + "/seam-pieces-\(UInt64.random(in: 0 ... .max)).zip"
        try DurableFile.write(bytes, to: path)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let archive = try ZipArchive(path: path)
        #expect(
            archive.entries.map(\.name) == ["first.txt", "pieces.bin", "empty.bin", "last.txt"])
        let read = try archive.entries.map { try archive.read($0, limit: 1 << 20) }
        #expect(read == [[1, 2, 3], pieces.flatMap { $0 }, [], [4]])
        #expect(isStored == (bytes.count > 299_000))
    }

    @Test(arguments: [false, true]) func `a scratch file gets the same bytes as memory`(
        isStored: Bool
    ) throws {
        let compression: ZipWriter.Compression = isStored ? .stored : .deflate(level: 4)
        var zip = ZipWriter()
        try write(&zip, compression)
        let scratch = try ScratchFile(folder: NSTemporaryDirectory())
        var other = ZipWriter(scratch: scratch)
        try write(&other, compression)
        #expect(try other.finish().isEmpty)
        let size = scratch.size
        #expect(try scratch.finish().read(size, at: 0) == zip.finish())
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 400_000])
    func `deflating in pieces loses nothing`(
        count: Int
    ) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
        for step in [1 << 10, 1 << 16, 1 << 20] {
            let stream = DeflateStream(level: 6, wrapping: .zlib)
            var packed: [UInt8] = []
            for start in stride(from: 0, to: count, by: step) {
                packed += stream.compressed(Array(bytes[start..<min(start + step, count)]))
            }
            packed += stream.finish()
            #expect(try Deflate.decompress(packed, limit: count) == bytes)
        }
    }
}
