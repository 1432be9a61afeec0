import Kernels

/// How well the type of a cell can be told from its nearest cells.
package enum NearestCellClassifier {
    /// Share of cells whose type is the most frequent one among their five nearest cells of the
    /// other nine parts (ties: the smaller type), over a division into ten parts that holds every
    /// type in equal shares.
    ///
    /// - Parameter types: type of each cell; a negative one is left out.
    package static func accuracy(
        _ distances: CellDistances, types: [Int32], neighbours: Int = 5, folds: Int = 10,
        seed: UInt64
    ) -> Double {
        precondition(types.count == distances.count, "a type for every cell")
        let cells = types.indices.filter { types[$0] >= 0 }
        let parts = division(types, cells, folds: folds, seed: seed)
        let right = ParallelResults(count: cells.count) { place in
            let cell = cells[place]
            let others = cells.filter { parts[$0] != parts[cell] }
            var votes: [(type: Int32, count: Int)] = []
            for other in distances.nearest(neighbours, to: cell, among: others) {
                if let known = votes.firstIndex(where: { $0.type == types[other] }) {
                    votes[known].count += 1
                } else {
                    votes.append((types[other], 1))
                }
            }
            let winner = votes.max { ($0.count, -$0.type) < ($1.count, -$1.type) }
            return winner?.type == types[cell]
        }.values
        return cells.isEmpty ? 0 : Double(right.count { $0 }) / Double(cells.count)
    }

    private static func division(
        _ types: [Int32], _ cells: [Int], folds: Int, seed: UInt64
    ) -> [Int] {
        var parts = [Int](repeating: -1, count: types.count)
        var next = 0
        for type in Set(cells.map { types[$0] }).sorted() {
            var members = cells.filter { types[$0] == type }
            var random = Philox(seed: seed, stage: RandomPart.folds, index: UInt64(type))
            random.shuffle(&members)
            for member in members {
                parts[member] = next % folds
                next += 1
            }
        }
        return parts
    }
}

/// Names of the random streams of the evaluation.
enum RandomPart {
    static let folds: UInt32 = 0x4556_0001
    static let thinning: UInt32 = 0x4556_0002
    static let blur: UInt32 = 0x4556_0003
    static let damage: UInt32 = 0x4556_0004
    static let queries: UInt32 = 0x4556_0005
}
