/// An array as NumPy's `.npy` files hold it: shape, type, and the numbers in C order.
///
/// C order: the last index varies fastest. All types are little-endian.
public struct NPYArray: Sendable, Hashable {
    /// Length along each axis; empty for a single number.
    public var shape: [Int]
    /// NumPy's name of the type: `|u1 <u2 <u4 <u8 |i1 <i2 <i4 <i8 <f4 <f8 |b1` or `<U` and a length.
    public var type: String
    /// The numbers, `count` times the size of the type.
    public var data: [UInt8]

    /// Number of elements.
    public var count: Int { shape.reduce(1, *) }

    /// An array from its parts.
    ///
    /// - Precondition: the type is known and the data have the size that shape and type ask for.
    public init(shape: [Int], type: String, data: [UInt8]) {
        let size = NPYType(type)?.size
        precondition(size != nil, "a known type")
        precondition(shape.allSatisfy { $0 >= 0 }, "lengths are not negative")
        precondition(shape.reduce(1, *) * size! == data.count, "as many bytes as elements")
        self.shape = shape
        self.type = type
        self.data = data
    }

    private init<T: BitwiseCopyable>(_ values: [T], shape: [Int]?, type: String) {
        self.init(
            shape: shape ?? [values.count], type: type,
            data: values.withUnsafeBytes { [UInt8]($0) })
    }

    /// Bytes; the shape is one axis unless given.
    public init(uint8 values: [UInt8], shape: [Int]? = nil) {
        self.init(shape: shape ?? [values.count], type: "|u1", data: values)
    }

    /// 16-bit whole numbers from 0.
    public init(uint16 values: [UInt16], shape: [Int]? = nil) {
        self.init(values.map(\.littleEndian), shape: shape, type: "<u2")
    }

    /// 32-bit whole numbers from 0.
    public init(uint32 values: [UInt32], shape: [Int]? = nil) {
        self.init(values.map(\.littleEndian), shape: shape, type: "<u4")
    }

    /// 32-bit whole numbers.
    public init(int32 values: [Int32], shape: [Int]? = nil) {
        self.init(values.map(\.littleEndian), shape: shape, type: "<i4")
    }

    /// 64-bit whole numbers.
    public init(int64 values: [Int], shape: [Int]? = nil) {
        self.init(values.map { Int64($0).littleEndian }, shape: shape, type: "<i8")
    }

    /// 32-bit floating point numbers.
    public init(float32 values: [Float], shape: [Int]? = nil) {
        self.init(values.map { $0.bitPattern.littleEndian }, shape: shape, type: "<f4")
    }

    /// 64-bit floating point numbers.
    public init(float64 values: [Double], shape: [Int]? = nil) {
        self.init(values.map { $0.bitPattern.littleEndian }, shape: shape, type: "<f8")
    }

    /// Truth values.
    public init(bool values: [Bool], shape: [Int]? = nil) {
        self.init(
            shape: shape ?? [values.count], type: "|b1", data: values.map { $0 ? 1 : 0 })
    }

    /// Text, as fixed-length UTF-32 padded with zeros; a string's own zeros at its end are lost.
    public init(strings values: [String], shape: [Int]? = nil) {
        let length = max(1, values.map(\.unicodeScalars.count).max() ?? 1)
        var units: [UInt32] = []
        units.reserveCapacity(length * values.count)
        for value in values {
            let scalars = value.unicodeScalars.map { $0.value.littleEndian }
            units.append(contentsOf: scalars)
            units.append(contentsOf: repeatElement(0, count: length - scalars.count))
        }
        self.init(units, shape: shape ?? [values.count], elementsOf: length)
    }

    private init(_ units: [UInt32], shape: [Int], elementsOf length: Int) {
        self.init(
            shape: shape, type: "<U\(length)", data: units.withUnsafeBytes { [UInt8]($0) })
    }
}
