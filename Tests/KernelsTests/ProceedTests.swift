import Kernels
import Testing

/// Long computations tell how far they are and can be stopped.
struct ProceedTests {
    private static let order = 60
    private static let matrix: [Double] = {
        var random = Philox(seed: 5)
        var values = [Double](repeating: 0, count: order * order)
        for i in 0..<order {
            for j in 0...i {
                values[i * order + j] = Double(random.uniform()) - 0.5
                values[j * order + i] = values[i * order + j]
            }
        }
        return values
    }()

    private static func product(_ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
        for i in 0..<order {
            y[i] = (0..<order).reduce(0) { $0 + matrix[i * order + $1] * x[$1] }
        }
    }

    private static let floats = matrix.map { Float($0) }

    /// Each computation, giving a text of its result or nil.
    private static let work: [(name: String, run: @Sendable ((Double) -> Bool) -> String?)] = [
        (
            "all eigenvectors",
            { proceed in
                Eigen.symmetric(matrix, order: order, proceed: proceed).map { "\($0)" }
            }
        ),
        (
            "leading eigenvectors",
            { proceed in
                Eigen.leading(3, order: order, apply: product, seed: 1, proceed: proceed)
                    .map { "\($0)" }
            }
        ),
        (
            "principal components",
            { proceed in
                PrincipalComponents.project(
                    points: floats, count: 180, dimension: 20, components: 4, proceed: proceed
                ).map { "\($0)" }
            }
        ),
        (
            "neighbours",
            { proceed in
                NearestNeighbours.search(
                    points: floats, count: 1_200, dimension: 3, neighbours: 4, proceed: proceed
                ).map { "\($0)" }
            }
        ),
        (
            "approximate neighbours",
            { proceed in
                NearestNeighbours.approximate(
                    points: floats, count: 1_200, dimension: 3, neighbours: 4, proceed: proceed
                ).map { "\($0)" }
            }
        ),
        (
            "cut",
            { proceed in
                let costs = matrix.map { 4 * $0 }
                let ones = costs.map { _ in 0.7 }
                return GridCut.minimize(
                    width: order, height: order, backgroundCost: costs,
                    foregroundCost: costs.map { -$0 }, right: ones, down: ones, proceed: proceed
                ).map { "\($0)" }
            }
        ),
        (
            "k-means",
            { proceed in
                KMeans.cluster(
                    points: matrix, count: 900, dimension: 4, clusters: 5, restarts: 9, seed: 2,
                    proceed: proceed
                ).map { "\($0)" }
            }
        ),
    ]

    @Test(arguments: work.map(\.name))
    func `a computation tells a share that rises from 0 towards 1`(name: String) throws {
        let work = try #require(Self.work.first { $0.name == name })
        var shares: [Double] = []
        let result = work.run { share in
            shares.append(share)
            return true
        }
        #expect(result != nil)
        #expect(!shares.isEmpty)
        #expect(shares.allSatisfy { (0...1).contains($0) })
        for (before, after) in zip(shares, shares.dropFirst()) { #expect(after >= before) }
    }

    @Test(arguments: work.map(\.name))
    func `a computation stops at the first no, with nothing`(name: String) throws {
        let work = try #require(Self.work.first { $0.name == name })
        var all = 0
        _ = work.run { _ in
            all += 1
            return true
        }
        for limit in Set([0, all / 3, all - 1]) {
            var asked = 0
            let result = work.run { _ in
                asked += 1
                return asked <= limit
            }
            #expect(result == nil)
            #expect(asked == limit + 1)
        }
    }

    @Test func `principal components see every block of points`() {
        // 400 dimensions are taken 4096 points at a time; the largest spread is in the last block.
        let (count, dimension) = (9_000, 400)
        var points = [Float](repeating: 0, count: count * dimension)
        for i in 0..<count {
            let sign: Float = i % 2 == 0 ? 1 : -1
            points[i * dimension + (i < 8_192 ? 3 : 7)] = i < 8_192 ? sign : 10 * sign
        }
        let found = PrincipalComponents.project(
            points: points, count: count, dimension: dimension, components: 2)
        for i in 0..<count {
            let wanted: SIMD2<Float> =
                i < 8_192
                ? [0, points[i * dimension + 3]] : [points[i * dimension + 7], 0]
            #expect(abs(found[2 * i] - wanted.x) < 1e-3)
            #expect(abs(found[2 * i + 1] - wanted.y) < 1e-3)
        }
    }
}
