import Imaging

/// Images as bytes and back: the values one after the other, little-endian.
enum ImageCoding {
    /// The bytes of an image.
    static func bytes(of values: PixelValues) -> [UInt8] {
        switch values {
        case .uint8(let v): v
        case .uint16(let v): v.withUnsafeBytes { [UInt8]($0) }
        case .uint32(let v): v.withUnsafeBytes { [UInt8]($0) }
        case .float32(let v): v.withUnsafeBytes { [UInt8]($0) }
        case .float64(let v): v.withUnsafeBytes { [UInt8]($0) }
        }
    }

    /// The image of `count` values of the NumPy type `type`, or nil if the bytes are not that.
    static func values(_ bytes: [UInt8], type: String, count: Int) -> PixelValues? {
        switch type {
        case "|u1": bytes.count == count ? .uint8(bytes) : nil
        case "<u2": array(bytes, count, zero: UInt16(0)).map { .uint16($0) }
        case "<u4": array(bytes, count, zero: UInt32(0)).map { .uint32($0) }
        case "<f4": array(bytes, count, zero: Float(0)).map { .float32($0) }
        case "<f8": array(bytes, count, zero: Double(0)).map { .float64($0) }
        default: nil
        }
    }

    private static func array<T: BitwiseCopyable>(
        _ bytes: [UInt8], _ count: Int, zero: T
    ) -> [T]? {
        let (expected, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<T>.size)
        guard !overflow, count >= 0, bytes.count == expected else { return nil }
        return [T](unsafeUninitializedCapacity: count) { buffer, filled in
            UnsafeMutableRawBufferPointer(buffer).copyBytes(from: bytes)
            filled = count
        }
    }
}

#if _endian(big)
    #error("the store's images are little-endian")
#endif
