import Bytes
import Imaging
import Ingest
import Testing

@Suite struct ArrayUploadTests {
    private typealias Arrays = [(name: String, array: NPYArray)]

    private static func upload(_ arrays: Arrays, name: String = "liver.npz") -> Upload {
        let upload = Upload()
        upload.add(name, NPZ.encode(arrays, compression: .deflate(level: 6)))
        return upload
    }

    private static let cube = NPYArray(
        uint16: [1, 2, 3, 4, 500, 6, 7, 8, 9, 10, 11, 12], shape: [2, 2, 3])
    private static let masses = NPYArray(float64: [134.05, 20.5])

    @Test func `a cube and its masses are read, sorted by mass`() throws {
        let dataset = try Self.upload([
            ("mz", Self.masses), ("cube", Self.cube),
            ("pixel_um", NPYArray(float64: [0.5], shape: [])),
            ("mask", NPYArray(int32: [1])),
        ]).read()
        #expect(dataset.format == "npz")
        #expect(dataset.grid == PixelGrid(width: 3, height: 2, pixelSizeMicrometres: 0.5))
        #expect(dataset.channels.map(\.title) == ["m/z 20.50", "m/z 134.05"])
        #expect(dataset.planes == [.uint8([7, 8, 9, 10, 11, 12]), .uint16([1, 2, 3, 4, 500, 6])])
        #expect(dataset.name == "liver")
        #expect(dataset.warnings == ["Arrays that are not used: mask."])
    }

    static let types: [(NPYArray, PixelValues)] = [
        (NPYArray(uint8: [1, 2], shape: [1, 1, 2]), .uint8([1, 2])),
        (NPYArray(uint32: [1, 70_000], shape: [1, 1, 2]), .uint32([1, 70_000])),
        (NPYArray(int32: [1, 256], shape: [1, 1, 2]), .uint16([1, 256])),
        (NPYArray(int64: [1, 1 << 40], shape: [1, 1, 2]), .float32([1, 0x1p40])),
        (NPYArray(float32: [0.5, 2], shape: [1, 1, 2]), .float32([0.5, 2])),
        (NPYArray(float64: [0.1, 2], shape: [1, 1, 2]), .float64([0.1, 2])),
    ]

    @Test(arguments: types.indices)
    func `every type of number is read exactly`(index: Int) throws {
        let (array, expected) = Self.types[index]
        let dataset = try Self.upload([("cube", array), ("mz", NPYArray(float32: [1.5]))]).read()
        #expect(dataset.planes == [expected])
    }

    @Test func `big-endian numbers are read, Fortran order is refused`() throws {
        let cube = NPYArray(uint16: [1, 2, 3, 4], shape: [1, 2, 2]).encoded()
        func changed(_ from: String, _ to: String) throws -> Upload {
            let text = Array(from.utf8)
            let place = cube.indices.first { cube[$0...].starts(with: text) }!
            var bytes = cube
            bytes.replaceSubrange(place..<place + text.count, with: Array(to.utf8))
            var writer = ZipWriter()
            try writer.add("cube.npy", bytes)
            try writer.add("mz.npy", NPYArray(float64: [1.5]).encoded())
            let upload = Upload()
            upload.add("a.npz", try writer.finish())
            return upload
        }
        let dataset = try changed("'<u2'", "'>u2'").read()
        #expect(dataset.planes == [.uint16([256, 512, 768, 1_024])])
        let error = try #require(try changed("False", "True ").error())
        #expect(error.detail.contains("Fortran"))
    }

    @Test func `labels name channels with and without a mass`() throws {
        let cube = NPYArray(uint8: [1, 2, 3], shape: [3, 1, 1])
        let labels = NPYArray(strings: ["IdU", "", "Cl-"])
        let mixed = try Self.upload([
            ("cube", cube), ("labels", labels), ("mz", NPYArray(float64: [.nan, 1.5, 34.97])),
        ]).read()
        #expect(mixed.channels.map(\.title) == ["m/z 1.50", "m/z 34.97 · Cl-", "IdU"])
        let alone = try Self.upload([
            ("cube", cube), ("channels", NPYArray(strings: ["c", "a", "b"])),
        ]).read()
        #expect(alone.channels.map(\.name) == ["a", "b", "c"])
        #expect(alone.planes == [.uint8([2]), .uint8([3]), .uint8([1])])
        #expect(Self.upload([("cube", cube), ("labels", labels)]).error()?.kind == .malformed)
    }

