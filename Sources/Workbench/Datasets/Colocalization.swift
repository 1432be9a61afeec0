import Imaging

/// Correlation of every ion image with one of them.
enum Colocalization {
    /// The measures.
    static let metrics = ["pearson", "cosine", "spearman"]

    /// An image made ready for comparison with others.
    struct Reference: Sendable {
        private let values: [Double]
        private let metric: String

        init(_ image: PixelValues, metric: String) {
            values = prepared(image, metric)
            self.metric = metric
        }

        /// The correlation with another image, nil for a constant (all-zero) one.
        ///
        /// - Complexity: O(P), O(P log P) for Spearman.
        func correlation(_ image: PixelValues) -> Double? {
            cosine(values, prepared(image, metric))
        }
    }

    /// The values whose cosine is the measure: centred for Pearson, centred ranks for Spearman.
    private static func prepared(_ image: PixelValues, _ metric: String) -> [Double] {
        var values = metric == "spearman" ? ranks(image.floats) : image.doubles
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
