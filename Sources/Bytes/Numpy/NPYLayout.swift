/// What the header of a `.npy` file says, for reading its data piece by piece.
public struct NPYLayout: Sendable, Hashable {
    /// Length along each axis.
    public let shape: [Int]
    /// NumPy's name of the type, little-endian (`NPYArray.type`).
    public let type: String
    /// Bytes an element.
    public let elementSize: Int
    /// Whether the file holds the most significant byte first.
    public let isBigEndian: Bool
    /// Whether the first index varies fastest.
    public let isFortran: Bool
    /// Where the data begin.
    public let dataOffset: Int
    /// Bytes of data.
    public let dataSize: Int

    /// Most bytes of a header; NumPy's own limit is 10,000.
    public static let largestHeader = 1 << 16

    /// Reads the header from the first bytes of a file; nil where more of them are needed.
    ///
    /// - Throws: `NPYError` where it is none, or of a type that is not read.
    public init?(_ start: [UInt8]) throws(NPYError) {
        guard let first = try NPY.headerRange(start) else { return nil }
        guard first.upperBound <= Self.largestHeader else {
            throw NPYError("the .npy header has \(first.count) bytes")
        }
        guard first.upperBound <= start.count else { return nil }
        let header = try NPYHeader(Array(start[first]))
        guard let type = NPYType(header.type) else {
            throw NPYError("the .npy type \(printable(header.type, limit: 40)) is not read")
        }
        shape = header.shape
        self.type = type.name
        elementSize = type.size
        isBigEndian = type.isBigEndian && type.unit > 1
        isFortran = header.isFortran
        dataOffset = first.upperBound
        dataSize = try header.byteCount(elementSize: type.size)
    }

    /// Some whole elements of the data as an array of one axis.
    ///
    /// - Precondition: the bytes are a whole number of elements.
    public func array(_ bytes: [UInt8]) -> NPYArray {
        let count = elementSize == 0 ? 0 : bytes.count / elementSize
        guard isBigEndian else { return NPYArray(shape: [count], type: type, data: bytes) }
        var swapped = bytes
        NPY.swapBytes(&swapped, unit: type.contains("U") ? 4 : elementSize)
        return NPYArray(shape: [count], type: type, data: swapped)
    }
}