    @Test func `arrays sent one by one are read, too`() throws {
        let upload = Upload()
        upload.add("cube.npy", Self.cube.encoded())
        upload.add("mz.npy", Self.masses.encoded())
        #expect(try upload.read().channels.count == 2)
    }

    private static let wrong: [(Arrays, String)] = [
        ([("x", masses)], "no array named cube"),
        ([("cube", cube)], "no array named mz"),
        (
            [("cube", NPYArray(uint8: [1], shape: [1, 1])), ("mz", masses)], "(ions, height, width)"
        ),
        ([("cube", NPYArray(bool: [true], shape: [1, 1, 1])), ("mz", masses)], "|b1 (1, 1, 1)"),
        ([("cube", NPYArray(uint8: [], shape: [0, 1, 1])), ("mz", masses)], "(0, 1, 1)"),
        ([("cube", cube), ("mz", NPYArray(float64: [1]))], "expected 2 numbers"),
        ([("cube", cube), ("mz", NPYArray(float64: [1, 2], shape: [2, 1]))], "<f8 (2, 1)"),
        ([("cube", cube), ("mz", NPYArray(strings: ["a", "b"]))], "expected 2 numbers"),
        ([("cube", cube), ("mz", NPYArray(float64: [1, -2]))], "found -2.0 at [1]"),
        ([("cube", cube), ("mz", NPYArray(float64: [1, .infinity]))], "found inf"),
        ([("cube", cube), ("mz", NPYArray(float64: [1, 0]))], "Image 1"),
        ([("cube", cube), ("mz", NPYArray(float64: [1.5, 1.5]))], "m/z 1.5 is there twice"),
        ([("cube", cube), ("labels", NPYArray(strings: ["a", "a"]))], "twice"),
        ([("cube", cube), ("labels", NPYArray(int32: [1, 2]))], "expected 2 texts"),
        (
            [("cube", NPYArray(int32: [1, -1], shape: [2, 1, 1])), ("mz", masses)],
            "found -1.0 at [1, 0, 0]"
        ),
        (
            [("cube", NPYArray(float32: [1, .nan], shape: [2, 1, 1])), ("mz", masses)], "found nan"
        ),
        (
            [("cube", NPYArray(int64: [1, 1 << 60], shape: [2, 1, 1])), ("mz", masses)],
            "finite counts"
        ),
        ([("cube", cube), ("mz", masses), ("pixel_um", NPYArray(float64: [0]))], "pixel_um"),
        ([("cube", cube), ("mz", masses), ("pixel_um", NPYArray(float64: [1, 2]))], "pixel_um"),
    ]

    @Test(arguments: wrong.indices)
    func `wrong arrays are refused, saying which and why`(index: Int) throws {
        let (arrays, says) = Self.wrong[index]
        let error = try #require(Self.upload(arrays).error())
        #expect(error.kind == .malformed)
        #expect(error.detail.contains(says), "\(error.detail)")
    }

    @Test func `a cube beyond the limits is refused before its data are read`() throws {
        let bytes = NPYArray(uint8: [], shape: [0, 1, 9_000]).encoded()
        let place = bytes.indices.first { bytes[$0...].starts(with: "(0, 1, 9000)".utf8) }!
        var large = bytes
        large[place + 1] = UInt8(ascii: "1")
        large += [UInt8](repeating: 0, count: 9_000)
        var writer = ZipWriter()
        try writer.add("cube.npy", large)
        try writer.add("mz.npy", NPYArray(float64: [1.5]).encoded())
        let upload = Upload()
        upload.add("a.npz", try writer.finish())
        #expect(upload.error()?.kind == .tooLarge)
    }

    @Test func `changed at random an archive of arrays is read or refused`() throws {
        var random = Seeded(11)
        let arrays: Arrays = [("cube", Self.cube), ("mz", Self.masses)]
        var refused = 0
        for round in 0..<600 {
            // Changed inside a whole archive, so that its check sums hold.
            var writer = ZipWriter()
            for (index, entry) in arrays.enumerated() {
                var bytes = entry.array.encoded()
                if index == round % 2 {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    switch round % 3 {
                    case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                    case 1: bytes.removeLast(min(bytes.count, place))
                    default: bytes.insert(bytes[place], at: place)
                    }
                }
                try writer.add("\(entry.name).npy", bytes)
            }
            let upload = Upload()
            upload.add("a.npz", try writer.finish())
            refused += upload.error() == nil ? 0 : 1
        }
        #expect(refused > 300)
    }
}
