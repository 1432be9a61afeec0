/// Undoes what was done to rows before they were compressed, and brings numbers to little-endian.
///
/// Horizontal differencing is TIFF 6.0, section 14; the floating point predictor is Adobe's
/// TIFF Technical Note 3.
struct TIFFPredictor {
    let width: Int
    let samples: Int
    let elementSize: Int
    let isBigEndian: Bool

    /// Makes the bytes of whole rows numbers in little-endian order.
    func undo(_ predictor: Int, _ bytes: inout [UInt8]) {
        if predictor == 3 {
            undoFloatingPoint(&bytes)
            return
        }
        if isBigEndian { swap(&bytes) }
        guard predictor == 2 else { return }
        switch elementSize {
        case 1: add(&bytes, UInt8.self)
        case 2: add(&bytes, UInt16.self)
        case 4: add(&bytes, UInt32.self)
        default: add(&bytes, UInt64.self)
        }
    }

    private func swap(_ bytes: inout [UInt8]) {
        guard elementSize > 1 else { return }
        for start in stride(from: 0, to: bytes.count, by: elementSize) {
            bytes[start..<start + elementSize].reverse()
        }
    }

    /// Every number is the difference to the one before it in the row.
    private func add<T: FixedWidthInteger>(_ bytes: inout [UInt8], _: T.Type) {
        let row = width * samples
        bytes.withUnsafeMutableBytes { buffer in
            let rows = buffer.count / (row * elementSize)
            for start in (0..<rows).map({ $0 * row }) {
                for index in start + samples..<start + max(row, samples) {
                    let before = buffer.loadUnaligned(
                        fromByteOffset: (index - samples) * elementSize, as: T.self)
                    let step = buffer.loadUnaligned(
                        fromByteOffset: index * elementSize, as: T.self)
                    let sum = T(littleEndian: before) &+ T(littleEndian: step)
                    buffer.storeBytes(
                        of: sum.littleEndian, toByteOffset: index * elementSize, as: T.self)
                }
            }
        }
    }

    /// A row holds the most significant bytes of all its numbers, then the next ones, and so on,
    /// every byte as a difference.
    private func undoFloatingPoint(_ bytes: inout [UInt8]) {
        let count = width * samples
        let size = count * elementSize
        for start in stride(from: 0, to: bytes.count, by: size) {
            var row = Array(bytes[start..<start + size])
            for index in samples..<max(size, samples) { row[index] &+= row[index - samples] }
            for index in 0..<count {
                for byte in 0..<elementSize {
                    bytes[start + index * elementSize + byte] =
                        row[(elementSize - 1 - byte) * count + index]
                }
            }
        }
    }
}

/// Apple's run lengths (TIFF 6.0, section 9).
enum PackBits {
    /// The unpacked bytes; nil where they are not `count`.
    static func unpacked(_ packed: [UInt8], count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        // A pair of bytes becomes 128 at most.
        guard count <= packed.count * 64 + 64 else { return nil }
        bytes.reserveCapacity(count)
        var index = 0
        while index < packed.count, bytes.count < count {
            let code = Int(Int8(bitPattern: packed[index]))
            index += 1
            if code >= 0 {
                guard index + code < packed.count else { return nil }
                bytes.append(contentsOf: packed[index...index + code])
                index += code + 1
            } else if code != -128 {
                guard index < packed.count else { return nil }
                bytes.append(contentsOf: repeatElement(packed[index], count: 1 - code))
                index += 1
            }
        }
        return bytes.count == count ? bytes : nil
    }
}
