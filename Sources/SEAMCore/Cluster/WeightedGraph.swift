/// An undirected graph with weights, as compressed rows.
package struct WeightedGraph: Sendable {
    /// Number of nodes.
    let count: Int
    /// Edges of node v are at `starts[v]..<starts[v + 1]`; each edge is listed at both ends.
    let starts: [Int]
    /// The other end, ascending within a node.
    let targets: [Int]
    /// Weights, positive.
    let weights: [Double]
    /// Weight of each node's loop.
    let loops: [Double]
    /// Sum of each node's weights, its loop twice.
    let strengths: [Double]
    /// Sum of the strengths.
    let total: Double

    /// A graph of edges (a, b, weight) between different nodes, each pair at most once.
    package init(count: Int, edges: [(a: Int, b: Int, weight: Double)], loops: [Double]? = nil) {
        var starts = [Int](repeating: 0, count: count + 1)
        for edge in edges {
            starts[edge.a + 1] += 1
            starts[edge.b + 1] += 1
        }
        for v in 0..<count { starts[v + 1] += starts[v] }
        var next = starts
        var targets = [Int](repeating: 0, count: 2 * edges.count)
        var weights = [Double](repeating: 0, count: 2 * edges.count)
        // Edges in the order of their ends leave every node's list ascending.
        let ordered = edges.map { $0.a < $0.b ? $0 : ($0.b, $0.a, $0.weight) }
            .sorted { ($0.a, $0.b) < ($1.a, $1.b) }
        func place(_ from: Int, _ to: Int, _ weight: Double) {
            targets[next[from]] = to
            weights[next[from]] = weight
            next[from] += 1
        }
        for edge in ordered { place(edge.b, edge.a, edge.weight) }
        for edge in ordered { place(edge.a, edge.b, edge.weight) }
        let loops = loops ?? [Double](repeating: 0, count: count)
        var strengths = loops.map { 2 * $0 }
        for v in 0..<count {
            for e in starts[v]..<starts[v + 1] { strengths[v] += weights[e] }
        }
        var total = 0.0
        for strength in strengths { total += strength }
        self.count = count
        self.starts = starts
        self.targets = targets
        self.weights = weights
        self.loops = loops
        self.strengths = strengths
        self.total = total
    }

    /// The graph whose weights are the sums of those of graphs of the same nodes, each times its factor.
    init(sum graphs: [(graph: WeightedGraph, factor: Double)]) {
        var entries: [(a: Int, b: Int, weight: Double)] = []
        for (graph, factor) in graphs {
            for v in 0..<graph.count {
                for e in graph.starts[v]..<graph.starts[v + 1] where graph.targets[e] > v {
                    entries.append((v, graph.targets[e], factor * graph.weights[e]))
                }
            }
        }
        self.init(count: graphs.first?.graph.count ?? 0, edges: combined(entries))
    }

    /// The graph of communities 0..<`communities`: weights inside become loops.
    func aggregated(_ membership: [Int], communities: Int) -> WeightedGraph {
        var loops = [Double](repeating: 0, count: communities)
        var entries: [(a: Int, b: Int, weight: Double)] = []
        for v in 0..<count {
            loops[membership[v]] += self.loops[v]
            for e in starts[v]..<starts[v + 1] where targets[e] > v {
                let (a, b) = (membership[v], membership[targets[e]])
                if a == b {
                    loops[a] += weights[e]
                } else {
                    entries.append((min(a, b), max(a, b), weights[e]))
                }
            }
        }
        return WeightedGraph(count: communities, edges: combined(entries), loops: loops)
    }
}

/// Edges with the weights of equal ends added, in the order given.
private func combined(
    _ entries: [(a: Int, b: Int, weight: Double)]
) -> [(a: Int, b: Int, weight: Double)] {
    var merged: [(a: Int, b: Int, weight: Double)] = []
    let order = entries.indices.sorted {
        (entries[$0].a, entries[$0].b, $0) < (entries[$1].a, entries[$1].b, $1)
    }
    for index in order {
        let entry = entries[index]
        if let last = merged.last, last.a == entry.a, last.b == entry.b {
            merged[merged.count - 1].weight += entry.weight
        } else {
            merged.append(entry)
        }
    }
    return merged
}
