import Bytes
import Testing

@Suite struct NPYTests {
    /// A file of version 1 around a header text.
    private func file(_ header: String, _ data: [UInt8] = [], version: UInt8 = 1) -> [UInt8] {
        let text = Array(header.utf8)
        let length = version == 1 ? number(UInt16(text.count)) : number(UInt32(text.count))
        return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + text + data
    }

    @Test func `the bytes are those NumPy writes`() {
        // numpy.save of numpy.array([[1, 2], [3, 4]], dtype='<u2'), numpy 2.4
        let header = "{'descr': '<u2', 'fortran_order': False, 'shape': (2, 2), }"
        let padded = header + String(repeating: " ", count: 118 - header.count - 1) + "\n"
        #expect(
            NPYArray(uint16: [1, 2, 3, 4], shape: [2, 2]).encoded()
                == file(padded, [1, 0, 2, 0, 3, 0, 4, 0]))
    }

    static let arrays: [NPYArray] = [
        NPYArray(uint8: [1, 2, 255]), NPYArray(uint16: [1, 65_535], shape: [2, 1]),
        NPYArray(uint32: [.max]), NPYArray(int32: [-5, 7]), NPYArray(int64: [.min, .max]),
        NPYArray(float32: [1.5, -.infinity, 3e-30], shape: [3, 1, 1]),
        NPYArray(float64: [0.1, 2], shape: [1, 2]), NPYArray(bool: [true, false, true]),
        NPYArray(strings: ["µm", "", "日本x"]), NPYArray(float64: [4], shape: []),
        NPYArray(float32: [], shape: [0, 5]), NPYArray(strings: []),
    ]

    @Test(arguments: arrays)
    func `what is written is read`(array: NPYArray) throws {
        let bytes = array.encoded()
        #expect(try NPY.decode(bytes) == array)
        #expect((bytes.count - array.data.count) % 64 == 0)
    }

    @Test func `values come back in every form that holds them`() {
        #expect(NPYArray(uint8: [1, 2]).doubles == [1, 2])
        #expect(NPYArray(int32: [-1, 2]).integers == [-1, 2])
        #expect(NPYArray(int32: [-1, 2]).floats == [-1, 2])
        #expect(NPYArray(float32: [1.5]).doubles == [1.5])
        #expect(NPYArray(float32: [1.5]).integers == nil)
        #expect(NPYArray(bool: [true, false]).bools == [true, false])
        #expect(NPYArray(bool: [true, false]).doubles == [1, 0])
        #expect(NPYArray(uint8: [1]).bools == nil)
        #expect(NPYArray(strings: ["a", "", "日本"]).strings == ["a", "", "日本"])
        #expect(NPYArray(strings: ["a"]).doubles == nil)
        #expect(NPYArray(uint8: [1]).strings == nil)
        #expect(
            NPYArray(shape: [1], type: "<u8", data: [UInt8](repeating: 255, count: 8)).integers
                == nil)
        #expect(NPYArray(shape: [2], type: "<i2", data: [255, 255, 1, 0]).doubles == [-1, 1])
        #expect(NPYArray(shape: [1], type: "|i1", data: [254]).integers == [-2])
    }

    @Test func `Fortran order becomes C order`() throws {
        let header = "{'descr': '<u2', 'fortran_order': True, 'shape': (2, 3), }"
        let data = ([1, 4, 2, 5, 3, 6] as [UInt16]).flatMap { number($0) }
        #expect(
            try NPY.decode(file(header, data))
                == NPYArray(uint16: [1, 2, 3, 4, 5, 6], shape: [2, 3]))
    }

    @Test func `three axes in Fortran order, against the definition`() throws {
        let shape = [2, 3, 4]
        var data = [UInt8](repeating: 0, count: 24)
        var expected: [UInt8] = []
        for i in 0..<2 {
            for j in 0..<3 {
                for k in 0..<4 {
                    data[i + 2 * j + 6 * k] = UInt8(i * 12 + j * 4 + k)
                    expected.append(UInt8(i * 12 + j * 4 + k))
                }
            }
        }
        let header = "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 4), }"
        #expect(try NPY.decode(file(header, data)) == NPYArray(uint8: expected, shape: shape))
    }

    @Test func `big-endian numbers and text are turned round`() throws {
        let numbers = file(
            "{'descr': '>i4', 'fortran_order': False, 'shape': (1,), }", [0, 0, 1, 2])
        #expect(try NPY.decode(numbers) == NPYArray(int32: [258]))
        let text = file("{'descr': '>U1', 'fortran_order': False, 'shape': (1,), }", [0, 0, 0, 65])
        #expect(try NPY.decode(text).strings == ["A"])
    }

    @Test(arguments: [1, 2, 3] as [UInt8])
    func `versions 1 to 3 and other spacing are read`(version: UInt8) throws {
        let header = " { \"shape\" : ( 1 , ) ,'fortran_order':False,'descr':'|b1'}\n"
        #expect(try NPY.decode(file(header, [1], version: version)) == NPYArray(bool: [true]))
    }

    @Test(arguments: [
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
        "{'descr': '<f2', 'fortran_order': False, 'shape': (1,), }",
        "{'descr': '<u', 'fortran_order': False, 'shape': (1,), }",
        "{'descr': '', 'fortran_order': False, 'shape': (1,), }",
        "{'descr': [('a', '<u2')], 'fortran_order': False, 'shape': (1,), }",
        "{'descr': '|u1', 'fortran_order': 1, 'shape': (1,), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (-1,), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (9223372036854775807, 2), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (0, 9223372036854775807, 2), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,), }",
        "{'descr': '|u1', 'fortran_order': False}",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), 'shape': (1,), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), 'other': 'x', }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), } x",
        "{'descr': '|u1", "{'descr'", "{", "", "[]",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (0,), }",
    ])
    func `a bad header is refused`(header: String) {
        #expect(throws: NPYError.self) { try NPY.decode(file(header, [1])) }
    }

    @Test func `a file cut off anywhere is refused`() {
        let bytes = NPYArray(float64: [1, 2], shape: [2, 1]).encoded()
        for cut in 0..<bytes.count {
            #expect(throws: NPYError.self) { try NPY.decode(Array(bytes[..<cut])) }
        }
        #expect(throws: NPYError.self) { try NPY.decode(bytes + [0]) }
        #expect(throws: NPYError.self) { try NPY.decode(file("{}", version: 4)) }
    }

    @Test func `random changes never trap`() {
        var random = Seeded(6)
        let files = Self.arrays.map { $0.encoded() }
        var taken = 0
        for round in 0..<6_000 {
            let array = try? NPY.decode(random.mutated(files[round % files.count]))
            taken += array == nil ? 0 : 1
            _ = array?.doubles
            _ = array?.strings
            _ = array?.integers
        }
        #expect(taken > 100)
    }

    @Test func `an archive of arrays keeps names and order`() throws {
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let arrays = Self.arrays.enumerated().map { (name: "array_\($0)", array: $1) }
        let path = folder.path + "/a.npz"
        try NPZ.write(arrays, to: path)
        let back = try NPZ.read(path: path)
        #expect(back.map(\.name) == arrays.map(\.name))
        #expect(back.map(\.array) == arrays.map(\.array))
        let stored = folder.file(NPZ.encode(arrays), name: "b.npz")
        #expect(try NPZ.read(path: stored).map(\.array) == arrays.map(\.array))
        var writer = ZipWriter()
        try writer.add("bad.npy", [1, 2])
        let bad = folder.file(try writer.finish(), name: "c.npz")
        let error = #expect(throws: NPYError.self) { try NPZ.read(path: bad) }
        #expect(error?.description.contains("bad.npy") == true)
    }
}
