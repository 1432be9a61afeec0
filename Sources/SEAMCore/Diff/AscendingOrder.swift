/// Puts cells in the order of a value each has: by buckets of equal width, then by insertion.
///
/// Cells of equal values keep the order they came in. Keeps its memory from one call to the next.
struct AscendingOrder {
    private var starts: [Int32] = []
    private var places: [Int32] = []
    private var spare: [Int32] = []

    /// Sorts `cells` by `keys[cell]`.
    ///
    /// - Complexity: O(n) for values that spread, O(n log n) at worst.
    mutating func sort(_ cells: inout [Int32], by keys: [Double]) {
        let count = cells.count
        cells.withUnsafeMutableBufferPointer { cells in
            keys.withUnsafeBufferPointer { keys in
                guard let cells = cells.baseAddress, let keys = keys.baseAddress else { return }
                sort(cells, count: count, by: keys)
            }
        }
    }

    private mutating func sort(
        _ cells: UnsafeMutablePointer<Int32>, count: Int, by keys: UnsafePointer<Double>
    ) {
        guard count > 1 else { return }
        var (low, high) = (keys[Int(cells[0])], keys[Int(cells[0])])
        for i in 1..<count {
            let key = keys[Int(cells[i])]
            low = key < low ? key : low
            high = key > high ? key : high
        }
        // Of equal keys, or with one that is not a number, nothing is lower.
        guard low < high else { return }
        let scale = Double(count) / (high - low)
        if scale.isFinite, scale > 0 {
            deal(cells, count, keys, low, scale)
            if insert(into: cells, count, keys) { return }
        }
        let sorted = (0..<count).map { (keys[Int(cells[$0])], $0, cells[$0]) }
            .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
        for i in 0..<count { cells[i] = sorted[i].2 }
    }

    /// Insertion sort of what was dealt; false, with the cells in some order, if it takes too many
    /// steps.
    private func insert(
        into cells: UnsafeMutablePointer<Int32>, _ count: Int, _ keys: UnsafePointer<Double>
    ) -> Bool {
        var steps = 32 * count
        return spare.withUnsafeBufferPointer { spare in
            for i in 0..<count {
                let cell = spare[i]
                let key = keys[Int(cell)]
                var place = i
                while place > 0, keys[Int(cells[place - 1])] > key {
                    cells[place] = cells[place - 1]
                    place -= 1
                }
                cells[place] = cell
                steps -= i - place
                if steps < 0 {
                    for rest in i + 1..<max(count, i + 1) { cells[rest] = spare[rest] }
                    return false
                }
            }
            return true
        }
    }

    /// Deals the cells into buckets, one after the other in `spare`.
    private mutating func deal(
        _ cells: UnsafePointer<Int32>, _ count: Int, _ keys: UnsafePointer<Double>, _ low: Double,
        _ scale: Double
    ) {
        if starts.count < count + 2 {
            starts = [Int32](repeating: 0, count: count + 2)
            places = [Int32](repeating: 0, count: count)
            spare = places
        }
        starts.withUnsafeMutableBufferPointer { starts in
            places.withUnsafeMutableBufferPointer { places in
                spare.withUnsafeMutableBufferPointer { spare in
                    for b in 0..<count + 2 { starts[b] = 0 }
                    for i in 0..<count {
                        let bucket = min(count, Int((keys[Int(cells[i])] - low) * scale))
                        places[i] = Int32(truncatingIfNeeded: bucket)
                        starts[bucket + 1] += 1
                    }
                    for b in 1..<count + 2 { starts[b] += starts[b - 1] }
                    for i in 0..<count {
                        let bucket = Int(places[i])
                        spare[Int(starts[bucket])] = cells[i]
                        starts[bucket] += 1
                    }
                }
            }
        }
    }
}
