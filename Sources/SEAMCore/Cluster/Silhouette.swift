import Kernels

/// Silhouettes of points by Euclidean distance (Rousseeuw 1987), -1...1; 0 for a point alone in its
/// cluster and where there is one cluster only.
///
/// - Parameters:
///   - points: n x dimension.
///   - labels: 0..<clusters.
/// - Complexity: O(n^2 dimension), in parallel over points. A caller that stops gets zeros.
func silhouettes(
    points: [Double], count: Int, dimension: Int, labels: [Int], clusters: Int,
    monitor: StageMonitor
) -> [Double] {
    var values = [Double](repeating: 0, count: count)
    guard clusters > 1 else { return values }
    var sizes = [Double](repeating: 0, count: clusters)
    for label in labels { sizes[label] += 1 }
    values.withUnsafeMutableBufferPointer { values in
        nonisolated(unsafe) let values = values
        let sizes = sizes
        Parallel.forEach(count) { i in
            guard sizes[labels[i]] > 1, !monitor.isCancelled else { return }
            var sums = [Double](repeating: 0, count: clusters)
            for j in 0..<count {
                var square = 0.0
                for d in 0..<dimension {
                    let difference = points[i * dimension + d] - points[j * dimension + d]
                    square += difference * difference
                }
                sums[labels[j]] += square.squareRoot()
            }
            let own = sums[labels[i]] / (sizes[labels[i]] - 1)
            var other = Double.infinity
            for cluster in 0..<clusters where cluster != labels[i] && sizes[cluster] > 0 {
                other = min(other, sums[cluster] / sizes[cluster])
            }
            let larger = max(own, other)
            values[i] = larger > 0 && larger.isFinite ? (other - own) / larger : 0
        }
    }
    return values
}
