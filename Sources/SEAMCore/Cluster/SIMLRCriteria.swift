import Foundation
import Kernels

/// SIMLR's two criteria for the number of clusters, K1 and K2: the lower the better.
struct SIMLRCriteria {
    private let count: Int
    private let distances: [Double]
    private let largest: Int
    private let seed: UInt64

    /// - Parameter largest: largest k that may be recommended; the smallest is 3.
    /// - Complexity: O(n^2) here, O(n^3) for `estimates`.
    init(_ geometry: Geometry, largest: Int, seed: UInt64) {
        count = geometry.count
        distances = meanKernelDistance(geometry)
        // Q(k + 1) needs the eigenvalue k + 2.
        self.largest = min(largest, geometry.count - 2)
        self.seed = seed
    }

    /// The smallest K1 and K2 over k = 3...largest, with their curves.
    func estimates(monitor: StageMonitor) throws(AnalysisError) -> [SIMSCluster.Estimate] {
        guard largest >= 3 else { return [] }
        let top = distances.max() ?? 0
        let diffused = try diffusion(
            distances.map { top - $0 }, order: count,
            neighbours: min(count - 1, max((count + 19) / 20, 10)),
            monitor: monitor.part(from: 0, to: 0.8))
        let quality = try qualities(diffused, monitor: monitor.part(from: 0.8, to: 1))
        var curves: ([SIMD2<Double>], [SIMD2<Double>]) = ([], [])
        for k in 3...largest {
            let first =
                2 * (1 + quality[k - 2]) - (2 + quality[k - 1] + quality[k - 3])
            curves.0.append(SIMD2(Double(k), first))
            curves.1.append(SIMD2(Double(k), first * Double(k + 1) / Double(k)))
        }
        return [("simlr_k1", curves.0), ("simlr_k2", curves.1)].map { name, curve in
            let best = curve.reduce(curve[0]) { $1.y < $0.y ? $1 : $0 }
            return .init(estimator: name, clusters: Int(best.x), curve: curve)
        }
    }

    /// Q(k) for k = 2...largest + 1.
    private func qualities(
        _ similarity: [Double], monitor: StageMonitor
    ) throws(AnalysisError) -> [Double] {
        let n = count
        var roots = [Double](repeating: 0, count: n)
        for i in 0..<n {
            var sum = 0.0
            for j in 0..<n { sum += similarity[i * n + j] }
            roots[i] = sum > 0 ? 1 / sum.squareRoot() : 0
        }
        var scaled = similarity
        for i in 0..<n { for j in 0..<n { scaled[i * n + j] *= roots[i] * roots[j] } }
        // 1 - an eigenvalue of the Laplacian is an eigenvalue of this.
        let pairs = try leadingEigenpairs(
            scaled, order: n, count: largest + 2, seed: seed, monitor: monitor)
        return (2...largest + 1).map { k in
            let below = pairs.values[k - 1]
            let ratio = abs(below) > 1e-12 ? pairs.values[k] / below : 0
            return ratio * alignment(pairs.vectors, clusters: k)
        }
    }

    /// Sum over cells of the largest squared coordinates over the largest, of unit rows of the first
    /// k eigenvectors.
    private func alignment(_ vectors: [Double], clusters k: Int) -> Double {
        var total = 0.0
        for i in 0..<count {
            var squares = (0..<k).map { vectors[$0 * count + i] * vectors[$0 * count + i] }
            var length = 0.0
            for value in squares { length += value }
            guard length > 0 else { continue }
            squares = squares.map { $0 / length }.sorted(by: >)
            for value in squares.prefix(max(2, k - 1)) { total += value / (squares[0] + 0x1p-52) }
        }
        return total
    }
}
