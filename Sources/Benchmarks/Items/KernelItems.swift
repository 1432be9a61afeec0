import Foundation
import Kernels

/// The numerics on made-up numbers of the sizes the stages use.
enum KernelItems {
    static let all: [BenchItem] =
        [memory] + products + vectors + randoms + [neighbours(50), neighbours(250)]
        + [eigenFull, eigenLeading, kMeans, gridCut]

    /// Numbers from a standard normal distribution, the same on every run.
    static func normal(_ count: Int, stage: UInt32 = 0) -> [Float] {
        var random = Philox(seed: 1, stage: stage)
        return (0..<count).map { _ in random.gaussian() }
    }

    private static let memory = BenchItem(
        "memory/copy", "copy of 256 MB", limit: "memory bandwidth; the measure for other stages"
    ) { _ in
        let count = 64 << 20
        let source = [Float](repeating: 1, count: count)
        let target = UnsafeMutablePointer<Float>.allocate(capacity: count)
        target.initialize(repeating: 0, count: count)
        var task = BenchTask {
            source.withUnsafeBufferPointer { source in
                nonisolated(unsafe) let from = source
                nonisolated(unsafe) let to = target
                Parallel.forEachRange(count, grain: 1 << 20) { range in
                    memcpy(
                        to + range.lowerBound, from.baseAddress! + range.lowerBound,
                        4 * range.count)
                }
            }
        }
        task.work = { .bytes(8 * Double(count)) }
        return task
    }

    private static let products: [BenchItem] =
        [
            (64, 250, 128), (64, 128, 128), (64, 128, 700), (512, 512, 512), (1024, 1024, 1024),
        ].map { m, k, n in product("\(m)x\(k)x\(n)", m, k, n) }
        + [
            product("transposed-250x64x128", 250, 64, 128, transposeA: true),
            product("gram-250x4096x250", 250, 4096, 250, transposeA: true),
        ]

    private static func product(
        _ name: String, _ m: Int, _ k: Int, _ n: Int, transposeA: Bool = false
    ) -> BenchItem {
        BenchItem(
            "matmul/\(name)", "matrix product \(name), single precision",
            limit: "multiply-add units; small ones by packing"
        ) { workspace in
            let a = normal(m * k)
            let b = normal(k * n, stage: 1)
            var c = [Float](repeating: 0, count: m * n)
            let operations = 2 * Double(m) * Double(k) * Double(n)
            let times = workspace.isQuick ? 10 : max(1, Int(4e9 / operations))
            var task = BenchTask {
                c.withUnsafeMutableBufferPointer { c in
                    for _ in 0..<times {
                        Matrix.multiply(
                            m: m, n: n, k: k, a: a, lda: transposeA ? m : k,
                            transposeA: transposeA, b: b, ldb: n, c: c.baseAddress!, ldc: n)
                    }
                }
            }
            task.units = Double(times)
            task.work = { .operations(operations) }
            return task
        }
    }

    private static let vectors: [BenchItem] = [
        vector("exp") { VectorMath.exp($0) }, vector("log") { VectorMath.log($0) },
        vector("sigmoid") { VectorMath.sigmoid($0) },
    ]

    private static func vector(
        _ name: String, _ function: @escaping @Sendable (UnsafeMutableBufferPointer<Float>) -> Void
    ) -> BenchItem {
        BenchItem(
            "vector/\(name)", "\(name) of a number, of 65,536",
            limit: "arithmetic of the polynomial, one thread"
        ) { _ in
            let values = normal(65_536).map { abs($0) + 0.01 }
            var scratch = values
            let times = 500
            var task = BenchTask {
                scratch.withUnsafeMutableBufferPointer { scratch in
                    for _ in 0..<times {
                        _ = scratch.update(fromContentsOf: values)
                        function(scratch)
                    }
                }
            }
            task.units = Double(times) * 65_536
            return task
        }
    }

    private static let randoms: [BenchItem] = [
        random("uniform", "a uniform number") { random, out in
            for index in out.indices { out[index] = random.uniform() }
        },
        random("bernoulli", "a Bernoulli draw of p = 0.3") { random, out in
            for index in out.indices { out[index] = random.uniform() < 0.3 ? 1 : 0 }
        },
        random("gaussian", "a Gaussian number") { random, out in
            for index in out.indices { out[index] = random.gaussian() }
        },
    ]

