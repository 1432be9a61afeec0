/// Walks through the counts of one ion, keeping the cells in the order of their distribution
/// functions.
///
/// Cells of which nothing has been seen are at the bottom and cells of which everything has at the
/// top: both are only counted, by cluster. The others are kept in order.
struct DistributionSweep {
    private let areas: [Int]
    private let membership: [Int]
    private let clusters: Int
    private var seen: [Int]
    private var heights: [Double]
    private var order: [Int32] = []
    private var moved: [Int32] = []
    private var spare: [Int32] = []
    private var changed: [Bool]
    private var sorter = AscendingOrder()
    /// Cells of each cluster at the bottom, and at the top.
    private var waiting: [Double]
    private var finished: [Double]
    private var passed: [Double]
    private var reach: [Double]
    /// Sum over pairs, later cell in a, earlier in b, at a * k + b.
    private(set) var sums: [Double]

    init(areas: [Int], membership: [Int], clusters: Int) {
        self.areas = areas
        self.membership = membership
        self.clusters = clusters
        seen = [Int](repeating: 0, count: areas.count)
        heights = [Double](repeating: 0, count: areas.count)
        changed = [Bool](repeating: false, count: areas.count)
        waiting = [Double](repeating: 0, count: clusters)
        finished = waiting
        passed = waiting
        reach = waiting
        sums = [Double](repeating: 0, count: clusters * clusters)
        for cluster in membership { waiting[cluster] += 1 }
        order.reserveCapacity(areas.count)
        moved.reserveCapacity(areas.count)
        spare.reserveCapacity(areas.count)
    }

    /// Counts the pixels of one more level, and puts the cells in order again.
    ///
    /// - Parameters:
    ///   - cells: cells with a pixel of that level, each once.
    ///   - pixels: how many.
    mutating func advance(_ cells: ArraySlice<Int32>, _ pixels: ArraySlice<Int32>) {
        moved.removeAll(keepingCapacity: true)
        for (name, count) in zip(cells, pixels) {
            let cell = Int(name)
            if seen[cell] == 0 { waiting[membership[cell]] -= 1 } else { changed[cell] = true }
            seen[cell] += Int(count)
            if seen[cell] == areas[cell] {
                finished[membership[cell]] += 1
            } else {
                heights[cell] = Double(seen[cell]) / Double(areas[cell])
                moved.append(name)
            }
        }
        sorter.sort(&moved, by: heights)
        merge()
        for name in cells { changed[Int(name)] = false }
    }

    /// Merges the moved cells, in order, with the others, which are in order already.
    private mutating func merge() {
        spare.removeAll(keepingCapacity: true)
        var next = 0
        for cell in order where !changed[Int(cell)] {
            let height = heights[Int(cell)]
            while next < moved.count, heights[Int(moved[next])] < height {
                spare.append(moved[next])
                next += 1
            }
            spare.append(cell)
        }
        spare.append(contentsOf: moved[next...])
        swap(&order, &spare)
    }

    /// Adds width x |F_i - F_j| of every pair.
    ///
    /// `reach[b]` is the sum of F - F_j over the cells j of b passed so far: it grows by the step times
    /// their number, and stays exactly zero between equal cells.
    mutating func accumulate(width: Double) {
        let k = clusters
        for b in 0..<k {
            passed[b] = waiting[b]
            reach[b] = 0
        }
        sums.withUnsafeMutableBufferPointer { sums in
            reach.withUnsafeMutableBufferPointer { reach in
                passed.withUnsafeMutableBufferPointer { passed in
                    var height = 0.0
                    for cell in order {
                        let step = heights[Int(cell)] - height
                        if step > 0 {
                            height = heights[Int(cell)]
                            for b in 0..<k { reach[b] += step * passed[b] }
                        }
                        let a = membership[Int(cell)]
                        for b in 0..<k { sums[a * k + b] += width * reach[b] }
                        passed[a] += 1
                    }
                    for b in 0..<k { reach[b] += (1 - height) * passed[b] }
                    for a in 0..<k where finished[a] > 0 {
                        for b in 0..<k { sums[a * k + b] += width * finished[a] * reach[b] }
                    }
                }
            }
        }
    }
}
