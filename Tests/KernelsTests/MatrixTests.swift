import Kernels
import Testing

struct MatrixTests {
    @Test(arguments: [
        (1, 1, 1), (1, 17, 3), (5, 2, 300), (6, 16, 8), (7, 33, 257), (13, 31, 64), (64, 128, 250),
        (129, 65, 17), (3, 1000, 2), (200, 70, 600),
    ])
    func `products agree with doubles in every orientation`(m: Int, n: Int, k: Int) {
        for transposeA in [false, true] {
            for transposeB in [false, true] {
                check(m, n, k, transposeA, transposeB)
            }
        }
    }

    private func check(_ m: Int, _ n: Int, _ k: Int, _ transposeA: Bool, _ transposeB: Bool) {
        var random = Philox(seed: UInt64(m * 7 + n))
        let (lda, ldb, ldc) = ((transposeA ? m : k) + 3, (transposeB ? k : n) + 1, n + 2)
        let a = (0..<(transposeA ? k : m) * lda).map { _ in random.uniform() - 0.5 }
        let b = (0..<(transposeB ? n : k) * ldb).map { _ in random.uniform() - 0.5 }
        let start = (0..<m * ldc).map { _ in random.uniform() }
        for (alpha, beta) in [(Float(1), Float(0)), (0.5, 1), (-2, 0.25)] {
            var c = beta == 0 ? [Float](repeating: .nan, count: m * ldc) : start
            let before = c
            Matrix.multiply(
                m: m, n: n, k: k, alpha: alpha, a: a, lda: lda, transposeA: transposeA, b: b,
                ldb: ldb, transposeB: transposeB, beta: beta, c: &c, ldc: ldc)
            var worst = 0.0
            for i in 0..<m {
                for j in 0..<n {
                    var sum = 0.0
                    for p in 0..<k {
                        sum +=
                            Double(transposeA ? a[p * lda + i] : a[i * lda + p])
                            * Double(transposeB ? b[j * ldb + p] : b[p * ldb + j])
                    }
                    let old = beta == 0 ? 0 : Double(beta) * Double(before[i * ldc + j])
                    worst = max(worst, abs(Double(c[i * ldc + j]) - Double(alpha) * sum - old))
                }
                for j in n..<ldc {
                    #expect(c[i * ldc + j].bitPattern == before[i * ldc + j].bitPattern)
                }
            }
            #expect(worst < 2e-6 * Double(k).squareRoot() + 1e-6)
        }
    }

    @Test func `an inner length of zero leaves beta C`() {
        var c: [Float] = [1, 2, 3, 4]
        let nothing: [Float] = [0]
        Matrix.multiply(
            m: 2, n: 2, k: 0, a: nothing, lda: 1, b: nothing, ldb: 2, beta: 2, c: &c, ldc: 2)
        #expect(c == [2, 4, 6, 8])
    }

    @Test func `the number of threads does not change a byte`() {
        var random = Philox(seed: 2)
        let (m, n, k) = (301, 517, 260)
        let a = (0..<m * k).map { _ in random.gaussian() }
        let b = (0..<k * n).map { _ in random.gaussian() }
        let runs = [1, 2, 8].map { threads in
            Parallel.withThreads(threads) {
                var c = [Float](repeating: 0, count: m * n)
                Matrix.multiply(m: m, n: n, k: k, a: a, lda: k, b: b, ldb: n, c: &c, ldc: n)
                return c
            }
        }
        #expect(runs[1] == runs[0])
        #expect(runs[2] == runs[0])
    }

    @Test(arguments: [
        (1, 1, 1), (1, 9, 3), (6, 8, 5), (7, 5, 300), (49, 33, 64), (50, 1_100, 20), (130, 90, 600),
    ])
    func `products of doubles agree with loops in every orientation`(m: Int, n: Int, k: Int) {
        var random = Philox(seed: UInt64(m + n))
        let a = (0..<m * k).map { _ in random.uniformDouble() - 0.5 }
        let b = (0..<k * n).map { _ in random.uniformDouble() - 0.5 }
        let start = (0..<m * (n + 1)).map { _ in random.uniformDouble() }
        for (turnA, turnB, alpha) in [
            (false, false, 1.0), (true, false, -1), (false, true, 0.5), (true, true, 2),
        ] {
            var c = start
            a.withUnsafeBufferPointer { a in
                b.withUnsafeBufferPointer { b in
                    guard let a = a.baseAddress, let b = b.baseAddress else { return }
                    Matrix.add(
                        m: m, n: n, k: k, alpha: alpha,
                        turnA ? MatrixView(a, row: m).transposed : MatrixView(a, row: k),
                        turnB ? MatrixView(b, row: k).transposed : MatrixView(b, row: n), to: &c,
                        ldc: n + 1)
                }
            }
            var worst = 0.0
            for i in 0..<m {
                for j in 0..<n {
                    var sum = start[i * (n + 1) + j]
                    for p in 0..<k {
                        sum +=
                            alpha * a[turnA ? p * m + i : i * k + p]
                            * b[turnB ? j * k + p : p * n + j]
                    }
                    worst = max(worst, abs(c[i * (n + 1) + j] - sum))
                }
                #expect(c[i * (n + 1) + n] == start[i * (n + 1) + n])
            }
            #expect(worst < 1e-13)
        }
    }

    @Test func `doubles do not depend on the number of threads`() {
        let (m, n, k) = (211, 190, 310)
        var random = Philox(seed: 4)
        let a = (0..<m * k).map { _ in random.uniformDouble() - 0.5 }
        let b = (0..<k * n).map { _ in random.uniformDouble() - 0.5 }
        let runs = [1, 2, 8].map { threads in
            Parallel.withThreads(threads) {
                var c = [Double](repeating: 0, count: m * n)
                a.withUnsafeBufferPointer { a in
                    b.withUnsafeBufferPointer { b in
                        guard let a = a.baseAddress, let b = b.baseAddress else { return }
                        Matrix.add(
                            m: m, n: n, k: k, MatrixView(a, row: k), MatrixView(b, row: n), to: &c,
                            ldc: n)
                    }
                }
                return c
            }
        }
        #expect(runs[1] == runs[0])
        #expect(runs[2] == runs[0])
    }
}
