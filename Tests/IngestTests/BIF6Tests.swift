import Bytes
import Imaging
import Ingest
import Testing

@Suite struct BIF6Tests {
    private static func number(_ value: Int, _ size: Int) -> [UInt8] {
        (0..<size).map { (place: Int) in UInt8(truncatingIfNeeded: value >> (place * 8)) }
    }

    private static func float(_ value: Float) -> [UInt8] { number(Int(value.bitPattern), 4) }

    /// A file of 3 x 2 pixels: the sum of all ions, then two ions.
    private static func file(_ masses: [Float] = [0, 134.05, 79]) -> [UInt8] {
        var bytes = [0, 0] + Array("BIF6".utf8) + number(masses.count, 2)
        bytes += number(3, 2) + number(2, 2)
        for (index, mass) in masses.enumerated() {
            bytes += number(index, 4) + float(max(0, mass - 0.5)) + float(mass)
            bytes += float(mass == 0 ? 0 : mass + 0.5)
            for pixel in 0..<6 { bytes += number(index * 70_000 + pixel, 4) }
        }
        return bytes
    }

    private static func upload(_ bytes: [UInt8]) -> Upload {
        let upload = Upload()
        upload.add("liver.BIF6", bytes)
        return upload
    }

    @Test func `the images are ions by the middle of their peaks`() throws {
        let dataset = try Self.upload(Self.file()).read()
        #expect(dataset.format == "bif6" && dataset.name == "liver")
        #expect(dataset.grid.width == 3 && dataset.grid.height == 2)
        #expect(dataset.channels.map(\.name) == ["79.00", "134.05"])
        for (plane, ion) in zip(dataset.planes, [2, 1]) {
            let expected = (0..<6).map { Double(ion * 70_000 + $0) }
            #expect(plane.doubles == expected)
        }
        #expect(dataset.warnings == ["The image of all ions together is left out."])
    }

    @Test func `cut or lengthened anywhere it is an error`() {
        let whole = Self.file()
        for length in 0..<whole.count {
            #expect(Self.upload(Array(whole[..<length])).error() != nil, "\(length)")
        }
        #expect(Self.upload(whole + [0]).error()?.kind == .malformed)
    }

    @Test func `wrong sizes and masses are refused`() {
        var bytes = Self.file()
        bytes[8...11] = [0, 0x40, 0, 0x40]
        #expect(Self.upload(bytes).error()?.kind == .tooLarge)
        bytes[8...11] = [0, 0, 0, 0]
        #expect(Self.upload(bytes).error()?.kind == .malformed)
        #expect(Self.upload(Self.file([0, .nan, 3])).error()?.detail.contains("image 2") == true)
        #expect(Self.upload(Self.file([0, 5, 5])).error()?.detail.contains("twice") == true)
        #expect(Self.upload(Self.file([0])).error()?.detail.contains("sum of all ions") == true)
    }
}
