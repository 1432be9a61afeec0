/// Little-endian numbers in bytes, as zip and NumPy files hold them.
extension [UInt8] {
    /// The number at `offset`.
    ///
    /// - Precondition: it lies inside.
    func number<T: FixedWidthInteger>(_: T.Type, at offset: Int) -> T {
        precondition(offset >= 0 && offset + MemoryLayout<T>.size <= count, "inside the bytes")
        return withUnsafeBytes {
            T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: T.self))
        }
    }

    /// Appends a number.
    mutating func append<T: FixedWidthInteger>(number: T) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}
