/// Walks through the counts of one ion, keeping the cells in the order of their distribution
/// functions.
struct DistributionSweep {
    private let areas: [Int]
    private let membership: [Int]
    private let clusters: Int
    private var seen: [Int]
    private var heights: [Double]
    private var order: [Int]
    private var spare: [Int] = []
    private var changed: [Bool]
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
        order = Array(areas.indices)
        changed = [Bool](repeating: false, count: areas.count)
        passed = [Double](repeating: 0, count: clusters)
        reach = passed
        sums = [Double](repeating: 0, count: clusters * clusters)
        spare.reserveCapacity(areas.count)
    }

    /// Counts the pixels of one more level and puts the cells in order again.
    mutating func advance(_ cells: ArraySlice<Int32>) {
        var moved: [Int] = []
        for cell in cells {
            let cell = Int(cell)
            seen[cell] += 1
            if !changed[cell] {
                changed[cell] = true
                moved.append(cell)
            }
        }
        for cell in moved { heights[cell] = Double(seen[cell]) / Double(areas[cell]) }
        moved.sort { heights[$0] == heights[$1] ? $0 < $1 : heights[$0] < heights[$1] }
        merge(moved)
        for cell in moved { changed[cell] = false }
    }

    /// Merges the moved cells, in order, with the others, which are in order already.
    private mutating func merge(_ moved: [Int]) {
        spare.removeAll(keepingCapacity: true)
        var next = 0
        for cell in order where !changed[cell] {
            while next < moved.count, heights[moved[next]] < heights[cell] {
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
            passed[b] = 0
            reach[b] = 0
        }
        var height = 0.0
        sums.withUnsafeMutableBufferPointer { sums in
            reach.withUnsafeMutableBufferPointer { reach in
                passed.withUnsafeMutableBufferPointer { passed in
                    for cell in order {
                        let step = heights[cell] - height
                        if step > 0 {
                            height = heights[cell]
                            for b in 0..<k { reach[b] += step * passed[b] }
                        }
                        let a = membership[cell]
                        if height > 0 { for b in 0..<k { sums[a * k + b] += width * reach[b] } }
                        passed[a] += 1
                    }
                }
            }
        }
    }
}
