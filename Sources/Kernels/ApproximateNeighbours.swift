extension NearestNeighbours {
    /// Nearest neighbours of most points among the others, for many points.
    ///
    /// Points are sorted into blocks of near ones (by cutting at the middle of the widest coordinate);
    /// each block is compared with the quarter of the blocks whose means are nearest, in the tiles of the
    /// exact search, about a third of its work. On the 50 principal components of 65,536 pixels of 250
    /// ions nine tenths of the neighbours are found; `recall` measures it.
    ///
    /// - Parameters:
    ///   - points: n x d, row-major, finite.
    ///   - count: n.
    ///   - dimension: d.
    ///   - neighbours: k; lists are min(k, n - 1) long, and k is at most 500.
    ///   - proceed: Called on the calling thread with the share done, 0...1.
    /// - Returns: n x k indices and squared distances, ascending by distance, or nil if it was stopped.
    /// - Complexity: O(n^2 d) up to a million points, then O(n d), besides O(n^2 / 960) for the blocks.
    public static func approximate(
        points: [Float], count: Int, dimension: Int, neighbours: Int, proceed: (Double) -> Bool
    ) -> (indices: [Int32], squaredDistances: [Float])? {
        precondition(points.count == count * dimension, "n x d values")
        precondition(count <= Int(Int32.max), "indices fit 32 bits")
        precondition(neighbours <= 500, "lists that a few blocks can fill")
        let k = min(neighbours, count - 1)
        guard k > 0 else { return ([], []) }
        let block = SymmetricSearch.block(count)
        guard
            let near = NearBlocks(
                points, count, dimension, block: block, proceed: { proceed(0) })
        else { return nil }
        var sorted: [Float] = []
        sorted.reserveCapacity(points.count)
        for point in near.order {
            let start = Int(point) * dimension
            sorted.append(contentsOf: points[start..<start + dimension])
        }
        let searcher = SymmetricSearch(sorted, count, dimension, k, near: near)
        guard searcher.run(proceed: proceed) else { return nil }
        let found = searcher.result
        var indices = [Int32](repeating: 0, count: count * k)
        var distances = [Float](repeating: 0, count: count * k)
        for (row, point) in near.order.enumerated() {
            for i in 0..<k {
                indices[Int(point) * k + i] = near.order[Int(found.indices[row * k + i])]
                distances[Int(point) * k + i] = found.squaredDistances[row * k + i]
            }
        }
        return (indices, distances)
    }

    /// The share of the true neighbours that lists hold, by exhaustive search for some of the points.
    ///
    /// - Parameters:
    ///   - squaredDistances: n x k, of the lists.
    ///   - points: n x d.
    ///   - count: n.
    ///   - dimension: d.
    ///   - sample: How many points are looked at, evenly among all.
    /// - Returns: 0...1; 1 without lists.
    /// - Complexity: O(sample n d).
    public static func recall(
        squaredDistances: [Float], points: [Float], count: Int, dimension: Int, sample: Int
    ) -> Double {
        let k = count > 0 ? squaredDistances.count / count : 0
        let chosen = min(sample, count)
        guard k > 0, chosen > 0 else { return 1 }
        let kernels = InstructionSet.active
        let hits = ParallelResults(count: chosen) { index -> Int in
            let point = index * count / chosen
            var distances = [Float](repeating: .infinity, count: count)
            points.withUnsafeBufferPointer { points in
                guard let start = points.baseAddress else { return }
                for other in 0..<count where other != point {
                    distances[other] = kernels.squaredDistance(
                        start + point * dimension, start + other * dimension, dimension)
                }
            }
            distances.sort()
            let last = distances[k - 1]
            return squaredDistances[point * k..<(point + 1) * k].count { $0 <= last }
        }.values
        return Double(hits.reduce(0, +)) / Double(chosen * k)
    }
}
