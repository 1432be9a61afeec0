import Kernels
import Testing

struct KMeansTests {
    @Test(arguments: 0..<60)
    func `the clusters of numbers are the best of all splits`(seed: Int) {
        var random = Philox(seed: UInt64(seed))
        let n = 1 + random.index(below: 9)
        let values = (0..<n).map { _ in Double(random.index(below: 12)) * 0.5 - 2 }
        let weights = (0..<n).map { _ in Double(1 + random.index(below: 3)) }
        let k = 1 + random.index(below: 4)
        let (centres, boundaries) = KMeans.exact1D(values: values, weights: weights, clusters: k)
        let distinct = Set(values).sorted()
        #expect(centres.count == min(k, distinct.count))
        #expect(boundaries.count == centres.count - 1)
        #expect(centres == centres.sorted())
        var total = 0.0
        for (v, w) in zip(values, weights) {
            let c = boundaries.firstIndex { v <= $0 } ?? centres.count - 1
            total += w * (v - centres[c]) * (v - centres[c])
        }
        #expect(abs(total - bestCost(distinct, values, weights, k)) < 1e-9)
    }

    /// The least cost over all ways to cut the sorted distinct values into at most k runs.
    private func bestCost(
        _ distinct: [Double], _ values: [Double], _ weights: [Double], _ k: Int
    ) -> Double {
        var best = Double.infinity
        for cuts in 0..<(1 << max(0, distinct.count - 1)) where cuts.nonzeroBitCount < k {
            var total = 0.0
            var run: Set<Double> = []
            for (i, value) in distinct.enumerated() {
                run.insert(value)
                guard i == distinct.count - 1 || cuts >> i & 1 == 1 else { continue }
                let members = values.indices.filter { run.contains(values[$0]) }
                let w = members.reduce(0) { $0 + weights[$1] }
                let mean = members.reduce(0) { $0 + weights[$1] * values[$1] } / w
                total += members.reduce(0) {
                    $0 + weights[$1] * (values[$1] - mean) * (values[$1] - mean)
                }
                run = []
            }
            best = min(best, total)
        }
        return best
    }

    @Test func `numbers without spread or weight are handled`() {
        #expect(KMeans.exact1D(values: [], weights: [], clusters: 2).centres.isEmpty)
        #expect(KMeans.exact1D(values: [3, 3], weights: [1, 1], clusters: 2).centres == [3])
        #expect(KMeans.exact1D(values: [1, 2], weights: [0, 0], clusters: 2).centres == [1, 2])
    }

    @Test func `separate groups are found and the same bytes come from any number of threads`() {
        var random = Philox(seed: 5)
        let n = 300
        let points = (0..<n * 3).map { Double($0 / 3 % 4 * 10) + Double(random.gaussian()) }
        func run() -> (labels: [Int], centres: [Double], inertia: Double) {
            KMeans.cluster(
                points: points, count: n, dimension: 3, clusters: 4, restarts: 5, seed: 9)
        }
        let one = Parallel.withThreads(1) { run() }
        let eight = Parallel.withThreads(8) { run() }
        #expect(one.labels == eight.labels)
        #expect(one.centres == eight.centres)
        #expect(Set(one.labels).count == 4)
        for i in 4..<n { #expect(one.labels[i] == one.labels[i % 4]) }
        #expect(one.inertia < 1.2 * Double(3 * n))
    }

    @Test func `more clusters than points and equal points are handled`() {
        let same = KMeans.cluster(
            points: [1, 1, 1, 1], count: 2, dimension: 2, clusters: 5, restarts: 2, seed: 0)
        #expect(same.inertia == 0)
        #expect(same.labels.count == 2)
    }
}
