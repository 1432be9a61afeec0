/// Points sorted into blocks of near ones, and for each block the blocks nearest to it.
struct NearBlocks {
    /// The points in their order by blocks.
    let order: [Int32]
    /// For each block the nearest ones, itself too, ascending.
    private let nearest: [[Int32]]
    /// Pairs of blocks of which one is among the other's nearest, each block with itself included.
    private(set) var pairs = 0

    /// Blocks of `block` points by cutting at the middle of the coordinate of largest variance, again and
    /// again; a quarter of the blocks, 4 to 256, counts as near, by the distance of their means.
    ///
    /// Nil if `proceed` said no.
    ///
    /// - Complexity: O(n d log n) for n points besides the distances of means.
    init?(
        _ points: [Float], _ count: Int, _ dimension: Int, block: Int, proceed: () -> Bool
    ) {
        var order = (0..<Int32(count)).map { $0 }
        let source = BlockSource(points: points, dimension: dimension, block: block)
        guard source.split(&order, 0..<count, proceed) else { return nil }
        self.order = order
        let means = stride(from: 0, to: count, by: block).map { first in
            source.mean(order[first..<min(count, first + block)])
        }
        let kept = min(means.count, max(4, min((means.count + 3) / 4, 256)))
        nearest =
            ParallelResults(count: means.count) { i in
                let distances = means.map { mean in
                    zip(mean, means[i]).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                }
                let sorted = means.indices.sorted {
                    if ($0 == i) != ($1 == i) { return $0 == i }
                    return distances[$0] == distances[$1] ? $0 < $1 : distances[$0] < distances[$1]
                }
                return sorted[0..<kept].map { Int32($0) }.sorted()
            }.values
        for i in nearest.indices {
            pairs += nearest[i].count { $0 >= i || !has(Int($0), i) }
        }
    }

    /// Whether one of the two is among the other's nearest.
    func contains(_ i: Int, _ j: Int) -> Bool { has(i, j) || has(j, i) }

    private func has(_ i: Int, _ j: Int) -> Bool {
        let list = nearest[i]
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if Int(list[middle]) < j { low = middle + 1 } else { high = middle }
        }
        return low < list.count && Int(list[low]) == j
    }
}

/// Points that are cut into blocks.
private struct BlockSource {
    let points: [Float]
    let dimension: Int
    let block: Int

    func split(_ order: inout [Int32], _ range: Range<Int>, _ proceed: () -> Bool) -> Bool {
        let blocks = (range.count + block - 1) / block
        guard blocks > 1, dimension > 0 else { return true }
        guard proceed() else { return false }
        let axis = widest(order[range])
        var keys = order[range].map { (value: points[Int($0) * dimension + axis], point: $0) }
        keys.sort { $0.value == $1.value ? $0.point < $1.point : $0.value < $1.value }
        for (at, key) in zip(range, keys) { order[at] = key.point }
        let middle = range.lowerBound + blocks / 2 * block
        return split(&order, range.lowerBound..<middle, proceed)
            && split(&order, middle..<range.upperBound, proceed)
    }

    func mean(_ chosen: ArraySlice<Int32>) -> [Double] {
        var sums = [Double](repeating: 0, count: dimension)
        for point in chosen {
            for c in 0..<dimension { sums[c] += Double(points[Int(point) * dimension + c]) }
        }
        return sums.map { $0 / Double(chosen.count) }
    }

    private func widest(_ chosen: ArraySlice<Int32>) -> Int {
        let mean = mean(chosen)
        var squares = [Double](repeating: 0, count: dimension)
        for point in chosen {
            for c in 0..<dimension {
                let beside = Double(points[Int(point) * dimension + c]) - mean[c]
                squares[c] += beside * beside
            }
        }
        return squares.indices.max { squares[$0] < squares[$1] } ?? 0
    }
}
