/// k-means clustering.
public enum KMeans {
    /// The best of several runs of Lloyd's iteration from k-means++ starts (Arthur and Vassilvitskii
    /// 2007).
    ///
    /// - Parameters:
    ///   - points: n x d, row-major, finite.
    ///   - count: n.
    ///   - dimension: d.
    ///   - clusters: k, at least 1; at most n are used.
    ///   - restarts: Runs, at least 1; the one with the least inertia (the first of equals) is given.
    ///   - seed: Names the random streams, one a run.
    /// - Returns: the cluster 0..<k of each point, the centres (k x d) and the sum of squared distances
    ///   to them. Every cluster has a point unless there are fewer distinct points than clusters.
    /// - Complexity: O(restarts n k d) an iteration, at most 300 iterations.
    public static func cluster(
        points: [Double], count: Int, dimension: Int, clusters: Int, restarts: Int, seed: UInt64
    ) -> (labels: [Int], centres: [Double], inertia: Double) {
        cluster(
            points: points, count: count, dimension: dimension, clusters: clusters,
            restarts: restarts, seed: seed
        ) { _ in true } ?? ([], [], 0)
    }

    /// The same, telling the share of the runs done and stopping where `proceed` says no.
    ///
    /// - Parameters:
    ///   - points: n x d.
    ///   - count: n.
    ///   - dimension: d.
    ///   - clusters: k.
    ///   - restarts: Runs.
    ///   - seed: Names the random streams.
    ///   - proceed: Called on the calling thread before every few runs.
    /// - Returns: as above, or nil if it was stopped.
    public static func cluster(
        points: [Double], count: Int, dimension: Int, clusters: Int, restarts: Int, seed: UInt64,
        proceed: (Double) -> Bool
    ) -> (labels: [Int], centres: [Double], inertia: Double)? {
        precondition(points.count == count * dimension, "n x d values")
        precondition(clusters >= 1 && restarts >= 1, "at least one cluster and one run")
        let k = min(clusters, count)
        guard k > 0 else { return ([], [], 0) }
        var best: KMeansRun?
        let group = Parallel.threads
        for first in stride(from: 0, to: restarts, by: group) {
            guard proceed(Double(first) / Double(restarts)) else { return nil }
            let runs = ParallelResults<KMeansRun>(count: min(group, restarts - first)) { place in
                var run = KMeansRun(points, count, dimension, k)
                run.start(Philox(seed: seed, stage: 0x6B6D_6561, index: UInt64(first + place)))
                run.iterate(limit: 300)
                return run
            }.values
            for run in runs {
                if let known = best, !(run.inertia < known.inertia) { continue }
                best = run
            }
        }
        return best.map { ($0.labels, $0.centres, $0.inertia) }
    }
}

/// One run of Lloyd's iteration.
private struct KMeansRun: Sendable {
    private let points: [Double]
    private let count: Int
    private let dimension: Int
    private let clusters: Int
    private(set) var labels: [Int]
    private(set) var centres: [Double]
    private(set) var inertia = Double.infinity
    private var distances: [Double]

    init(_ points: [Double], _ count: Int, _ dimension: Int, _ clusters: Int) {
        self.points = points
        self.count = count
        self.dimension = dimension
        self.clusters = clusters
        labels = [Int](repeating: 0, count: count)
        centres = [Double](repeating: 0, count: clusters * dimension)
        distances = [Double](repeating: .infinity, count: count)
    }

    /// k-means++: each centre is a point drawn with probability proportional to its squared distance
    /// from the nearest centre so far.
    mutating func start(_ stream: Philox) {
        var random = stream
        var next = random.index(below: count)
        for c in 0..<clusters {
            place(c, at: next)
            var total = 0.0
            for i in 0..<count {
                distances[i] = min(distances[i], distance(i, c))
                total += distances[i]
            }
            next = draw(total, &random)
        }
    }

    private func draw(_ total: Double, _ random: inout Philox) -> Int {
        guard total > 0 else { return random.index(below: count) }
        var left = random.uniformDouble() * total
        var last = 0
        for i in 0..<count where distances[i] > 0 {
            last = i
            left -= distances[i]
            if left < 0 { break }
        }
        return last
    }

    private mutating func place(_ c: Int, at i: Int) {
        for j in 0..<dimension { centres[c * dimension + j] = points[i * dimension + j] }
    }

    private func distance(_ i: Int, _ c: Int) -> Double {
        points.withUnsafeBufferPointer { points in
            centres.withUnsafeBufferPointer { centres in
                guard let p = points.baseAddress, let q = centres.baseAddress else { return 0 }
                return squaredDistance(p + i * dimension, q + c * dimension, dimension)
            }
        }
    }

    /// Alternates assignment and means until no label changes.
    mutating func iterate(limit: Int) {
        for step in 0..<limit {
            let changed = assign()
            if !changed, step > 0 { break }
            update()
        }
        _ = assign()
    }

    private mutating func assign() -> Bool {
        var changed = false
        inertia = 0
        for i in 0..<count {
            var best = 0
            var least = distance(i, 0)
            for c in 1..<max(clusters, 1) {
                let d = distance(i, c)
                if d < least { (best, least) = (c, d) }
            }
            if labels[i] != best { changed = true }
            labels[i] = best
            distances[i] = least
            inertia += least
        }
        return changed
    }

    private mutating func update() {
        var sizes = [Int](repeating: 0, count: clusters)
        var sums = [Double](repeating: 0, count: clusters * dimension)
        for i in 0..<count {
            sizes[labels[i]] += 1
            for j in 0..<dimension { sums[labels[i] * dimension + j] += points[i * dimension + j] }
        }
        for c in 0..<clusters {
            if sizes[c] == 0 {
                // An empty cluster takes the point that is worst served.
                var far = 0
                for i in 0..<count where distances[i] > distances[far] { far = i }
                place(c, at: far)
                distances[far] = 0
            } else {
                for j in 0..<dimension {
                    centres[c * dimension + j] = sums[c * dimension + j] / Double(sizes[c])
                }
            }
        }
    }
}
