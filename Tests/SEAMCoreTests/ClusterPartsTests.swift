import Foundation
import SEAMCore
import Testing

@Suite struct ClusterPartsTests {
    /// Cliques of `size` nodes in a ring, neighbours joined by one weak edge.
    private func cliques(_ count: Int, size: Int) -> WeightedGraph {
        var edges: [(a: Int, b: Int, weight: Double)] = []
        for clique in 0..<count {
            for a in 0..<size {
                for b in a + 1..<size { edges.append((clique * size + a, clique * size + b, 1)) }
            }
            if clique > 0 { edges.append((clique * size, clique * size - 1, 0.1)) }
        }
        return WeightedGraph(count: count * size, edges: edges)
    }

    @Test(arguments: [(2, 5), (2, 20), (6, 6)])
    func `Leiden finds cliques`(count: Int, size: Int) {
        for seed in 0..<5 {
            var leiden = Leiden(resolution: 1, seed: UInt64(seed))
            let found = leiden.communities(of: cliques(count, size: size), iterations: 10)
            #expect(found == (0..<count * size).map { $0 / size })
        }
    }

    @Test func `Leiden follows the resolution and leaves lonely nodes alone`() {
        var low = Leiden(resolution: 0.001, seed: 0)
        #expect(Set(low.communities(of: cliques(3, size: 4), iterations: 10)).count == 1)
        var high = Leiden(resolution: 100, seed: 0)
        #expect(Set(high.communities(of: cliques(3, size: 4), iterations: 10)).count == 12)
        var none = Leiden(resolution: 1, seed: 0)
        #expect(
            none.communities(of: WeightedGraph(count: 3, edges: []), iterations: 10) == [0, 1, 2])
    }

    @Test func `the simplex projection is the nearest point`() {
        for values in [
            [0.2, 0.3, 0.5], [10, 0, 0], [1e6, 1e6 + 0.5], [-3, -1, -2, 0.4], [0, 0, 0, 0], [7],
        ] {
            var point = values
            projectToSimplex(&point)
            #expect(abs(point.reduce(0, +) - 1) < 1e-9)
            #expect(point.allSatisfy { $0 >= 0 })
            // Optimality: v - p equals one threshold where p > 0 and is at most that elsewhere.
            let active = zip(values, point).filter { $0.1 > 0 }.map { $0.0 - $0.1 }
            let threshold = active[0]
            #expect(active.allSatisfy { abs($0 - threshold) < 1e-6 })
            #expect(
                zip(values, point).allSatisfy { $0.1 > 0 || $0.0 <= threshold + 1e-6 })
        }
    }

    @Test func `kernel weights have the entropy asked for`() {
        let costs = (0..<55).map { 1 + 0.01 * Double($0 * $0) }
        let weights = perplexityWeights(costs, perplexity: 20)
        let entropy = weights.reduce(0) { $0 - ($1 > 0 ? $1 * log($1) : 0) }
        #expect(abs(entropy - log(20)) < 2e-4)
        #expect(weights == weights.sorted(by: >))
    }
}
