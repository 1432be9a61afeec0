import Kernels
import Testing

struct NearestNeighboursTests {
    /// Brute force by the definition.
    private func bruteForce(_ points: [Float], _ n: Int, _ d: Int, _ k: Int) -> ([Int32], [Float]) {
        var indices: [Int32] = []
        var distances: [Float] = []
        for i in 0..<n {
            var list: [(Float, Int)] = []
            for j in 0..<n where j != i {
                var sum = 0.0
                for c in 0..<d {
                    let difference = Double(points[i * d + c]) - Double(points[j * d + c])
                    sum += difference * difference
                }
                list.append((Float(sum), j))
            }
            list.sort { $0 < $1 }
            indices += list.prefix(k).map { Int32($0.1) }
            distances += list.prefix(k).map { $0.0 }
        }
        return (indices, distances)
    }

    @Test(arguments: [
        (1, 3, 5), (2, 1, 1), (7, 3, 6), (65, 1, 9), (300, 5, 15), (257, 50, 40), (700, 4, 30),
        (1_000, 2, 20),
    ])
    func `lists are those of brute force, with ties by index`(n: Int, d: Int, k: Int) {
        var random = Philox(seed: UInt64(n))
        // Whole numbers: distances are exact and ties are many.
        let points = (0..<n * d).map { _ in Float(random.index(below: 6)) }
        let found = NearestNeighbours.exact(points: points, count: n, dimension: d, neighbours: k)
        let (indices, distances) = bruteForce(points, n, d, k)
        #expect(found.indices == indices)
        #expect(found.squaredDistances == distances)
    }

    @Test func `equal points are neighbours at distance zero, the first ones first`() {
        let n = 150
        let points = [Float](repeating: 0.1, count: n * 3)
        let found = NearestNeighbours.exact(points: points, count: n, dimension: 3, neighbours: 4)
        #expect(found.squaredDistances.allSatisfy { $0 == 0 })
        #expect(Array(found.indices[0..<8]) == [1, 2, 3, 4, 0, 2, 3, 4])
        #expect(Array(found.indices[(n - 1) * 4..<n * 4]) == [0, 1, 2, 3])
    }

    @Test func `the number of threads does not change a byte`() {
        var random = Philox(seed: 1)
        let points = (0..<900 * 20).map { _ in random.gaussian() }
        let runs = [1, 2, 8].map { threads in
            Parallel.withThreads(threads) {
                NearestNeighbours.exact(points: points, count: 900, dimension: 20, neighbours: 15)
            }
        }
        for run in runs.dropFirst() {
            #expect(run.indices == runs[0].indices)
            #expect(run.squaredDistances == runs[0].squaredDistances)
        }
    }

    /// Points round 40 centres, with noise in every coordinate.
    private func groups(_ n: Int, _ d: Int) -> [Float] {
        var random = Philox(seed: 9)
        let centres = (0..<40 * d).map { _ in 3 * random.gaussian() }
        return (0..<n).flatMap { _ -> [Float] in
            let centre = random.index(below: 40)
            return (0..<d).map { centres[centre * d + $0] + random.gaussian() }
        }
    }

    @Test func `the approximate search finds most neighbours of grouped points`() throws {
        let (n, d, k) = (9_000, 12, 15)
        let points = groups(n, d)
        let exact = NearestNeighbours.exact(points: points, count: n, dimension: d, neighbours: k)
        let found = try #require(
            NearestNeighbours.approximate(points: points, count: n, dimension: d, neighbours: k) {
                _ in true
            })
        var same = 0
        for i in 0..<n {
            let list = Set(found.indices[i * k..<(i + 1) * k])
            #expect(list.count == k)
            #expect(!list.contains(Int32(i)))
            same += list.intersection(exact.indices[i * k..<(i + 1) * k]).count
        }
        let recall = Double(same) / Double(n * k)
        // 4 of 16 blocks are looked at here: 0.86.
        #expect(recall > 0.8)
        #expect(recall < 1)
        let measured = NearestNeighbours.recall(
            squaredDistances: found.squaredDistances, points: points, count: n, dimension: d,
            sample: n)
        #expect(abs(measured - recall) < 1e-6)
        let sampled = NearestNeighbours.recall(
            squaredDistances: exact.squaredDistances, points: points, count: n, dimension: d,
            sample: 50)
        #expect(sampled == 1)
    }

    @Test func `the approximate search gives the same bytes on any number of threads`() {
        let points = groups(5_000, 7)
        let runs = [1, 2, 3].map { threads in
            Parallel.withThreads(threads) {
                NearestNeighbours.approximate(
                    points: points, count: 5_000, dimension: 7, neighbours: 10
                ) { _ in true }
            }
        }
        for run in runs.dropFirst() {
            #expect(run?.indices == runs[0]?.indices)
            #expect(run?.squaredDistances == runs[0]?.squaredDistances)
        }
    }

    @Test(arguments: [1, 2, 5, 40])
    func `the approximate search of few points is the exact one`(n: Int) {
        let points = groups(n, 3)
        let exact = NearestNeighbours.exact(points: points, count: n, dimension: 3, neighbours: 6)
        let found = NearestNeighbours.approximate(
            points: points, count: n, dimension: 3, neighbours: 6
        ) { _ in true }
        #expect(found?.indices == exact.indices)
        #expect(found?.squaredDistances == exact.squaredDistances)
    }

    @Test func `a large common offset and huge coordinates do not lose neighbours`() {
        var random = Philox(seed: 3)
        for scale: Float in [1, 1e18] {
            let points = (0..<400 * 2).map { _ in scale * Float(100 + random.index(below: 50)) }
            let found = NearestNeighbours.exact(
                points: points, count: 400, dimension: 2, neighbours: 5)
            let (_, distances) = bruteForce(points, 400, 2, 5)
            for (a, b) in zip(found.squaredDistances, distances) {
                #expect(a == b || abs(a - b) < 1e-5 * b)
            }
        }
    }
}
