import Foundation
import Kernels

/// The weighted graph of UMAP: how surely two points are neighbours.
///
/// Rows of edges, one after another; each edge is there in both directions with the same weight, and
/// the ends of a row's edges rise.
struct FuzzyGraph {
    /// Where each point's edges begin, n + 1 values.
    private(set) var offsets: [Int]
    /// The other end of each edge.
    private(set) var targets: [Int32]
    /// Weight of each edge, above 0, at most 1.
    private(set) var weights: [Float]

    /// Number of points.
    var count: Int { offsets.count - 1 }

    /// The union of the points' fuzzy neighbourhoods: u + v - u v of the two directions' weights.
    ///
    /// - Throws: `.cancelled`.
    init(_ neighbours: UMAP.Neighbours, monitor: StageMonitor) throws(AnalysisError) {
        let forward = try Memberships(neighbours, monitor: monitor.part(from: 0, to: 0.6))
        try monitor.update(0.6, "Building the graph")
        let backward = forward.transposed()
        let count = neighbours.count
        offsets = [0]
        targets = []
        weights = []
        offsets.reserveCapacity(count + 1)
        targets.reserveCapacity(2 * forward.targets.count)
        weights.reserveCapacity(2 * forward.targets.count)
        for v in 0..<count {
            if v % 8_192 == 0 {
                try monitor.update(0.7 + 0.3 * Double(v) / Double(count), "Building the graph")
            }
            merge(
                forward, forward.offsets[v]..<forward.offsets[v + 1], backward,
                backward.offsets[v]..<backward.offsets[v + 1])
            offsets.append(targets.count)
        }
    }

    private mutating func merge(
        _ left: Memberships, _ lefts: Range<Int>, _ right: Memberships, _ rights: Range<Int>
    ) {
        var (i, j) = (lefts.lowerBound, rights.lowerBound)
        while i < lefts.upperBound || j < rights.upperBound {
            let a = i < lefts.upperBound ? left.targets[i] : .max
            let b = j < rights.upperBound ? right.targets[j] : .max
            let u = a <= b ? left.values[i] : 0
            let v = b <= a ? right.values[j] : 0
            if a <= b { i += 1 }
            if b <= a { j += 1 }
            let weight = u + v - u * v
            if weight > 0 {
                targets.append(min(a, b))
                weights.append(weight)
            }
        }
    }

    /// Leaves out edges lighter than `share` of the heaviest.
    mutating func dropEdges(below share: Float) {
        let least = (weights.max() ?? 0) * share
        var kept = 0
        for v in 0..<count {
            let row = offsets[v]..<offsets[v + 1]
            offsets[v] = kept
            for edge in row where weights[edge] >= least {
                targets[kept] = targets[edge]
                weights[kept] = weights[edge]
                kept += 1
            }
        }
        offsets[count] = kept
        targets.removeLast(targets.count - kept)
        weights.removeLast(weights.count - kept)
    }
}

/// For each point how surely its neighbours belong to its neighbourhood, by rising index.
private struct Memberships {
    var offsets: [Int]
    var targets: [Int32]
    var values: [Float]

    private init(offsets: [Int], targets: [Int32], values: [Float]) {
        self.offsets = offsets
        self.targets = targets
        self.values = values
    }

    /// exp(-(d - rho) / sigma), with rho the nearest distance above zero and sigma such that the sum
    /// over the list is log2 of the neighbourhood's size.
    init(_ neighbours: UMAP.Neighbours, monitor: StageMonitor) throws(AnalysisError) {
        let k = neighbours.length
        let distances = neighbours.squaredDistances.map { max($0, 0).squareRoot() }
        var total = 0.0
        for d in distances { total += Double(d) }
        // The mean counts each point's distance zero to itself, as umap-learn does.
        let mean = total / Double(neighbours.count * (k + 1))
        offsets = (0...neighbours.count).map { $0 * k }
        targets = neighbours.indices
        values = [Float](repeating: 0, count: distances.count)
        let band = 8_192
        for first in stride(from: 0, to: neighbours.count, by: band) {
            let part = first..<min(neighbours.count, first + band)
            try monitor.update(Double(first) / Double(neighbours.count), "Building the graph")
            targets.withUnsafeMutableBufferPointer { targets in
                values.withUnsafeMutableBufferPointer { values in
                    let rows = Rows(
                        k: k, mean: mean, targets: targets.baseAddress,
                        values: values.baseAddress)
                    distances.withUnsafeBufferPointer { distances in
                        let from = Source(start: distances.baseAddress)
                        Parallel.forEachRange(part.count, grain: 256) {
                            for v in $0 { rows.fill(part.lowerBound + v, from) }
                        }
                    }
                }
            }
        }
    }

    /// The same values by their other end.
    func transposed() -> Memberships {
        let count = offsets.count - 1
        var starts = [Int](repeating: 0, count: count + 1)
        for target in targets { starts[Int(target) + 1] += 1 }
        for v in 0..<count { starts[v + 1] += starts[v] }
        var next = starts
        var sources = [Int32](repeating: 0, count: targets.count)
        var turned = [Float](repeating: 0, count: targets.count)
        for v in 0..<count {
            for edge in offsets[v]..<offsets[v + 1] {
                let target = Int(targets[edge])
                sources[next[target]] = Int32(v)
                turned[next[target]] = values[edge]
                next[target] += 1
            }
        }
        return Memberships(offsets: starts, targets: sources, values: turned)
    }
}

private struct Source: @unchecked Sendable {
    let start: UnsafePointer<Float>?
}

/// Rows of a graph that are filled in parallel.
private struct Rows: @unchecked Sendable {
    let k: Int
    let mean: Double
    let targets: UnsafeMutablePointer<Int32>?
    let values: UnsafeMutablePointer<Float>?

    func fill(_ v: Int, _ source: Source) {
        guard let targets, let values, let start = source.start else { return }
        let distances = UnsafeBufferPointer(start: start + v * k, count: k)
        let rho = distances.first { $0 > 0 } ?? 0
        let sigma = width(distances, rho)
        var row: [(target: Int32, value: Float)] = []
        row.reserveCapacity(k)
        for i in 0..<k {
            let beyond = distances[i] - rho
            let value = beyond <= 0 || sigma == 0 ? 1 : exp(-beyond / sigma)
            row.append((targets[v * k + i], Int(targets[v * k + i]) == v ? 0 : value))
        }
        row.sort { $0.target < $1.target }
        for i in 0..<k {
            targets[v * k + i] = row[i].target
            values[v * k + i] = row[i].value
        }
    }

    /// sigma by bisection in 64 steps, not below a thousandth of the mean distance.
    private func width(_ distances: UnsafeBufferPointer<Float>, _ rho: Float) -> Float {
        let wanted = log2(Double(k + 1))
        var (low, high, sigma) = (0.0, Double.infinity, 1.0)
        for _ in 0..<64 {
            var sum = 0.0
            for d in distances {
                let beyond = Double(d - rho)
                sum += beyond > 0 ? exp(-beyond / sigma) : 1
            }
            if abs(sum - wanted) < 1e-5 { break }
            if sum > wanted {
                high = sigma
                sigma = (low + high) / 2
            } else {
                low = sigma
                sigma = high == .infinity ? sigma * 2 : (low + high) / 2
            }
        }
        var total = 0.0
        for d in distances { total += Double(d) }
        let floor = 1e-3 * (rho > 0 ? total / Double(k + 1) : mean)
        return Float(max(sigma, floor))
    }
}
