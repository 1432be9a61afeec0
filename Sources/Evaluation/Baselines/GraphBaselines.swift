import Kernels
import SEAMCore

/// Clusterings of a graph of nearest cells. For comparison only.
enum GraphBaselines {
    /// Normalised spectral clustering (Ng, Jordan and Weiss 2001) of the graph that joins cells to
    /// their 10 nearest, a mutual pair with weight 1, others 1/2 (as scikit-learn's
    /// `nearest_neighbors` affinity).
    static func spectral(_ distances: CellDistances, clusters: Int, seed: UInt64) -> [Int] {
        let count = distances.count
        let k = min(clusters, count)
        let edges = edges(distances, neighbours: 10, jaccard: false)
        var degree = [Double](repeating: 1e-12, count: count)
        for edge in edges {
            degree[edge.a] += edge.weight
            degree[edge.b] += edge.weight
        }
        let scale = degree.map { 1 / $0.squareRoot() }
        let found = Eigen.leading(
            k, order: count,
            apply: { x, y in
                // Shifted by 1, so that the largest eigenvalues are also those of largest size.
                for cell in 0..<count { y[cell] = x[cell] }
                for edge in edges {
                    let weight = edge.weight * scale[edge.a] * scale[edge.b]
                    y[edge.a] += weight * x[edge.b]
                    y[edge.b] += weight * x[edge.a]
                }
            }, seed: seed)
        var points = [Double](repeating: 0, count: count * k)
        for cell in 0..<count {
            var length = 0.0
            for c in 0..<k {
                let value = found.vectors[c * count + cell]
                points[cell * k + c] = value
                length += value * value
            }
            let unit = length > 0 ? 1 / length.squareRoot() : 0
            for c in 0..<k { points[cell * k + c] *= unit }
        }
        return KMeans.cluster(
            points: points, count: count, dimension: k, clusters: k, restarts: 20, seed: seed
        ).labels
    }

    /// Leiden communities of the graph of 15 nearest cells, weighted by the share of common
    /// neighbours (as PhenoGraph), at the resolution, found by bisection, that gives `clusters`
    /// of them, or the nearest number met.
    static func communities(_ distances: CellDistances, clusters: Int, seed: UInt64) -> [Int] {
        let graph = WeightedGraph(
            count: distances.count, edges: edges(distances, neighbours: 15, jaccard: true))
        var (low, high) = (0.01, 8.0)
        var best: (distance: Int, labels: [Int])?
        for _ in 0..<20 {
            let middle = (low * high).squareRoot()
            var leiden = Leiden(resolution: middle, seed: seed)
            let labels = leiden.communities(of: graph, iterations: 10)
            let found = (labels.max() ?? 0) + 1
            if abs(found - clusters) < best?.distance ?? .max {
                best = (abs(found - clusters), labels)
            }
            if found == clusters { break }
            if found < clusters { low = middle } else { high = middle }
        }
        return best?.labels ?? []
    }

    private static func edges(
        _ distances: CellDistances, neighbours: Int, jaccard: Bool
    ) -> [(a: Int, b: Int, weight: Double)] {
        let lists = distances.neighbours(neighbours)
        let sets = lists.map { Set($0) }
        var edges: [(a: Int, b: Int, weight: Double)] = []
        for a in lists.indices {
            for b in lists[a].sorted() where a < b || !sets[b].contains(a) {
                let mutual = sets[b].contains(a)
                let shared = Double(sets[a].intersection(sets[b]).count)
                let all = Double(sets[a].count + sets[b].count) - shared
                let weight = jaccard ? (shared + 1) / (all + 1) : mutual ? 1 : 0.5
                edges.append((min(a, b), max(a, b), weight))
            }
        }
        return edges
    }
}
