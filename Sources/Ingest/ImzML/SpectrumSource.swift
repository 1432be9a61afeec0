import Bytes

/// The spectra of a pair, read one at a time and checked.
struct SpectrumSource {
    let spectra: [Spectrum]
    let ibd: IbdFile
    let progress: ProgressGate

    /// The m/z axis that all spectra share, if they do.
    var sharedAxis: SpectrumArray? {
        let first = spectra[0].masses
        return spectra.allSatisfy { $0.masses == first } ? first : nil
    }

    /// The m/z values of a spectrum.
    ///
    /// - Throws: `ImportError` where one is negative, not finite or beyond 10^6.
    func masses(_ index: Int) throws(ImportError) -> [Double] {
        let array = spectra[index].masses
        let values = try ibd.numbers(array, 0..<array.count, of: index)
        if let bad = values.first(where: { !($0 >= 0 && $0 <= 1e6) }) {
            throw ibd.refusal(
                "spectrum \(index + 1): expected an m/z of 0 to 1,000,000, found \(bad)")
        }
        return values
    }

    /// Some of the intensities of a spectrum.
    ///
    /// - Throws: `ImportError` where one is negative or not finite.
    func intensities(_ index: Int, _ part: Range<Int>? = nil) throws(ImportError) -> [Double] {
        let array = spectra[index].intensities
        let values = try ibd.numbers(array, part ?? 0..<array.count, of: index)
        if let bad = values.first(where: { !($0 >= 0 && $0 <= Double.greatestFiniteMagnitude) }) {
            throw ibd.refusal(
                "spectrum \(index + 1) (x \(spectra[index].x), y \(spectra[index].y)): expected"
                    + " intensities from 0, found \(bad)")
        }
        return values
    }

    /// Calls `body` for some spectra; `weight` is the part of the work that all of them are.
    ///
    /// - Throws: `.cancelled` where the caller wants to stop.
    func forEach(
        _ range: Range<Int>, weight: Double, _ body: (Int) throws(ImportError) -> Void
    ) throws(ImportError) {
        try forEach(range.count, weight: weight, { range.lowerBound + $0 }, body)
    }

    /// Calls `body` for `count` spectra that `index` chooses.
    func forEach(
        _ count: Int, weight: Double, _ index: (Int) -> Int,
        _ body: (Int) throws(ImportError) -> Void
    ) throws(ImportError) {
        for place in 0..<count {
            try body(index(place))
            guard place % 256 == 255 || place == count - 1 else { continue }
            progress.advance(by: weight * Double(place % 256 + 1) / Double(spectra.count))
            if progress.isStopped { throw ImportError(.cancelled, "The import was stopped.") }
        }
    }
}
