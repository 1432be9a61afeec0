/// The search of all points against all, each pair of points once.
///
/// Points are cut into blocks. A pair of blocks writes only the lists of their points, and the pairs of a
/// round share no block, so the pairs of a round may run on any threads. Products of the centred points
/// select candidates; what can be among the nearest is measured by differences at the end, so lists do
/// not depend on the order of the work.
final class SymmetricSearch: @unchecked Sendable {
    private let points: NeighbourPoints
    private let lists: NeighbourLists
    private let block: Int
    /// Number of blocks.
    private let blocks: Int
    /// The blocks that are compared, or nil for all.
    private let near: NearBlocks?

    /// A search of all pairs, or of those in near blocks only.
    init(_ points: [Float], _ count: Int, _ dimension: Int, _ k: Int, near: NearBlocks? = nil) {
        self.points = NeighbourPoints(points, count, dimension)
        self.near = near
        lists = NeighbourLists(self.points, k)
        block = Self.block(count)
        blocks = (count + block - 1) / block
    }

    /// Points of a block: whole panels and chunks, and some sixteen blocks for few points, so that threads
    /// share the work.
    static func block(_ count: Int) -> Int {
        let wanted = min(max((count + 15) / 16, 1), 960)
        return (wanted + NeighbourPoints.chunk - 1) / NeighbourPoints.chunk * NeighbourPoints.chunk
    }

    /// The pairs of blocks in rounds, each block with itself first; false if `proceed` said no.
    func run(proceed: (Double) -> Bool) -> Bool {
        // Pairs between two calls of `proceed`: about 10^9 terms.
        let work = Double(block) * Double(block) * Double(points.dimension + 30)
        let group = max(2, Int(min(1e9 / work, 1e6)))
        let total = Double(near?.pairs ?? blocks * (blocks + 1) / 2)
        var done = 0
        for round in 0..<max(1, blocks + blocks % 2) {
            let pairs = pairs(ofRound: round)
            for first in stride(from: 0, to: pairs.count, by: group) {
                guard proceed(0.95 * Double(done) / total) else { return false }
                let part = pairs[first..<min(pairs.count, first + group)]
                Parallel.forEach(part.count) { compare(part[first + $0]) }
                done += part.count
            }
        }
        return lists.finish { proceed(0.95 + 0.05 * $0) }
    }

    /// The lists, once all has run.
    var result: (indices: [Int32], squaredDistances: [Float]) { lists.result }

    /// The pairs of blocks of a round of a tournament (the circle method); round 0 is each block alone.
    private func pairs(ofRound round: Int) -> [(Int, Int)] {
        guard round > 0 else { return (0..<blocks).map { ($0, $0) } }
        let seats = blocks + blocks % 2
        var pairs = [(seats - 1, round - 1)]
        for i in 1..<max(1, seats / 2) {
            pairs.append(
                ((round - 1 + i) % (seats - 1), (round - 1 + seats - 1 - i) % (seats - 1)))
        }
        return pairs.filter {
            $0.0 < blocks && $0.1 < blocks && near?.contains($0.0, $0.1) ?? true
        }
    }

    private func compare(_ pair: (Int, Int)) {
        let (left, right) = (range(max(pair.0, pair.1)), range(min(pair.0, pair.1)))
        let tile = NeighbourTile(points)
        for row in stride(from: left.lowerBound, to: left.upperBound, by: NeighbourPoints.chunk) {
            let rows = row..<min(left.upperBound, row + NeighbourPoints.chunk)
            tile.take(rows)
            for column in stride(from: right.lowerBound, to: right.upperBound, by: 128) {
                let columns = column..<min(right.upperBound, column + 128)
                // Within a block, what lies wholly below the diagonal was seen from the other side.
                if pair.0 == pair.1, columns.lowerBound >= rows.upperBound { break }
                lists.take(tile.compare(columns, lists.limits), tile.found, rows, columns)
            }
        }
    }

    private func range(_ index: Int) -> Range<Int> {
        index * block..<min(points.count, (index + 1) * block)
    }
}
