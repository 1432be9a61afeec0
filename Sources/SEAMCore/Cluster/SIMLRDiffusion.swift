import Foundation
import Kernels

/// Mean over SIMLR's 55 Gaussian kernels of squared Euclidean distances of 1 - the kernel scaled to
/// a unit diagonal, n x n.
///
/// - Complexity: O(55 n^2), in parallel over rows.
func meanKernelDistance(_ geometry: Geometry) -> [Double] {
    let n = geometry.count
    let counts = stride(from: 10, through: 30, by: 2).filter { $0 < n - 1 }
    let bandwidths = neighbourhoodMeans(geometry, counts: counts.isEmpty ? [max(1, n - 1)] : counts)
    let kernels = bandwidths.count
    var mean = [Double](repeating: 0, count: n * n)
    mean.withUnsafeMutableBufferPointer { mean in
        nonisolated(unsafe) let mean = mean
        Parallel.forEach(n) { i in
            for j in 0..<i {
                let distance = squaredDistance(geometry, i, j)
                var sum = 0.0
                for bandwidth in bandwidths {
                    let (a, b) = (bandwidth[i], bandwidth[j])
                    let width = (a + b) / 2
                    let u = distance / width
                    let scale = (a * b).squareRoot() / width
                    for sigma in [1, 1.25, 1.5, 1.75, 2] {
                        sum += 1 - scale * exp(-u * u / (2 * sigma * sigma))
                    }
                }
                mean[i * n + j] = sum / Double(5 * kernels)
                mean[j * n + i] = sum / Double(5 * kernels)
            }
        }
    }
    return mean
}

private func squaredDistance(_ geometry: Geometry, _ i: Int, _ j: Int) -> Double {
    let n = geometry.count
    return max(
        0, geometry.gram[i * n + i] + geometry.gram[j * n + j] - 2 * geometry.gram[i * n + j])
}

/// For each number of neighbours the mean squared distance of every vector to that many nearest.
private func neighbourhoodMeans(_ geometry: Geometry, counts: [Int]) -> [[Double]] {
    let nearest = NearestCells(count: geometry.count, neighbours: (counts.last ?? 0) + 1) {
        i, row in
        for j in 0..<geometry.count { row[j] = squaredDistance(geometry, i, j) }
    }
    var total = 0.0
    for value in nearest.distances { total += value }
    let floor = total > 0 ? 1e-9 * total / Double(nearest.distances.count) : 1
    return counts.map { neighbours in
        (0..<geometry.count).map { i in
            var sum = 0.0
            for j in 1...neighbours { sum += nearest.distances[i * nearest.neighbours + j] }
            return max(floor, sum / Double(neighbours))
        }
    }
}

/// SIMLR's network diffusion of a similarity matrix, without its last multiplication by degrees.
///
/// - Complexity: O(n^3).
func diffusion(
    _ similarity: [Double], order n: Int, neighbours: Int, monitor: StageMonitor
) throws(AnalysisError) -> [Double] {
    let message = "estimating the number of clusters: SIMLR"
    try monitor.update(0, message)
    var transition = sparsened(similarity, order: n, neighbours: neighbours)
    for i in 0..<n {
        var sum = 0.0
        for j in 0..<n { sum += abs(transition[i * n + j]) }
        transition[i * n + i] += 1 + sum
    }
    fields(&transition, order: n)
    let pairs = try monitor.part(from: 0.2, to: 0.8).watching(message) { [transition] in
        Eigen.symmetric(transition, order: n, proceed: $0)
    }
    let alpha = 0.8
    // U D U^T as a product of rows: the columns of U scaled by D.
    var scaled = [Double](repeating: 0, count: n * n)
    var plain = scaled
    for q in 0..<n {
        let d = pairs.values[q]
        let factor = (1 - alpha) * d / (1 - alpha * d * d)
        for i in 0..<n {
            plain[i * n + q] = pairs.vectors[q * n + i]
            scaled[i * n + q] = factor * plain[i * n + q]
        }
    }
    var result = innerProducts(scaled, plain, count: n, columns: n)
    let diagonal = (0..<n).map { max(1e-12, 1 - result[$0 * n + $0]) }
    for i in 0..<n {
        for j in 0..<n { result[i * n + j] = i == j ? 0 : result[i * n + j] / diagonal[i] }
    }
    for i in 0..<n {
        for j in 0..<i {
            let mean = max(0, (result[i * n + j] + result[j * n + i]) / 2)
            result[i * n + j] = mean
            result[j * n + i] = mean
        }
    }
    return result
}

/// The largest entries of every row off the diagonal, averaged with the transpose.
private func sparsened(_ similarity: [Double], order n: Int, neighbours: Int) -> [Double] {
    let nearest = NearestCells(count: n, neighbours: neighbours + 1) { i, row in
        for j in 0..<n { row[j] = -similarity[i * n + j] }
        // The row itself is put first whatever it holds; shift so that others are not below it.
        let lowest = (0..<n).reduce(0.0) { min($0, row[$1]) }
        for j in 0..<n { row[j] -= lowest }
    }
    var kept = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
        for place in i * nearest.neighbours + 1..<(i + 1) * nearest.neighbours {
            let j = nearest.indices[place]
            kept[i * n + j] += similarity[i * n + j] / 2
            kept[j * n + i] += similarity[i * n + j] / 2
        }
    }
    return kept
}

/// SIMLR's transition fields: W W^T of row-normalised values with columns over the root of their sum.
private func fields(_ matrix: inout [Double], order n: Int) {
    var columns = [Double](repeating: 0, count: n)
    for i in 0..<n {
        var sum = 0.0
        for j in 0..<n { sum += abs(matrix[i * n + j]) }
        for j in 0..<n {
            matrix[i * n + j] /= max(sum, 0x1p-52)
            columns[j] += abs(matrix[i * n + j])
        }
    }
    for i in 0..<n {
        for j in 0..<n { matrix[i * n + j] /= max(columns[j], 0x1p-52).squareRoot() }
    }
    matrix = innerProducts(matrix, matrix, count: n, columns: n)
}
