import Imaging

/// Chooses, among the components of shrinking masks, those that are nuclei.
///
/// The components of all levels form a tree: each lies in one of the level before. From each leaf
/// the walk goes up while the region is its parent's only child and has not lost too much of the
/// marker; where it stops is a nucleus. (Published as `repair_cell_comb3`; 8-connected.)
package struct Reaping {
    private let depth: [Int]
    private let width: Int
    private let height: Int
    private var nodes: [Node] = []

    private struct Node {
        let level: Int
        let parent: Int
        let mean: Double
        var children = 0
        var chosen = false
    }

    /// The union of the chosen regions.
    ///
    /// `depth` tells for each pixel in how many of the nested masks it lies: 0 in none, 1 in the
    /// first (largest) only, and so on. A step up that brings the mean of `marker` below `fold` times
    /// that of the region before is the last one; the first mask is never left.
    ///
    /// - Complexity: O(P x levels).
    package static func mask(
        depth: [Int], marker: [Float], width: Int, height: Int, fold: Double,
        monitor: StageMonitor
    ) throws(AnalysisError) -> [Bool] {
        precondition(depth.count == width * height && marker.count == depth.count)
        var reaping = Reaping(depth: depth, width: width, height: height)
        try reaping.plant(marker, monitor: monitor.part(from: 0, to: 0.5))
        reaping.climb(fold: fold)
        return try reaping.harvest(monitor: monitor.part(from: 0.5, to: 1))
    }

    private init(depth: [Int], width: Int, height: Int) {
        self.depth = depth
        self.width = width
        self.height = height
    }

    private func components(level: Int) -> ConnectedComponents {
        ConnectedComponents(
            depth.map { $0 >= level }, width: width, height: height, connectivity: .eight)
    }

    /// Makes the tree; nodes stand level by level, parents before children.
    private mutating func plant(
        _ marker: [Float], monitor: StageMonitor
    ) throws(AnalysisError) {
        let levels = depth.max() ?? 0
        var previous = [Int32](repeating: 0, count: depth.count)
        var previousStart = 0
        for level in stride(from: 1, through: levels, by: 1) {
            try monitor.update(Double(level) / Double(levels), "growing the tree of regions")
            let current = components(level: level)
            var sums = [Double](repeating: 0, count: current.count)
            var sizes = sums
            var parents = [Int](repeating: -1, count: current.count)
            for (pixel, label) in current.labels.enumerated() where label > 0 {
                sums[Int(label) - 1] += Double(marker[pixel])
                sizes[Int(label) - 1] += 1
                if level > 1, parents[Int(label) - 1] < 0 {
                    parents[Int(label) - 1] = previousStart + Int(previous[pixel]) - 1
                }
            }
            let start = nodes.count
            for c in 0..<current.count {
                nodes.append(Node(level: level, parent: parents[c], mean: sums[c] / sizes[c]))
                if parents[c] >= 0 { nodes[parents[c]].children += 1 }
            }
            previous = current.labels
            previousStart = start
        }
    }

    private mutating func climb(fold: Double) {
        for leaf in nodes.indices where nodes[leaf].children == 0 {
            var current = leaf
            var ratio = 1.0
            while nodes[current].parent >= 0, nodes[nodes[current].parent].children == 1,
                ratio >= fold
            {
                let parent = nodes[current].parent
                let below = nodes[current].mean
                ratio = below > 0 ? nodes[parent].mean / below : 1
                current = parent
            }
            nodes[current].chosen = true
        }
    }

    private func harvest(monitor: StageMonitor) throws(AnalysisError) -> [Bool] {
        var mask = [Bool](repeating: false, count: depth.count)
        var start = 0
        let levels = depth.max() ?? 0
        for level in stride(from: 1, through: levels, by: 1) {
            try monitor.update(Double(level) / Double(levels), "reaping")
            let current = components(level: level)
            for (pixel, label) in current.labels.enumerated()
            where label > 0 && nodes[start + Int(label) - 1].chosen {
                mask[pixel] = true
            }
            start += current.count
        }
        return mask
    }
}
