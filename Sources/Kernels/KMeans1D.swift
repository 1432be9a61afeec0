extension KMeans {
    /// Exact weighted k-means of numbers by dynamic programming over the sorted distinct values
    /// (Wang and Song 2011; divide and conquer over the monotone split points).
    ///
    /// - Parameters:
    ///   - values: Finite numbers in any order.
    ///   - weights: One non-negative weight a value.
    ///   - clusters: k, at least 1; fewer are given if there are fewer distinct values.
    /// - Returns: `centres` ascending, and one boundary less: value v belongs to cluster i iff
    ///   `boundaries[i - 1]` < v <= `boundaries[i]` (without a bound at either end). A boundary lies
    ///   midway between the neighbouring values. Of equally good partitions the one with the smaller
    ///   upper clusters is given.
    /// - Complexity: O(n log n + k d log d) for d distinct values.
    public static func exact1D(
        values: [Double], weights: [Double], clusters: Int
    ) -> (centres: [Double], boundaries: [Double]) {
        precondition(values.count == weights.count, "one weight a value")
        precondition(clusters >= 1, "at least one cluster")
        let sums = DistinctSums(values, weights)
        let n = sums.distinct.count
        let k = min(clusters, n)
        guard k > 0 else { return ([], []) }
        var cost = (0..<n).map { sums.cost(0, $0) }
        var splits: [[Int32]] = []
        for c in 1..<max(k, 1) {
            var row = SplitRow(count: n)
            row.solve(c...n - 1, c...n - 1, cost, sums)
            cost = row.cost
            splits.append(row.split)
        }
        var starts = [Int](repeating: 0, count: k)
        var end = n - 1
        for c in stride(from: k - 1, to: 0, by: -1) {
            starts[c] = Int(splits[c - 1][end])
            end = starts[c] - 1
        }
        let centres = (0..<k).map { sums.mean(starts[$0], $0 + 1 < k ? starts[$0 + 1] - 1 : n - 1) }
        let boundaries = starts.dropFirst().map {
            between(sums.distinct[$0 - 1], sums.distinct[$0])
        }
        return (centres, boundaries)
    }

    /// A number v with `low` <= v < `high`, midway if it can be.
    private static func between(_ low: Double, _ high: Double) -> Double {
        let middle = low + (high - low) / 2
        return middle < high ? middle : low
    }
}

/// Sorted distinct values and running sums of weight, weight x value and weight x value^2.
private struct DistinctSums {
    let distinct: [Double]
    private let origin: Double
    private var weight: [Double] = [0]
    private var first: [Double] = [0]
    private var second: [Double] = [0]

    init(_ values: [Double], _ weights: [Double]) {
        let order = values.indices.sorted {
            values[$0] == values[$1] ? $0 < $1 : values[$0] < values[$1]
        }
        var distinct: [Double] = []
        var mass: [Double] = []
        for i in order {
            if distinct.last == values[i] {
                mass[mass.count - 1] += weights[i]
            } else {
                distinct.append(values[i])
                mass.append(weights[i])
            }
        }
        self.distinct = distinct
        // Sums about the middle lose fewer digits.
        origin = distinct.isEmpty ? 0 : distinct[distinct.count / 2]
        for (value, mass) in zip(distinct, mass) {
            let x = value - origin
            weight.append(weight[weight.count - 1] + mass)
            first.append(first[first.count - 1] + mass * x)
            second.append(second[second.count - 1] + mass * x * x)
        }
    }

    /// Sum of weighted squared distances from the mean of distinct values `low`...`high`.
    func cost(_ low: Int, _ high: Int) -> Double {
        let w = weight[high + 1] - weight[low]
        guard w > 0, low < high else { return 0 }
        let x = first[high + 1] - first[low]
        return max(0, second[high + 1] - second[low] - x * x / w)
    }

    /// Weighted mean of distinct values `low`...`high` (their midpoint without any weight).
    func mean(_ low: Int, _ high: Int) -> Double {
        let w = weight[high + 1] - weight[low]
        guard w > 0 else { return distinct[low] + (distinct[high] - distinct[low]) / 2 }
        let x = origin + (first[high + 1] - first[low]) / w
        return min(max(x, distinct[low]), distinct[high])
    }
}

/// One row of the table: the best cost of 0...i with one cluster more, and where that one starts.
private struct SplitRow {
    private(set) var cost: [Double]
    private(set) var split: [Int32]

    init(count: Int) {
        cost = [Double](repeating: .infinity, count: count)
        split = [Int32](repeating: 0, count: count)
    }

    /// Fills the columns; their best starts lie in `starts` and rise with the column.
    mutating func solve(
        _ columns: ClosedRange<Int>, _ starts: ClosedRange<Int>, _ previous: [Double],
        _ sums: DistinctSums
    ) {
        let middle = (columns.lowerBound + columns.upperBound) / 2
        var best = starts.lowerBound
        for start in starts.lowerBound...max(starts.lowerBound, min(starts.upperBound, middle)) {
            let total = previous[start - 1] + sums.cost(start, middle)
            if total <= cost[middle] { (cost[middle], best) = (total, start) }
        }
        split[middle] = Int32(best)
        if columns.lowerBound < middle {
            solve(columns.lowerBound...middle - 1, starts.lowerBound...best, previous, sums)
        }
        if middle < columns.upperBound {
            solve(middle + 1...columns.upperBound, best...starts.upperBound, previous, sums)
        }
    }
}
