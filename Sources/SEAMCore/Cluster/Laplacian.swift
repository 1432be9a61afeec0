import Kernels

/// The smallest eigenvalues of I - D^-1/2 W D^-1/2, ascending; an isolated node counts as tied to
/// itself.
func laplacianEigenvalues(
    _ graph: WeightedGraph, count: Int, seed: UInt64, monitor: StageMonitor
) throws(AnalysisError) -> [Double] {
    let n = graph.count
    let roots = graph.strengths.map { $0 > 0 ? 1 / $0.squareRoot() : 1 }
    let wanted = min(count, n)
    if n <= 160 || wanted * 3 > n {
        var dense = [Double](repeating: 0, count: n * n)
        for v in 0..<n {
            if graph.strengths[v] <= 0 { dense[v * n + v] = 1 }
            for e in graph.starts[v]..<graph.starts[v + 1] {
                let u = graph.targets[e]
                dense[v * n + u] += graph.weights[e] * roots[v] * roots[u]
            }
        }
        let pairs = try leadingEigenpairs(
            dense, order: n, count: wanted, seed: seed, monitor: monitor)
        return pairs.values.map { 1 - $0 }
    }
    // The error of an eigenvalue is of the order of the squared residual.
    let pairs = try monitor.watching("estimating the number of clusters: eigengap") { proceed in
        Eigen.leading(
            wanted, order: n,
            apply: { source, target in
                for v in 0..<n {
                    var sum = graph.strengths[v] <= 0 ? source[v] : 0
                    for e in graph.starts[v]..<graph.starts[v + 1] {
                        let u = graph.targets[e]
                        sum += graph.weights[e] * roots[v] * roots[u] * source[u]
                    }
                    target[v] = sum
                }
            }, seed: seed, tolerance: 1e-6, proceed: proceed)
    }
    return pairs.values.map { 1 - $0 }
}
