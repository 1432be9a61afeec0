import Bytes

/// The binary file of an imzML pair: arrays are read after their places were checked.
struct IbdFile: Sendable {
    private let file: ReadableFile
    private let start: Int
    /// Bytes of the file.
    let size: Int
    /// What the client calls it.
    let name: String

    /// A binary file that lies on disk, alone or inside of another.
    init(_ slice: FileSlice, name: String) {
        file = slice.file
        start = slice.offset
        size = slice.size
        self.name = name
    }

    /// An error about this file.
    func refusal(_ what: String) -> ImportError {
        ImportError(
            .malformed, "The .ibd file: \(what).",
            places: [.init(file: name, line: nil, detail: what)])
    }

    /// - Throws: `ImportError` where an array does not lie inside of the file, or intensities are
    ///   claimed for more than one spectrum.
    func require(_ spectra: [Spectrum]) throws(ImportError) {
        var total = 0
        for (index, spectrum) in spectra.enumerated() {
            try require(spectrum.masses, of: index)
            try require(spectrum.intensities, of: index)
            total += spectrum.intensities.storedSize ?? 0
            guard total <= size else {
                throw refusal(
                    "the intensities of the spectra overlap: they claim more than \(size) bytes")
            }
        }
    }

    private func require(_ array: SpectrumArray, of spectrum: Int) throws(ImportError) {
        guard let stored = array.storedSize, array.offset <= size, stored <= size - array.offset
        else {
            throw refusal(
                "spectrum \(spectrum + 1) has \(array.count) numbers at byte \(array.offset), beyond"
                    + " the \(size) bytes that are there")
        }
        // Deflate unpacks a byte to 1,032 at most.
        guard let number = array.number,
            !array.isCompressed
                || array.count * number.size <= 1_032 * array.encodedSize + 64
        else {
            throw refusal(
                "spectrum \(spectrum + 1) claims \(array.count) numbers in"
                    + " \(array.encodedSize) compressed bytes")
        }
    }

    /// Some of the numbers of an array that was checked by `require`.
    ///
    /// - Throws: `ImportError` where compressed bytes are not what was said.
    func numbers(
        _ array: SpectrumArray, _ part: Range<Int>, of spectrum: Int
    ) throws(ImportError) -> [Double] {
        guard let number = array.number, !part.isEmpty else { return [] }
        guard array.isCompressed else {
            let bytes = try bytes(
                part.count * number.size, at: array.offset + part.lowerBound * number.size)
            return Self.decoded(bytes[...], number)
        }
        let packed = try bytes(array.encodedSize, at: array.offset)
        let expected = array.count * number.size
        let bytes: [UInt8]
        do throws(DeflateError) {
            bytes = try Deflate.decompress(packed, limit: expected)
        } catch { throw refusal("spectrum \(spectrum + 1): \(error.description)") }
        guard bytes.count == expected else {
            throw refusal(
                "spectrum \(spectrum + 1): expected \(expected) bytes, \(bytes.count) unpacked")
        }
        return Self.decoded(
            bytes[part.lowerBound * number.size..<part.upperBound * number.size], number)
    }

    /// Bytes from a place.
    func bytes(_ count: Int, at offset: Int) throws(ImportError) -> [UInt8] {
        do throws(FileError) {
            return try file.read(count, at: start + offset)
        } catch { throw ImportError(file: error, name: name) }
    }

    private static func decoded(
        _ bytes: ArraySlice<UInt8>, _ number: SpectrumArray.Number
    ) -> [Double] {
        bytes.withUnsafeBytes { raw in
            switch number {
            case .float32: load(raw, UInt32.self) { Double(Float(bitPattern: $0)) }
            case .float64: load(raw, UInt64.self) { Double(bitPattern: $0) }
            case .int8: load(raw, Int8.self) { Double($0) }
            case .int16: load(raw, Int16.self) { Double($0) }
            case .int32: load(raw, Int32.self) { Double($0) }
            case .int64: load(raw, Int64.self) { Double($0) }
            }
        }
    }

    @inline(__always)
    private static func load<T: FixedWidthInteger>(
        _ raw: UnsafeRawBufferPointer, _: T.Type, _ convert: (T) -> Double
    ) -> [Double] {
        let size = MemoryLayout<T>.size
        let count = raw.count / size
        return [Double](unsafeUninitializedCapacity: count) { buffer, filled in
            for index in 0..<count {
                buffer[index] = convert(
                    T(littleEndian: raw.loadUnaligned(fromByteOffset: index * size, as: T.self)))
            }
            filled = count
        }
    }
}
