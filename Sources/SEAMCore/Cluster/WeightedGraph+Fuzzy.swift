import Foundation

extension WeightedGraph {
    /// UMAP's fuzzy graph of nearest neighbours (McInnes, Healy and Melville 2018, section 3.1):
    /// memberships exp(-(d - rho) / sigma) whose sum over the neighbours is log2(K), local connectivity
    /// 1, joined by the fuzzy union a + b - a b.
    ///
    /// K counts the point itself, as umap-learn does.
    init(fuzzy cells: NearestCells) {
        let (n, k) = (cells.count, cells.neighbours)
        var mean = 0.0
        for distance in cells.distances { mean += distance }
        mean /= Double(max(1, n * k))
        var directed: [(a: Int, b: Int, weight: Double)] = []
        for i in 0..<n {
            let row = Array(cells.distances[i * k..<(i + 1) * k])
            let (rho, sigma) = fuzzyScale(row, meanOfAll: mean)
            for j in 1..<max(1, k) {
                let excess = row[j] - rho
                let weight = excess <= 0 || sigma == 0 ? 1 : exp(-excess / sigma)
                let other = cells.indices[i * k + j]
                if weight > 0 { directed.append((min(i, other), max(i, other), weight)) }
            }
        }
        directed.sort { ($0.a, $0.b, $0.weight) < ($1.a, $1.b, $1.weight) }
        var edges: [(a: Int, b: Int, weight: Double)] = []
        for entry in directed {
            if let last = edges.last, last.a == entry.a, last.b == entry.b {
                edges[edges.count - 1].weight =
                    last.weight + entry.weight - last.weight * entry.weight
            } else {
                edges.append(entry)
            }
        }
        self.init(count: n, edges: edges)
    }
}

/// rho, the nearest distance above zero, and sigma by 64 steps of bisection.
private func fuzzyScale(_ row: [Double], meanOfAll: Double) -> (rho: Double, sigma: Double) {
    let rho = row.first { $0 > 0 } ?? 0
    let target = log2(Double(row.count))
    var (low, high, sigma) = (0.0, Double.infinity, 1.0)
    for _ in 0..<64 {
        var total = 0.0
        for distance in row.dropFirst() {
            let excess = distance - rho
            total += excess > 0 ? exp(-excess / sigma) : 1
        }
        if abs(total - target) < 1e-5 { break }
        if total > target {
            high = sigma
            sigma = (low + high) / 2
        } else {
            low = sigma
            sigma = high == .infinity ? sigma * 2 : (low + high) / 2
        }
    }
    var mean = 0.0
    for distance in row { mean += distance }
    mean /= Double(max(1, row.count))
    return (rho, max(sigma, 1e-3 * (rho > 0 ? mean : meanOfAll)))
}
