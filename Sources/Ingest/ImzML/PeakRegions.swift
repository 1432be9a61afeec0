/// Peaks of a mean spectrum, each with the points around it that belong to it.
///
/// A peak is a local maximum of the spectrum smoothed by (1, 2, 1); the points between its two
/// neighbouring minima are its own. So every point belongs to one peak, and the sum over all peaks
/// is the sum of the spectrum. Where there are more peaks than wanted, those with the most counts
/// are kept.
struct PeakRegions {
    /// The points of each peak, ascending and disjoint.
    private(set) var ranges: [Range<Int>] = []
    /// How many peaks there were before the weakest were left out.
    let found: Int
    /// The part of all counts that is in the peaks kept, 0...1.
    let keptPart: Double

    /// The peaks of a spectrum.
    ///
    /// - Complexity: O(points + peaks log peaks).
    init(_ spectrum: [Double], most: Int) {
        var all: [(range: Range<Int>, total: Double)] = []
        func close(_ range: Range<Int>) {
            let total = spectrum[range].reduce(0, +)
            if total > 0 { all.append((range, total)) }
        }
        var start = 0
        var before = 0.0
        var isFalling = false
        for index in spectrum.indices {
            let left = index > 0 ? spectrum[index - 1] : 0
            let right = index + 1 < spectrum.count ? spectrum[index + 1] : 0
            let smooth = left + 2 * spectrum[index] + right
            if smooth == 0 || (isFalling && smooth > before) {
                close(start..<index)
                start = index
                isFalling = false
            } else if smooth < before {
                isFalling = true
            }
            before = smooth
        }
        close(start..<spectrum.count)
        found = all.count
        let total = all.reduce(0) { $0 + $1.total }
        if all.count > most {
            let strongest = all.indices.sorted {
                (all[$1].total, $0) < (all[$0].total, $1)
            }
            all = strongest.prefix(most).sorted().map { all[$0] }
        }
        keptPart = total > 0 ? all.reduce(0) { $0 + $1.total } / total : 1
        ranges = all.map(\.range)
    }

    /// The peak each of `count` points belongs to, or -1.
    func channels(count: Int) -> [Int32] {
        var channels = [Int32](repeating: -1, count: count)
        for (channel, range) in ranges.enumerated() {
            for index in range { channels[index] = Int32(channel) }
        }
        return channels
    }

    /// The mean m/z of each peak, by counts, strictly ascending.
    ///
    /// - Parameters:
    ///   - spectrum: the counts at each point.
    ///   - moments: the sum of m/z times counts at each point.
    func masses(_ spectrum: [Double], moments: [Double]) -> [Double] {
        var masses: [Double] = []
        for range in ranges {
            let total = spectrum[range].reduce(0, +)
            let mean = moments[range].reduce(0, +) / total
            masses.append(max(mean, (masses.last ?? 0).nextUp))
        }
        return masses
    }
}
