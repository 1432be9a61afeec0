import Kernels

/// Communities of a weighted graph by modularity (Traag, Waltman and van Eck 2019), with the best
/// merge instead of a random one in the refinement, as leidenalg does.
package struct Leiden {
    private let resolution: Double
    private var random: Philox

    /// - Parameters:
    ///   - resolution: above 1 finds more communities.
    ///   - seed: names the random orders in which nodes are visited.
    package init(resolution: Double, seed: UInt64) {
        self.resolution = resolution
        random = Philox(seed: seed, stage: RandomStage.leiden)
    }

    /// Communities 0..<k of the nodes, numbered by their first node.
    ///
    /// - Complexity: about O(iterations x edges log nodes).
    package mutating func communities(of graph: WeightedGraph, iterations: Int) -> [Int] {
        var membership = Array(0..<graph.count)
        guard graph.total > 0 else { return membership }
        for _ in 0..<iterations {
            let next = pass(graph, membership)
            if next == membership { break }
            membership = next
        }
        return membership
    }

    /// Moves, refines and aggregates until nothing can be aggregated.
    private mutating func pass(_ graph: WeightedGraph, _ start: [Int]) -> [Int] {
        var level = graph
        var part = start
        var nodeOf = Array(0..<graph.count)
        while true {
            part = move(level, part)
            let communities = (part.max() ?? -1) + 1
            var (fine, count) = renumbered(refine(level, part))
            if count == level.count { (fine, count) = (part, communities) }
            if count == level.count { break }
            var coarse = [Int](repeating: 0, count: count)
            for v in 0..<level.count { coarse[fine[v]] = part[v] }
            for v in 0..<graph.count { nodeOf[v] = fine[nodeOf[v]] }
            level = level.aggregated(fine, communities: count)
            part = coarse
        }
        return renumbered(nodeOf.map { part[$0] }).membership
    }

    /// Moves nodes, in random order, to their best community until none gains.
    private mutating func move(_ graph: WeightedGraph, _ start: [Int]) -> [Int] {
        var moves = CommunityMoves(graph: graph, membership: start, resolution: resolution)
        var queue = Array(0..<graph.count)
        random.shuffle(&queue)
        var waiting = [Bool](repeating: true, count: graph.count)
        var head = 0
        // Modularity rises with every move; the bound only guards against rounding.
        while head < queue.count, head < 200 * graph.count + 1_000 {
            let v = queue[head]
            head += 1
            waiting[v] = false
            guard moves.moveToBest(v) else { continue }
            for e in graph.starts[v]..<graph.starts[v + 1] {
                let u = graph.targets[e]
                if !waiting[u], moves.membership[u] != moves.membership[v] {
                    waiting[u] = true
                    queue.append(u)
                }
            }
        }
        return renumbered(moves.membership).membership
    }

    /// Splits every community into well-connected parts by merging single nodes.
    private mutating func refine(_ graph: WeightedGraph, _ part: [Int]) -> [Int] {
        var refinement = Refinement(graph: graph, part: part, resolution: resolution)
        var order = Array(0..<graph.count)
        random.shuffle(&order)
        for v in order { refinement.merge(v) }
        return refinement.membership
    }
}

/// Communities numbered by their first node, and how many there are.
func renumbered(_ membership: [Int]) -> (membership: [Int], count: Int) {
    var numbers = [Int](repeating: -1, count: (membership.max() ?? -1) + 1)
    var count = 0
    let renamed = membership.map { old in
        if numbers[old] < 0 {
            numbers[old] = count
            count += 1
        }
        return numbers[old]
    }
    return (renamed, count)
}
