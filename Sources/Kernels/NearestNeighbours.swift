/// Nearest neighbours by exhaustive search.
public enum NearestNeighbours {
    /// The nearest neighbours of every point among the others, by Euclidean distance.
    ///
    /// Tiles of a matrix product of the centred points give bounds of the distances; what may be near
    /// enough is measured by differences, so lists and distances are those of brute force in single
    /// precision.
    ///
    /// - Parameters:
    ///   - points: n x d, row-major, finite.
    ///   - count: n.
    ///   - dimension: d.
    ///   - neighbours: k; lists are min(k, n - 1) long.
    /// - Returns: n x k indices and squared distances, ascending by distance then index; a point is
    ///   not its own neighbour.
    /// - Complexity: O(n^2 d) time, O(n (d + k)) memory.
    public static func exact(
        points: [Float], count: Int, dimension: Int, neighbours: Int
    ) -> (indices: [Int32], squaredDistances: [Float]) {
        search(points: points, count: count, dimension: dimension, neighbours: neighbours) { _ in
            true
        } ?? ([], [])
    }

    /// The same as `exact`, telling the share of the work done and stopping where `proceed` says no.
    ///
    /// - Parameters:
    ///   - points: n x d, row-major, finite.
    ///   - count: n.
    ///   - dimension: d.
    ///   - neighbours: k; lists are min(k, n - 1) long.
    ///   - proceed: Called on the calling thread with the share done, 0...1, at least every few tenths
    ///     of a second for up to 100,000 points.
    /// - Returns: n x k indices and squared distances, or nil if it was stopped.
    public static func search(
        points: [Float], count: Int, dimension: Int, neighbours: Int, proceed: (Double) -> Bool
    ) -> (indices: [Int32], squaredDistances: [Float])? {
        precondition(points.count == count * dimension, "n x d values")
        precondition(count <= Int(Int32.max), "indices fit 32 bits")
        let k = min(neighbours, count - 1)
        guard k > 0 else { return ([], []) }
        let searcher = SymmetricSearch(points, count, dimension, k)
        guard searcher.run(proceed: proceed) else { return nil }
        return searcher.result
    }
}
