import Kernels

/// Distances between cells, as neighbour-based baselines and scores use them.
package struct CellDistances: Sendable {
    /// Number of cells, C.
    let count: Int
    /// Squared distances, C x C.
    let squared: [Double]

    /// Euclidean distances of feature vectors, C x `columns`.
    package init(features: [Float], count: Int, columns: Int) {
        precondition(features.count == count * columns, "C x columns values")
        let rows = ParallelResults(count: count) { a in
            (0..<count).map { b in
                var sum = 0.0
                for column in 0..<columns {
                    let difference =
                        Double(features[a * columns + column])
                        - Double(features[b * columns + column])
                    sum += difference * difference
                }
                return sum
            }
        }.values
        self.count = count
        squared = rows.flatMap { $0 }
    }

    /// Distances of unit vectors, 2 - 2 cos, from inner products, C x C.
    package init(gram: [Double], count: Int) {
        precondition(gram.count == count * count, "C x C inner products")
        let lengths = (0..<count).map { gram[$0 * count + $0].squareRoot() }
        var squared = [Double](repeating: 0, count: gram.count)
        for a in 0..<count {
            for b in 0..<count where a != b {
                let both = lengths[a] * lengths[b]
                squared[a * count + b] =
                    both > 0 ? max(0, 2 - 2 * gram[a * count + b] / both) : 2
            }
        }
        self.count = count
        self.squared = squared
    }

    /// The `length` nearest of `candidates` to a cell (which is not among its own), nearest first,
    /// equal ones by number.
    func nearest(_ length: Int, to cell: Int, among candidates: [Int]) -> [Int] {
        let row = cell * count
        let others = candidates.filter { $0 != cell }
        return Array(
            others.sorted { (squared[row + $0], $0) < (squared[row + $1], $1) }.prefix(length))
    }

    /// The nearest neighbours of every cell.
    func neighbours(_ length: Int) -> [[Int]] {
        ParallelResults(count: count) { nearest(length, to: $0, among: Array(0..<count)) }.values
    }
}
