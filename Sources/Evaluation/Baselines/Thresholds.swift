/// Thresholds from a histogram of 256 equal bins between the least and the largest value, as
/// scikit-image takes them. For comparison only.
struct Thresholds {
    private let counts: [Double]
    private let centres: [Double]

    /// - Precondition: the values are finite and there is at least one.
    init(_ values: [Float]) {
        precondition(!values.isEmpty, "an image has a pixel")
        let bins = 256
        let low = Double(values.min() ?? 0)
        let high = Double(values.max() ?? 0)
        let step = (high - low) / Double(bins)
        var counts = [Double](repeating: 0, count: bins)
        for value in values {
            let place = step > 0 ? Int((Double(value) - low) / step) : 0
            counts[min(max(place, 0), bins - 1)] += 1
        }
        self.counts = counts
        centres = (0..<bins).map { low + (Double($0) + 0.5) * step }
    }

    /// Otsu's threshold (1979): the centre of the last bin of the lower class.
    var otsu: Double { multiOtsu(classes: 2)[0] }

    /// The `classes` - 1 thresholds of the largest variance between classes (Liao, Chen and Chung
    /// 2001), ascending.
    ///
    /// - Precondition: 2...256 classes.
    /// - Complexity: O(classes x 256^2), by dynamic programming.
    func multiOtsu(classes: Int) -> [Double] {
        let bins = counts.count
        precondition((2...bins).contains(classes), "at least two classes")
        var weights = [0.0]
        var moments = [0.0]
        for (count, centre) in zip(counts, centres) {
            weights.append(weights[weights.count - 1] + count)
            moments.append(moments[moments.count - 1] + count * (centre - centres[0]))
        }
        func worth(_ start: Int, _ end: Int) -> Double {
            let weight = weights[end] - weights[start]
            let moment = moments[end] - moments[start]
            return weight > 0 ? moment * moment / weight : 0
        }
        var best = (0...bins).map { worth(0, $0) }
        var starts: [[Int]] = []
        for part in 1..<classes {
            var next = [Double](repeating: -.infinity, count: bins + 1)
            var start = [Int](repeating: part, count: bins + 1)
            for end in part + 1...bins {
                for middle in part..<end {
                    let total = best[middle] + worth(middle, end)
                    if total > next[end] { (next[end], start[end]) = (total, middle) }
                }
            }
            best = next
            starts.append(start)
        }
        var cuts: [Int] = []
        var end = bins
        for start in starts.reversed() {
            end = start[end]
            cuts.append(end)
        }
        return cuts.reversed().map { centres[max($0 - 1, 0)] }
    }
}
