import Bytes
import Kernels
import Synchronization

/// The sum of all spectra in cells of the m/z axis.
struct MassHistogram {
    /// Counts of each cell.
    private(set) var sums: [Double] = []
    /// Sum of m/z times counts of each cell.
    private(set) var moments: [Double] = []

    /// The spectra are summed in this many parts, whatever the number of threads.
    private static let parts = 4

    private init() {}

    /// Reads all spectra.
    ///
    /// - Complexity: O(numbers), on up to 4 threads; memory at most 128 MiB for each.
    static func of(
        _ source: SpectrumSource, _ cells: MassCells, weight: Double
    ) throws(ImportError) -> MassHistogram {
        let count = source.spectra.count
        let results = ParallelResults(count: parts) { part in
            let range = count * part / parts..<count * (part + 1) / parts
            return Result { () throws(ImportError) in
                var histogram = MassHistogram()
                try source.forEach(range, weight: weight) { index throws(ImportError) in
                    try histogram.add(source, index, cells)
                }
                return histogram
            }
        }
        var whole = MassHistogram()
        for result in results.values { whole.add(try result.get()) }
        return whole
    }

    private mutating func add(
        _ source: SpectrumSource, _ index: Int, _ cells: MassCells
    ) throws(ImportError) {
        let masses = try source.masses(index)
        let values = try source.intensities(index)
        guard let last = masses.max() else { return }
        guard last < cells.start(MassCells.most) else {
            throw source.ibd.refusal(
                "spectrum \(index + 1): with cells of \(cells.text) m/z up to"
                    + " \(Int(min(cells.start(MassCells.most), 1e6))) are read, found \(last); give a"
                    + " larger tolerance")
        }
        grow(to: min(cells.cell(last), MassCells.most - 1) + 1)
        for place in values.indices {
            let cell = cells.cell(masses[place])
            sums[cell] += values[place]
            moments[cell] += values[place] * masses[place]
        }
    }

    private mutating func grow(to count: Int) {
        guard count > sums.count else { return }
        sums.append(contentsOf: repeatElement(0, count: count - sums.count))
        moments.append(contentsOf: repeatElement(0, count: count - moments.count))
    }

    private mutating func add(_ other: MassHistogram) {
        grow(to: other.sums.count)
        for cell in other.sums.indices {
            sums[cell] += other.sums[cell]
            moments[cell] += other.moments[cell]
        }
    }
}