    private static func random(
        _ name: String, _ title: String,
        _ fill: @escaping @Sendable (inout Philox, UnsafeMutableBufferPointer<Float>) -> Void
    ) -> BenchItem {
        BenchItem(
            "philox/\(name)", "\(title) from a Philox stream",
            limit: "integer products of the rounds, one thread"
        ) { _ in
            var random = Philox(seed: 1)
            var values = [Float](repeating: 0, count: 1_000_000)
            var task = BenchTask {
                values.withUnsafeMutableBufferPointer { fill(&random, $0) }
            }
            task.units = 1e6
            return task
        }
    }

    private static func neighbours(_ dimension: Int) -> BenchItem {
        let count = 16_384
        return BenchItem(
            "knn/16384x\(dimension)",
            "50 nearest of 16,384 points in \(dimension) dimensions, exact",
            limit: "multiply-add units and the selection"
        ) { _ in
            let points = clustered(count, dimension)
            var task = BenchTask {
                _ = NearestNeighbours.exact(
                    points: points, count: count, dimension: dimension, neighbours: 50)
            }
            task.work = { .operations(Double(count) * Double(count) * Double(dimension) * 2) }
            return task
        }
    }

    /// Points about 20 centres.
    private static func clustered(_ count: Int, _ dimension: Int) -> [Float] {
        let centres = normal(20 * dimension, stage: 2)
        let noise = normal(count * dimension, stage: 3)
        return noise.indices.map { index in
            let (point, axis) = (index / dimension, index % dimension)
            return 2 * centres[point % 20 * dimension + axis] + noise[index]
        }
    }

    /// A covariance of random numbers.
    private static func covariance(_ order: Int) -> [Double] {
        let rows = normal(order * order, stage: 4)
        var product = [Float](repeating: 0, count: order * order)
        product.withUnsafeMutableBufferPointer {
            Matrix.multiply(
                m: order, n: order, k: order, alpha: 1 / Float(order), a: rows, lda: order, b: rows,
                ldb: order, transposeB: true, c: $0.baseAddress!, ldc: order)
        }
        return product.map { Double($0) }
    }

    private static let eigenFull = BenchItem(
        "eigen/full-1000", "all eigenvectors of a 1,000 x 1,000 symmetric matrix",
        limit: "memory traffic of the reduction, one pass a column"
    ) { _ in
        let matrix = covariance(1000)
        var task = BenchTask { _ = Eigen.symmetric(matrix, order: 1000) }
        task.work = { .operations(9e9) }
        return task
    }

    private static let eigenLeading = BenchItem(
        "eigen/leading-1000", "8 leading eigenvectors of a 1,000 x 1,000 symmetric matrix",
        limit: "memory bandwidth of the matrix times a vector"
    ) { _ in
        let order = 1000
        let matrix = covariance(order)
        return BenchTask {
            _ = Eigen.leading(
                8, order: order,
                apply: { x, y in
                    matrix.withUnsafeBufferPointer { matrix in
                        for row in 0..<order {
                            y[row] = dot(matrix.baseAddress! + row * order, x, order)
                        }
                    }
                }, seed: 1)
        }
    }

    /// The inner product of `count` numbers, a multiple of eight.
    private static func dot(
        _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int
    ) -> Double {
        let (a, b) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
        var sums = SIMD8<Double>(repeating: 0)
        for offset in stride(from: 0, to: 8 * count, by: 64) {
            sums +=
                a.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
                * b.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self)
        }
        return sums.sum()
    }

    private static let kMeans = BenchItem(
        "kmeans/10000x8", "k-means of 10,000 points in 8 dimensions, k = 8, 10 starts",
        limit: "arithmetic of the distances"
    ) { _ in
        let points = clustered(10_000, 8).map { Double($0) }
        return BenchTask {
            _ = KMeans.cluster(
                points: points, count: 10_000, dimension: 8, clusters: 8, restarts: 10, seed: 1)
        }
    }

    private static let gridCut = BenchItem(
        "gridcut/256", "minimum cut of a 256 x 256 grid",
        limit: "memory latency of the search trees, one thread"
    ) { _ in
        let side = 256
        let noise = normal(side * side, stage: 5)
        let foreground = noise.indices.map { index -> Double in
            let (x, y) = (Double(index % side), Double(index / side))
            return 2 * sin(x / 5) * cos(y / 7) + Double(noise[index])
        }
        let zeros = [Double](repeating: 0, count: side * side)
        let edges = [Double](repeating: 0.5, count: side * side)
        var task = BenchTask {
            for _ in 0..<5 {
                _ = GridCut.minimize(
                    width: side, height: side, backgroundCost: zeros, foregroundCost: foreground,
                    right: edges, down: edges)
            }
        }
        task.units = 5
        return task
    }
}
