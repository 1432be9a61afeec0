import Kernels

/// The nearest of n vectors to each, itself first.
struct NearestCells: Sendable {
    /// n.
    let count: Int
    /// Neighbours of each, itself included, K.
    let neighbours: Int
    /// n x K, by rising distance, then index; column 0 is the row itself.
    let indices: [Int]
    /// n x K distances.
    let distances: [Double]

    /// Exact search.
    ///
    /// - Parameters:
    ///   - neighbours: K, clamped to 1...n.
    ///   - fill: writes the distances of one vector to all n.
    /// - Complexity: n calls of `fill` and O(n^2 + n K log n) typically, in parallel over vectors.
    init(
        count: Int, neighbours: Int,
        fill: @Sendable (Int, UnsafeMutablePointer<Double>) -> Void
    ) {
        let kept = max(1, min(neighbours, count))
        var indices = [Int](repeating: 0, count: count * kept)
        var distances = [Double](repeating: 0, count: count * kept)
        indices.withUnsafeMutableBufferPointer { indices in
            distances.withUnsafeMutableBufferPointer { distances in
                nonisolated(unsafe) let indices = indices
                nonisolated(unsafe) let distances = distances
                Parallel.forEach(count) { i in
                    withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { row in
                        guard let values = row.baseAddress else { return }
                        fill(i, values)
                        values[i] = -1
                        let place = i * kept
                        select(values, count, kept, &indices[place], &distances[place])
                        distances[place] = 0
                    }
                }
            }
        }
        self.count = count
        self.neighbours = kept
        self.indices = indices
        self.distances = distances
    }

    /// By the angle between vectors.
    init(_ geometry: Geometry, neighbours: Int) {
        self.init(count: geometry.count, neighbours: neighbours) { i, row in
            geometry.angularDistances(of: i, into: row)
        }
    }

    /// By the Euclidean distance of rows of scores.
    init(euclidean scores: PrincipalScores, neighbours: Int) {
        self.init(count: scores.count, neighbours: neighbours) { i, row in
            scores.distances(of: i, into: row)
        }
    }

    /// By the angle between rows of scores.
    init(_ scores: PrincipalScores, neighbours: Int) {
        let norms = scores.norms
        self.init(count: scores.count, neighbours: neighbours) { i, row in
            scores.angularDistances(of: i, norms: norms, into: row)
        }
    }
}

/// The `kept` smallest of some values in order, by insertion.
private func select(
    _ values: UnsafePointer<Double>, _ count: Int, _ kept: Int,
    _ indices: UnsafeMutablePointer<Int>, _ distances: UnsafeMutablePointer<Double>
) {
    var filled = 0
    for j in 0..<count {
        let value = values[j]
        if filled == kept, !(value < distances[kept - 1]) { continue }
        var place = filled < kept ? filled : kept - 1
        while place > 0, distances[place - 1] > value {
            distances[place] = distances[place - 1]
            indices[place] = indices[place - 1]
            place -= 1
        }
        distances[place] = value
        indices[place] = j
        if filled < kept { filled += 1 }
    }
}
