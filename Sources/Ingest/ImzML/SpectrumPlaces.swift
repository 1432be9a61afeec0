/// Where the spectra lie in the image.
struct SpectrumPlaces {
    /// Pixels in a row.
    let width: Int
    /// Rows.
    let height: Int
    /// Row-major pixel of each spectrum.
    let pixels: [Int]
    /// Layers in depth; spectra above each other are summed.
    let layers: Int
    /// Pixels without a spectrum.
    let missing: Int

    private static let largestSide = 8_192
    /// Areas up to which any part may be missing, and the largest part beyond.
    private static let freeArea = 1 << 16
    private static let mostMissingPerListed = 200

    /// Spans the smallest to the largest x and y.
    ///
    /// - Throws: `ImportError` beyond the limits, or where a place is there twice.
    init(_ spectra: [Spectrum]) throws(ImportError) {
        precondition(!spectra.isEmpty, "a document has spectra")
        let (minX, maxX) = Self.span(spectra.map(\.x))
        let (minY, maxY) = Self.span(spectra.map(\.y))
        width = maxX - minX + 1
        height = maxY - minY + 1
        guard width <= Self.largestSide, height <= Self.largestSide else {
            throw ImportError(
                .tooLarge,
                "The spectra span \(width) x \(height) pixels: at most \(Self.largestSide) a side.")
        }
        let area = width * height
        guard area <= Self.freeArea || area / Self.mostMissingPerListed <= spectra.count else {
            throw ImportError(
                .tooLarge,
                "Only \(spectra.count) spectra in an area of \(area) pixels: too few to take the"
                    + " others as zero.")
        }
        let columns = maxX - minX + 1
        let pixels = spectra.map { (Int($0.y) - minY) * columns + Int($0.x) - minX }
        self.pixels = pixels
        let depths = Set(spectra.map(\.z))
        layers = depths.count
        var seen = [Bool](repeating: false, count: area)
        for pixel in pixels { seen[pixel] = true }
        missing = seen.count { !$0 }
        guard spectra.count > area - missing else { return }
        try requireDistinct(spectra)
    }

    /// - Throws: where two spectra have one place, layers told apart.
    private func requireDistinct(_ spectra: [Spectrum]) throws(ImportError) {
        var seen: Set<UInt64> = []
        for (index, spectrum) in spectra.enumerated() {
            let key =
                UInt64(UInt32(bitPattern: spectrum.z)) << 32 | UInt64(UInt32(pixels[index]))
            guard seen.insert(key).inserted else {
                throw ImportError(
                    .malformed,
                    "Spectrum \(index + 1) lies where another lies: x \(spectrum.x), y"
                        + " \(spectrum.y), z \(spectrum.z).")
            }
        }
    }

    private static func span(_ values: [Int32]) -> (Int, Int) {
        (Int(values.min() ?? 0), Int(values.max() ?? 0))
    }
}
