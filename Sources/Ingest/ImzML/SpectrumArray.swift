import Bytes

/// One binary array of a spectrum, as the XML file describes it.
struct SpectrumArray: Sendable, Equatable {
    /// How the numbers are stored, little-endian.
    enum Number: UInt8, Sendable {
        case float32, float64, int8, int16, int32, int64

        /// Bytes of one number.
        var size: Int {
            switch self {
            case .int8: 1
            case .int16: 2
            case .float32, .int32: 4
            case .float64, .int64: 8
            }
        }
    }

    /// Where it begins in the `.ibd` file.
    var offset = 0
    /// How many numbers it has.
    var count = 0
    /// Bytes in the file, where they are compressed.
    var encodedSize = 0
    /// The type of its numbers; nil while nothing says it.
    var number: Number?
    /// Whether it is compressed by zlib.
    var isCompressed = false

    /// Bytes in the `.ibd` file; nil where the product overflows.
    var storedSize: Int? {
        guard let number else { return nil }
        let (size, overflow) = count.multipliedReportingOverflow(by: number.size)
        return overflow ? nil : isCompressed ? encodedSize : size
    }
}

/// One spectrum: its place and its two arrays.
struct Spectrum: Sendable {
    /// Position as written, from 1.
    var x: Int32
    /// Position as written, from 1.
    var y: Int32
    /// Layer as written, from 1; 1 where none is.
    var z: Int32
    /// The m/z values.
    var masses: SpectrumArray
    /// The intensities.
    var intensities: SpectrumArray
}
