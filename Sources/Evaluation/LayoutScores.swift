import Kernels

/// How faithful a layout is to the points it was made from, for one length k of neighbour lists.
public struct LayoutScores: Sendable, Hashable {
    /// k.
    public let neighbours: Int
    /// Trustworthiness (Venna and Kaski 2001), 0...1: 1 where no point of the layout has a neighbour that
    /// is not one of its k nearest points.
    public let trustworthiness: Double
    /// Mean share of a point's k nearest points that are among its k nearest in the layout.
    public let preservation: Double

    /// The scores over `queries`, exact ranks among all points.
    ///
    /// - Parameters:
    ///   - points: n x `columns`, row-major, finite.
    ///   - layout: n x `dimensions`, row-major, finite.
    ///   - queries: points the mean is taken over, each 0..<n.
    ///   - neighbours: the lengths k wanted, each below n / 2.
    /// - Precondition: the arrays have these sizes; there is a query and a length.
    /// - Complexity: O(queries n (columns + log k)).
    public static func compute(
        points: [Float], columns: Int, layout: [Float], dimensions: Int, queries: [Int],
        neighbours: [Int]
    ) -> [LayoutScores] {
        let count = points.count / max(columns, 1)
        let longest = neighbours.max() ?? 0
        precondition(points.count == count * columns && layout.count == count * dimensions)
        precondition(!queries.isEmpty && longest > 0 && 2 * longest < count, "k below n / 2")
        let space = Space(points, columns)
        let plane = Space(layout, dimensions)
        let ranks = ParallelResults(count: queries.count) { place -> [Int] in
            let query = queries[place]
            let near = nearest(plane.distances(to: query), except: query, length: longest)
            return Self.ranks(of: near, in: space.distances(to: query), except: query)
        }.values
        return neighbours.map { k in
            var (penalty, kept) = (0.0, 0)
            for row in ranks {
                for rank in row.prefix(k) {
                    if rank > k { penalty += Double(rank - k) } else { kept += 1 }
                }
            }
            let (n, q, length) = (Double(count), Double(queries.count), Double(k))
            return LayoutScores(
                neighbours: k,
                trustworthiness: 1 - 2 * penalty / (q * length * (2 * n - 3 * length - 1)),
                preservation: Double(kept) / (q * length))
        }
    }

    /// The nearest points, nearest first, equal ones by number.
    private static func nearest(_ distances: [Float], except query: Int, length: Int) -> [Int] {
        var best: [(distance: Float, index: Int)] = []
        for (index, distance) in distances.enumerated() where index != query {
            if best.count == length, distance >= best[length - 1].distance { continue }
            let place = best.firstIndex { $0.distance > distance } ?? best.count
            best.insert((distance, index), at: place)
            if best.count > length { best.removeLast() }
        }
        return best.map(\.index)
    }

    /// Rank of each wanted point by its distance, from 1, equal distances by number.
    private static func ranks(
        of wanted: [Int], in distances: [Float], except query: Int
    ) -> [Int] {
        let order = wanted.indices.sorted {
            (distances[wanted[$0]], wanted[$0]) < (distances[wanted[$1]], wanted[$1])
        }
        let limits = order.map { distances[wanted[$0]] }
        var steps = [Int](repeating: 0, count: limits.count + 1)
        for (index, distance) in distances.enumerated() where index != query {
            var (low, high) = (0, limits.count)
            // The first limit that this point is before.
            while low < high {
                let middle = (low + high) / 2
                let limit = limits[middle]
                let before =
                    distance < limit || (distance == limit && index < wanted[order[middle]])
                if before { high = middle } else { low = middle + 1 }
            }
            steps[low] += 1
        }
        var result = [Int](repeating: 0, count: wanted.count)
        var passed = 0
        for place in order.indices {
            passed += steps[place]
            result[order[place]] = passed + 1
        }
        return result
    }

    /// Points to measure distances from.
    private struct Space: Sendable {
        let points: [Float]
        let columns: Int
        let count: Int

        init(_ points: [Float], _ columns: Int) {
            self.points = points
            self.columns = columns
            count = points.count / columns
        }

        func distances(to query: Int) -> [Float] {
            points.withUnsafeBufferPointer { points in
                let own = points.baseAddress! + query * columns
                return (0..<count).map { index in
                    let other = points.baseAddress! + index * columns
                    var sums = SIMD8<Float>()
                    var column = 0
                    while column + 8 <= columns {
                        var difference = SIMD8<Float>()
                        for lane in 0..<8 {
                            difference[lane] = own[column + lane] - other[column + lane]
                        }
                        sums += difference * difference
                        column += 8
                    }
                    var sum = sums.sum()
                    while column < columns {
                        let difference = own[column] - other[column]
                        sum += difference * difference
                        column += 1
                    }
                    return sum
                }
            }
        }
    }
}
