import Kernels
import Testing

struct EigenTests {
    private func randomSymmetric(_ n: Int, rank: Int? = nil) -> [Double] {
        var random = Philox(seed: UInt64(n))
        let r = rank ?? n
        let x = (0..<n * r).map { _ in Double(random.gaussian()) }
        var a = [Double](repeating: 0, count: n * n)
        for i in 0..<n {
            for j in 0..<n {
                for k in 0..<r {
                    a[i * n + j] += x[i * r + k] * x[j * r + k] * (k % 2 == 0 ? 1 : -1)
                }
            }
        }
        return a
    }

    private func residual(_ a: [Double], _ n: Int, _ value: Double, _ v: ArraySlice<Double>)
        -> Double
    {
        let v = Array(v)
        var worst = 0.0
        for i in 0..<n {
            var sum = -value * v[i]
            for j in 0..<n { sum += a[i * n + j] * v[j] }
            worst = max(worst, abs(sum))
        }
        return worst
    }

    @Test(arguments: [1, 2, 3, 5, 17, 24, 25, 49, 64, 121])
    func `all eigenpairs satisfy their equation and are orthonormal`(n: Int) {
        let a = randomSymmetric(n, rank: n == 17 ? 4 : nil)
        let scale = a.reduce(0) { max($0, abs($1)) } * Double(n)
        let (values, vectors) = Eigen.symmetric(a, order: n)
        #expect(values == values.sorted())
        for j in 0..<n {
            #expect(residual(a, n, values[j], vectors[j * n..<(j + 1) * n]) < 1e-13 * scale)
            for k in 0...j {
                var dot = 0.0
                for i in 0..<n { dot += vectors[j * n + i] * vectors[k * n + i] }
                #expect(abs(dot - (j == k ? 1 : 0)) < 1e-12)
            }
        }
    }

    /// Blocks of equal numbers, almost apart: eigenvalues of high multiplicity, but for rounding.
    private func blocks(_ n: Int, size: Int, link: Double) -> [Double] {
        (0..<n * n).map { place in
            let (i, j) = (place / n, place % n)
            return (i == j ? 1 : 0) + (i / size == j / size ? 1 : link)
        }
    }

    @Test(arguments: [0, 1e-14, 1e-9, 1e-3])
    func `close and equal eigenvalues have orthonormal eigenvectors`(link: Double) {
        let n = 130
        let a = blocks(n, size: 5, link: link)
        let (values, vectors) = Eigen.symmetric(a, order: n)
        #expect(values == values.sorted())
        // 26 blocks: one eigenvalue 6 of each, the others 1.
        #expect(abs(values[0] - 1) < 1e-2 && abs(values[n - 2] - 6) < 1e-2)
        for j in 0..<n {
            #expect(residual(a, n, values[j], vectors[j * n..<(j + 1) * n]) < 1e-13)
            for k in 0...j {
                var dot = 0.0
                for i in 0..<n { dot += vectors[j * n + i] * vectors[k * n + i] }
                #expect(abs(dot - (j == k ? 1 : 0)) < 1e-12)
            }
        }
    }

    @Test func `some of the eigenvectors are the last of all`() throws {
        let n = 90
        let a = randomSymmetric(n)
        let all = Eigen.symmetric(a, order: n)
        for count in [0, 1, 17, n] {
            let some = try #require(
                Eigen.symmetric(a, order: n, largest: count) { _ in true })
            #expect(some.values == Array(all.values[(n - count)...]))
            for (x, y) in zip(some.vectors, all.vectors[((n - count) * n)...]) {
                #expect(abs(x - y) < 1e-13)
            }
        }
    }

    @Test func `the number of threads does not change a byte`() {
        let n = 260
        let a = randomSymmetric(n, rank: 40)
        let runs = [1, 2, 8].map { threads in
            Parallel.withThreads(threads) { Eigen.symmetric(a, order: n) }
        }
        for run in runs[1...] {
            #expect(run.values == runs[0].values)
            #expect(run.vectors == runs[0].vectors)
        }
    }

    @Test func `a known matrix has its known eigenvalues`() {
        // The second difference matrix: 2 - 2 cos(pi j / (n + 1)).
        let n = 6
        var a = [Double](repeating: 0, count: n * n)
        for i in 0..<n {
            a[i * n + i] = 2
            if i > 0 { (a[i * n + i - 1], a[(i - 1) * n + i]) = (-1, -1) }
        }
        let values = Eigen.symmetric(a, order: n).values
        let expected = [
            0.198062264195162, 0.753020396282533, 1.554958132087371, 2.445041867912629,
            3.246979603717467, 3.801937735804838,
        ]
        for (value, known) in zip(values, expected) { #expect(abs(value - known) < 1e-13) }
    }

    @Test(arguments: [1e-200, 1, 1e200])
    func `zero, diagonal and extreme matrices are handled`(unit: Double) {
        #expect(Eigen.symmetric([], order: 0).values.isEmpty)
        #expect(Eigen.symmetric([Double](repeating: 0, count: 9), order: 3).values == [0, 0, 0])
        let (values, vectors) = Eigen.symmetric([3 * unit, 0, 0, unit], order: 2)
        #expect(values == [unit, 3 * unit])
        #expect(vectors == [0, 1, 1, 0])
    }

    @Test(arguments: [(1, 1), (3, 2), (40, 5), (130, 4), (300, 3)])
    func `the leading eigenpairs are those of the full solution`(n: Int, count: Int) {
        let a = randomSymmetric(n)
        let all = Eigen.symmetric(a, order: n).values
        let (values, vectors) = Eigen.leading(
            count, order: n, apply: { x, y in product(a, n, x, y) }, seed: 3)
        for j in 0..<count {
            #expect(abs(values[j] - all[n - 1 - j]) < 1e-7 * abs(all[n - 1]))
            #expect(
                residual(a, n, values[j], vectors[j * n..<(j + 1) * n]) < 1e-6 * abs(all[n - 1]))
        }
    }

    @Test func `an eigenvalue of multiplicity four is found four times`() {
        let n = 200
        let (values, _) = Eigen.leading(
            5, order: n,
            apply: { x, y in for i in 0..<n { y[i] = x[i] * (i < 4 ? 2 : 1 / Double(i)) } }, seed: 1
        )
        for (value, known) in zip(values, [2, 2, 2, 2, 0.25]) { #expect(abs(value - known) < 1e-8) }
    }
}

private func product(
    _ a: [Double], _ n: Int, _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>
) {
    for i in 0..<n {
        y[i] = 0
        for j in 0..<n { y[i] += a[i * n + j] * x[j] }
    }
}
