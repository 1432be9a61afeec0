/// The local moving phase: weights between a node and the communities around it.
struct CommunityMoves {
    private let graph: WeightedGraph
    private let resolution: Double
    private(set) var membership: [Int]
    private var strengths: [Double]
    private var sizes: [Int]
    private var empty: [Int]
    private var links: [Double]

    init(graph: WeightedGraph, membership: [Int], resolution: Double) {
        self.graph = graph
        self.resolution = resolution
        self.membership = membership
        strengths = [Double](repeating: 0, count: graph.count)
        sizes = [Int](repeating: 0, count: graph.count)
        links = strengths
        for v in 0..<graph.count {
            strengths[membership[v]] += graph.strengths[v]
            sizes[membership[v]] += 1
        }
        let counts = sizes
        empty = counts.indices.reversed().filter { counts[$0] == 0 }
    }

    /// Moves a node to the community that adds most to the modularity; false if it stays.
    mutating func moveToBest(_ v: Int) -> Bool {
        let own = membership[v]
        let strength = graph.strengths[v]
        var around: [Int] = []
        for e in graph.starts[v]..<graph.starts[v + 1] {
            let community = membership[graph.targets[e]]
            if links[community] == 0 { around.append(community) }
            links[community] += graph.weights[e]
        }
        let scale = resolution * strength / graph.total
        let stay = links[own] - scale * (strengths[own] - strength)
        var best = own
        var gain = stay + 1e-12 * graph.total
        for community in around where community != own {
            let value = links[community] - scale * strengths[community]
            if value > gain { (best, gain) = (community, value) }
        }
        if gain < 0, sizes[own] > 1, let free = empty.last { best = free }
        for community in around { links[community] = 0 }
        guard best != own else { return false }
        if sizes[best] == 0 { empty.removeLast() }
        if sizes[own] == 1 { empty.append(own) }
        strengths[own] -= strength
        strengths[best] += strength
        sizes[own] -= 1
        sizes[best] += 1
        membership[v] = best
        return true
    }
}

/// The refinement phase: single nodes join well-connected parts of their community.
struct Refinement {
    private let graph: WeightedGraph
    private let part: [Int]
    private let resolution: Double
    private(set) var membership: [Int]
    private var strengths: [Double]
    private var sizes: [Int]
    private var outer: [Double]
    private var partStrengths: [Double]
    private var links: [Double]

    init(graph: WeightedGraph, part: [Int], resolution: Double) {
        self.graph = graph
        self.part = part
        self.resolution = resolution
        membership = Array(0..<graph.count)
        strengths = graph.strengths
        sizes = [Int](repeating: 1, count: graph.count)
        links = [Double](repeating: 0, count: graph.count)
        partStrengths = links
        outer = links
        for v in 0..<graph.count {
            partStrengths[part[v]] += graph.strengths[v]
            for e in graph.starts[v]..<graph.starts[v + 1] where part[graph.targets[e]] == part[v] {
                outer[v] += graph.weights[e]
            }
        }
    }

    /// Whether a part of a community is tied to the rest of it at least as well as by chance.
    private func connected(_ set: Int, in community: Int) -> Bool {
        let others = partStrengths[community] - strengths[set]
        return outer[set] >= resolution * strengths[set] * others / graph.total
    }

    /// Joins a node that is still alone to the part that gains most.
    mutating func merge(_ v: Int) {
        let own = membership[v]
        guard sizes[own] == 1, own == v, connected(v, in: part[v]) else { return }
        var around: [Int] = []
        for e in graph.starts[v]..<graph.starts[v + 1] where part[graph.targets[e]] == part[v] {
            let set = membership[graph.targets[e]]
            if links[set] == 0 { around.append(set) }
            links[set] += graph.weights[e]
        }
        var best = -1
        var gain = 0.0
        for set in around where set != own && connected(set, in: part[v]) {
            let value = links[set] - resolution * graph.strengths[v] * strengths[set] / graph.total
            if value > gain { (best, gain) = (set, value) }
        }
        let link = best < 0 ? 0 : links[best]
        for set in around { links[set] = 0 }
        guard best >= 0 else { return }
        outer[best] += outer[own] - 2 * link
        strengths[best] += strengths[own]
        sizes[best] += 1
        sizes[own] = 0
        strengths[own] = 0
        membership[v] = best
    }
}
