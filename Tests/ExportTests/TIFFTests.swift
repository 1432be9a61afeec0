import Bytes
import Export
import Imaging
import Testing

@Suite struct `TIFF files` {
    /// The tags of a file, taken apart by TIFF 6.0, each as its raw value bytes.
    private func tags(_ file: [UInt8]) -> [Int: [UInt8]] {
        func number(_ at: Int, _ size: Int) -> Int {
            (0..<size).reduce(0) { $0 | Int(file[at + $1]) << (8 * $1) }
        }
        let start = number(4, 4)
        let sizes = [2: 1, 3: 2, 4: 4, 5: 8]
        var tags: [Int: [UInt8]] = [:]
        for entry in 0..<number(start, 2) {
            let at = start + 2 + 12 * entry
            let bytes = (sizes[number(at + 2, 2)] ?? 1) * number(at + 4, 4)
            let from = bytes <= 4 ? at + 8 : number(at + 8, 4)
            tags[number(at, 2)] = Array(file[from..<from + bytes])
        }
        return tags
    }

    private func value(_ bytes: [UInt8]?) -> Int {
        (bytes ?? []).reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private func strip(_ file: [UInt8]) throws -> [UInt8] {
        let tags = tags(file)
        let from = value(tags[273])
        return try Deflate.decompress(Array(file[from..<from + value(tags[279])]), limit: 1 << 20)
    }

    @Test func `labels are uint16, with ImageJ's calibration`() throws {
        let grid = PixelGrid(width: 3, height: 2, pixelSizeMicrometres: 1.5625)
        let file = TIFF.labels(LabelImage(grid: grid, values: [0, 1, 2, 0, 300, 2]))
        #expect(file.starts(with: [0x49, 0x49, 42, 0]))
        let tags = tags(file)
        #expect(value(tags[256]) == 3 && value(tags[257]) == 2)
        #expect(value(tags[258]) == 16 && value(tags[259]) == 8 && value(tags[339]) == 1)
        #expect(try strip(file) == [0, 0, 1, 0, 2, 0, 0, 0, 44, 1, 2, 0])
        let resolution = tags[282] ?? []
        #expect(
            abs(
                Double(value(Array(resolution.prefix(4))))
                    / Double(value(Array(resolution.suffix(4)))) - 0.64)
                < 1e-9)
        #expect(value(tags[296]) == 1)
        let text = String(decoding: tags[270] ?? [], as: UTF8.self)
        #expect(text == "ImageJ=1.54f\nunit=micron\nmin=0.0\nmax=300.0\n\0")
    }

    @Test func `more than 65,535 cells take uint32`() throws {
        let grid = PixelGrid(width: 2, height: 1)
        let file = TIFF.labels(LabelImage(grid: grid, values: [65_536, 1]))
        #expect(value(tags(file)[258]) == 32)
        #expect(try strip(file) == [0, 0, 1, 0, 1, 0, 0, 0])
        #expect(tags(file)[282] == nil)
    }

    @Test(
        arguments: [
            ([0, 255], 8, 1), ([0, 256], 16, 1), ([1, 70_000], 32, 1), ([0.5, 1], 32, 3),
            ([0.1, 1], 64, 3),
        ] as [([Double], Int, Int)])
    func `an image keeps its smallest type`(values: [Double], bits: Int, format: Int) throws {
        let file = TIFF.image(
            PixelValues(smallest: values), grid: PixelGrid(width: 1, height: 2))
        #expect(value(tags(file)[258]) == bits && value(tags(file)[339]) == format)
        #expect(try strip(file).count == 2 * bits / 8)
    }

    @Test(arguments: [1e-9, 0.001, 0.3, 50, 1e9])
    func `any pixel size gives a resolution`(size: Double) {
        let grid = PixelGrid(width: 1, height: 1, pixelSizeMicrometres: size)
        let tag = tags(TIFF.image(.uint8([1]), grid: grid))[282] ?? []
        let found = Double(value(Array(tag.prefix(4)))) / Double(value(Array(tag.suffix(4))))
        if (0.001...1000).contains(size) { #expect(abs(found * size - 1) < 1e-6) }
        #expect(found > 0)
    }

    @Test func `npy files have the shape and type of what they hold`() throws {
        let grid = PixelGrid(width: 3, height: 2)
        let labels = try NPY.decode(
            NumpyExport.labels(LabelImage(grid: grid, values: [0, 1, 2, 3, 4, 5])))
        #expect(labels.shape == [2, 3] && labels.type == "<i4")
        #expect(labels.integers == [0, 1, 2, 3, 4, 5])
        let image = try NPY.decode(
            NumpyExport.image(PixelValues(smallest: [1, 2, 3, 4, 5, 600]), grid: grid))
        #expect(image.shape == [2, 3] && image.type == "<u2")
        let view = try NPY.decode(NumpyExport.colors([UInt8](0..<18), grid: grid))
        #expect(view.shape == [2, 3, 3] && view.type == "|u1")
        let matrix = try NPY.decode(NumpyExport.matrix([1, 2.5], rows: 1, columns: 2))
        #expect(matrix.shape == [1, 2] && matrix.floats == [1, 2.5])
    }
}
