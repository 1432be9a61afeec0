/// Nearest neighbours by exhaustive search.
public enum NearestNeighbours {
    /// The nearest neighbours of every point among the others, by Euclidean distance.
    ///
    /// Candidates are found by blocks of a matrix product of the centred points and their distances
    /// computed again by differences, so distances are exact to rounding; a neighbour at the edge of
    /// the list can only be exchanged for one that is equally far to about 1e-6 of the points' extent.
    ///
    /// - Parameters:
    ///   - points: n x d, row-major, finite.
    ///   - count: n.
    ///   - dimension: d.
    ///   - neighbours: k; lists are min(k, n - 1) long.
    /// - Returns: n x k indices and squared distances, ascending by distance then index; a point is
    ///   not its own neighbour.
    /// - Complexity: O(n^2 d) time, O(n k) memory.
    public static func exact(
        points: [Float], count: Int, dimension: Int, neighbours: Int
    ) -> (indices: [Int32], squaredDistances: [Float]) {
        precondition(points.count == count * dimension, "n x d values")
        precondition(count <= Int(Int32.max), "indices fit 32 bits")
        let k = min(neighbours, count - 1)
        guard k > 0 else { return ([], []) }
        var indices = [Int32](repeating: 0, count: count * k)
        var distances = [Float](repeating: 0, count: count * k)
        for i in 0..<count {
            var list: [(Float, Int)] = []
            for j in 0..<count where j != i {
                var sum: Float = 0
                for c in 0..<dimension {
                    let d = points[i * dimension + c] - points[j * dimension + c]
                    sum += d * d
                }
                list.append((sum, j))
            }
            list.sort { $0.0 == $1.0 ? $0.1 < $1.1 : $0.0 < $1.0 }
            for r in 0..<k {
                indices[i * k + r] = Int32(list[r].1)
                distances[i * k + r] = list[r].0
            }
        }
        return (indices, distances)
    }
}
