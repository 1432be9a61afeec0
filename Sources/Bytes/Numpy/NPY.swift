/// What is wrong with a `.npy` or `.npz` file.
public struct NPYError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One sentence: what was expected, what was found.
    public let description: String

    /// An error with its text.
    public init(_ description: String) { self.description = description }
}

/// NumPy's file of one array (NEP 1): version 1.0 is written; 1.0, 2.0 and 3.0 are read.
public enum NPY {
    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// The whole file.
    public static func encode(_ array: NPYArray) -> [UInt8] {
        header(type: array.type, shape: array.shape) + array.data
    }

    /// What comes before the numbers of a file, in C order; `type` is NumPy's name of the type.
    public static func header(type: String, shape: [Int]) -> [UInt8] {
        let lengths = shape.map { "\($0)" }.joined(separator: ", ")
        let tuple = shape.count == 1 ? "(\(lengths),)" : "(\(lengths))"
        var header = Array(
            "{'descr': '\(type)', 'fortran_order': False, 'shape': \(tuple), }".utf8)
        // The data begin at a multiple of 64 (NEP 1), after magic, version, length and a newline.
        let unpadded = magic.count + 4 + header.count + 1
        header.append(contentsOf: repeatElement(0x20, count: (64 - unpadded % 64) % 64))
        header.append(0x0A)
        precondition(header.count <= 0xFFFF, "few axes")
        var bytes = magic + [1, 0]
        bytes.append(number: UInt16(header.count))
        return bytes + header
    }

    /// The array in a file: big-endian numbers are swapped and Fortran order is turned into C order.
    ///
    /// - Throws: `NPYError`, also for types other than numbers, truth values and `<U` text.
    public static func decode(_ bytes: [UInt8]) throws(NPYError) -> NPYArray {
        guard let place = try headerRange(bytes), place.upperBound <= bytes.count else {
            throw NPYError("the .npy header is cut off")
        }
        let header = try NPYHeader(Array(bytes[place]))
        guard let type = NPYType(header.type) else {
            throw NPYError("the .npy type \(printable(header.type, limit: 40)) is not read")
        }
        let size = try header.byteCount(elementSize: type.size)
        guard bytes.count - place.upperBound == size else {
            throw NPYError(
                "expected \(size) bytes of .npy data, found \(bytes.count - place.upperBound)")
        }
        var data = Array(bytes[place.upperBound...])
        if type.isBigEndian { swapBytes(&data, unit: type.unit) }
        if header.isFortran, header.shape.count > 1 {
            data = transposed(data, shape: header.shape, size: type.size)
        }
        return NPYArray(shape: header.shape, type: type.name, data: data)
    }

    /// Where the header of a file lies by its first bytes; nil where they are too few to tell.
    static func headerRange(_ bytes: [UInt8]) throws(NPYError) -> Range<Int>? {
        guard bytes.prefix(magic.count).elementsEqual(magic.prefix(bytes.count)) else {
            throw NPYError("not a .npy file: it does not begin with \\x93NUMPY")
        }
        guard bytes.count >= 12 else { return nil }
        guard (1...3).contains(bytes[6]) else {
            throw NPYError(".npy version \(bytes[6]).\(bytes[7]); versions 1 to 3 are read")
        }
        let start = bytes[6] == 1 ? 10 : 12
        let length =
            bytes[6] == 1
            ? Int(bytes.number(UInt16.self, at: 8)) : Int(bytes.number(UInt32.self, at: 8))
        return start..<start + length
    }

    /// Turns every `unit` bytes around.
    static func swapBytes(_ data: inout [UInt8], unit: Int) {
        guard unit > 1 else { return }
        for start in stride(from: 0, to: data.count, by: unit) {
            data[start..<start + unit].reverse()
        }
    }

    /// Bytes of elements in Fortran order (first index fastest) put into C order.
    private static func transposed(_ data: [UInt8], shape: [Int], size: Int) -> [UInt8] {
        guard size > 0, !data.isEmpty else { return data }
        var result: [UInt8] = []
        result.reserveCapacity(data.count)
        var strides = [Int](repeating: size, count: shape.count)
        for axis in 1..<shape.count { strides[axis] = strides[axis - 1] * shape[axis - 1] }
        var index = [Int](repeating: 0, count: shape.count)
        var offset = 0
        for _ in 0..<data.count / size {
            result.append(contentsOf: data[offset..<offset + size])
            var axis = shape.count - 1
            while axis >= 0 {
                index[axis] += 1
                offset += strides[axis]
                if index[axis] < shape[axis] { break }
                offset -= strides[axis] * shape[axis]
                index[axis] = 0
                axis -= 1
            }
        }
        return result
    }
}

extension NPYArray {
    /// The whole `.npy` file.
    public func encoded() -> [UInt8] { NPY.encode(self) }
}
