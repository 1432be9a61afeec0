import Imaging

/// Finds where many cells of one cluster lie together.
enum CellGroups {
    struct Group: Sendable, Hashable {
        let cluster: Int
        let cells: Int
        /// A place on the group in raster pixels: the member nearest to the mean of all.
        let x: Double
        let y: Double
    }

    /// Groups of neighbouring cells of one cluster, largest first: those of at least 2 % of all cells (and
    /// 5 cells), and the largest group of every cluster that has 2 % of the cells.
    ///
    /// Neighbours are cells whose centres are within 1.8 times the mean spacing.
    static func find(labels: LabelImage, clusters: [Int32]) -> [Group] {
        let cells = centres(labels, clusters)
        guard !cells.isEmpty else { return [] }
        let spacing = (Double(labels.grid.count) / Double(cells.count)).squareRoot()
        var union = Union(count: cells.count)
        join(cells, reach: 1.8 * spacing, &union)
        var members: [[Int]] = [[Int]](repeating: [], count: cells.count)
        for index in cells.indices { members[union.root(index)].append(index) }
        var sizes = [Int](repeating: 0, count: 10_000)
        for cell in cells { sizes[cell.cluster] += 1 }
        let large = max(5, cells.count / 50)
        let groups = members.filter { !$0.isEmpty }.map { group(of: $0, cells) }
            .sorted { ($1.cells, $0.cluster, $0.y, $0.x) < ($0.cells, $1.cluster, $1.y, $1.x) }
        var seen = Set<Int>()
        return groups.filter { group in
            let first = seen.insert(group.cluster).inserted
            return group.cells >= large || (first && sizes[group.cluster] * 50 >= cells.count)
        }
    }

    private typealias Centre = (x: Double, y: Double, cluster: Int)

    /// Centres of the cells that have a cluster and at least one pixel.
    private static func centres(_ labels: LabelImage, _ clusters: [Int32]) -> [Centre] {
        let count = min(labels.cellCount, clusters.count)
        var sums = [(x: Int, y: Int, n: Int)](repeating: (0, 0, 0), count: count + 1)
        for y in 0..<labels.grid.height {
            for x in 0..<labels.grid.width {
                let label = Int(labels.values[y * labels.grid.width + x])
                guard label > 0, label <= count else { continue }
                sums[label].x += x
                sums[label].y += y
                sums[label].n += 1
            }
        }
        var cells: [Centre] = []
        for label in 0..<count where sums[label + 1].n > 0 {
            let cluster = ClusterLegend.index(clusters[label])
            guard cluster > 0 else { continue }
            let sum = sums[label + 1]
            cells.append(
                (Double(sum.x) / Double(sum.n) + 0.5, Double(sum.y) / Double(sum.n) + 0.5, cluster))
        }
        return cells
    }

    /// Unites cells of one cluster within reach, found by sorting along x.
    private static func join(_ cells: [Centre], reach: Double, _ union: inout Union) {
        let order = cells.indices.sorted { (cells[$0].x, $0) < (cells[$1].x, $1) }
        for (place, first) in order.enumerated() {
            for second in order[(place + 1)...] {
                let dx = cells[second].x - cells[first].x
                if dx > reach { break }
                let dy = cells[second].y - cells[first].y
                if cells[first].cluster == cells[second].cluster, dx * dx + dy * dy <= reach * reach
                {
                    union.unite(first, second)
                }
            }
        }
    }

    private static func group(of members: [Int], _ cells: [Centre]) -> Group {
        let n = Double(members.count)
        let meanX = members.reduce(0) { $0 + cells[$1].x } / n
        let meanY = members.reduce(0) { $0 + cells[$1].y } / n
        var best = members[0]
        var least = Double.infinity
        for member in members {
            let (dx, dy) = (cells[member].x - meanX, cells[member].y - meanY)
            if dx * dx + dy * dy < least {
                least = dx * dx + dy * dy
                best = member
            }
        }
        return Group(
            cluster: cells[best].cluster, cells: members.count, x: cells[best].x, y: cells[best].y)
    }

    /// Disjoint sets with path halving; the root is the smallest member.
    private struct Union {
        private var parents: [Int]

        init(count: Int) { parents = Array(0..<count) }

        mutating func root(_ index: Int) -> Int {
            var index = index
            while parents[index] != index {
                parents[index] = parents[parents[index]]
                index = parents[index]
            }
            return index
        }

        mutating func unite(_ a: Int, _ b: Int) {
            let (first, second) = (root(a), root(b))
            if first != second { parents[max(first, second)] = min(first, second) }
        }
    }
}
