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
}
