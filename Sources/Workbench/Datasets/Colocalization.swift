import Imaging
import Kernels
import Synchronization

/// Correlation of every ion image with one of them.
enum Colocalization {
    /// The measures.
    static let metrics = ["pearson", "cosine", "spearman"]

    /// The correlation of each channel with channel `ion`, nil for a constant (all-zero) image.
    ///
    /// - Complexity: O(M P), O(M P log P) for Spearman.
    static func correlations(_ stack: IonStack, ion: Int, metric: String) -> [Double?] {
        let reference = prepared(Array(stack.plane(ion)), metric)
        let results = Mutex([Double?](repeating: nil, count: stack.channels.count))
        Parallel.forEach(stack.channels.count) { channel in
            let other = prepared(Array(stack.plane(channel)), metric)
            let value = cosine(reference, other)
            results.withLock { $0[channel] = value }
        }
        return results.withLock { $0 }
    }

    /// The values whose cosine is the measure: centred for Pearson, centred ranks for Spearman.
    private static func prepared(_ plane: [Float], _ metric: String) -> [Double] {
        var values = metric == "spearman" ? ranks(plane) : plane.map { Double($0) }
        guard metric != "cosine" else { return values }
        let mean = values.reduce(0, +) / Double(max(values.count, 1))
        for index in values.indices { values[index] -= mean }
        return values
    }

    /// Ranks from 1, ties at their mean.
    private static func ranks(_ plane: [Float]) -> [Double] {
        let order = plane.indices.sorted { plane[$0] < plane[$1] }
        var ranks = [Double](repeating: 0, count: plane.count)
        var start = 0
        while start < order.count {
            var end = start
            while end < order.count, plane[order[end]] == plane[order[start]] { end += 1 }
            for position in start..<end { ranks[order[position]] = Double(start + end + 1) / 2 }
            start = end
        }
        return ranks
    }

    private static func cosine(_ a: [Double], _ b: [Double]) -> Double? {
        var (dot, left, right) = (0.0, 0.0, 0.0)
        for (x, y) in zip(a, b) {
            dot += x * y
            left += x * x
            right += y * y
        }
        return left > 0 && right > 0 ? dot / (left * right).squareRoot() : nil
    }
}
