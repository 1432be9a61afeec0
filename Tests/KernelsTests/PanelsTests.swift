import Kernels
import Synchronization
import Testing

@Suite("Panels: products without packing, and what goes with them")
struct PanelsTests {
    private func random(_ count: Int, seed: UInt64) -> [Float] {
        var random = Philox(seed: seed)
        return (0..<count).map { _ in random.gaussian() }
    }

    private func filled(rows: Int, width: Int, seed: UInt64) -> PanelRows {
        let result = PanelRows(rows: rows, width: width)
        let values = random(rows * width, seed: seed)
        for i in 0..<rows { for j in 0..<width { result.row(i)[j] = values[i * width + j] } }
        return result
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 14, 31, 64], [1, 7, 50])
    func `a panel is the product of its factors`(rows: Int, depth: Int) {
        let b = filled(rows: depth, width: 16, seed: 2)
        let lying = filled(rows: rows, width: depth, seed: 1)
        let standing = PanelRows(rows: depth, width: rows)
        for i in 0..<rows { for p in 0..<depth { standing.row(p)[i] = lying.row(i)[p] } }
        for (a, row, step) in [(lying, lying.stride, 1), (standing, 1, standing.stride)] {
            let old = filled(rows: rows, width: 16, seed: 3)
            for kind in 0..<4 {
                let c = filled(rows: rows, width: 16, seed: 3)
                Panels.multiply(
                    rows: rows, depth: depth, a: a.start, aRow: row, aStep: step, b: b.start,
                    bStep: b.stride, c: c.start, cRow: c.stride, adding: kind == 1,
                    rectifying: kind == 2, gate: kind == 3 ? UnsafePointer(old.start) : nil)
                for i in 0..<rows {
                    for j in 0..<16 {
                        var sum = 0.0
                        for p in 0..<depth {
                            sum += Double(lying.row(i)[p]) * Double(b.row(p)[j])
                        }
                        let before = Double(old.row(i)[j])
                        if kind == 1 { sum += before }
                        if kind == 2 { sum = max(sum, 0) }
                        if kind == 3, before <= 0 { sum = 0 }
                        #expect(abs(Double(c.row(i)[j]) - sum) < 1e-4)
                    }
                }
            }
        }
    }

    @Test func `sums of soft maxima come from one logarithm`() {
        let rows = filled(rows: 5, width: 24, seed: 4)
        rows.row(1)[3] = 200
        rows.row(2)[4] = -200
        var expected: [Double] = []
        for i in 0..<5 {
            var values = (0..<24).map { rows.row(i)[$0] }
            values.withUnsafeMutableBufferPointer { VectorMath.softplus($0) }
            expected.append(values.reduce(0.0) { $0 + Double($1) })
        }
        var sums = [Float](repeating: 0, count: 5)
        var products = sums
        Panels.softplusRows(
            rows.start, rows: 5, stride: rows.stride, count: 24, sums: &sums, products: &products)
        products.withUnsafeMutableBufferPointer { VectorMath.log($0) }
        for i in 0..<5 { #expect(abs(Double(sums[i] + products[i]) - expected[i]) < 1e-4) }
    }

    @Test func `the logistic function is the sigmoid within its bounds`() {
        var values = (0..<64).map { Float($0 - 32) * 4 }
        var expected = values
        expected.withUnsafeMutableBufferPointer { VectorMath.sigmoid($0) }
        Panels.logistic(&values, count: 64)
        for (value, other) in zip(values, expected) { #expect(abs(value - other) < 1e-6) }
    }

    @Test(arguments: [0, 0.1, 0.5, 0.9, 1] as [Float])
    func `as many ones are drawn as were asked for`(share: Float) {
        let count = 80_000
        let shares = [Float](repeating: share, count: count)
        var drawn = shares
        Panels.bernoulli(shares, &drawn, count: count, start: 4_294_967_000, key: 0x1234_5678_9abc)
        #expect(drawn.allSatisfy { $0 == 0 || $0 == 1 })
        let error = Double(drawn.reduce(0, +)) / Double(count) - Double(share)
        #expect(abs(error) <= 5 * (Double(share * (1 - share)) / Double(count)).squareRoot())
        var pairs = 0.0
        for i in 0..<count - 1 { pairs += Double(drawn[i] * drawn[i + 1]) }
        #expect(abs(pairs / Double(count) - Double(share * share)) < 0.01)
    }

    @Test(arguments: [1, 15, 97, 200])
    func `inner products of columns are those of the plain sum`(width: Int) {
        let rows = filled(rows: 130, width: width, seed: 5)
        var gram = [Double](repeating: 1, count: width * width)
        gram.withUnsafeMutableBufferPointer {
            guard let base = $0.baseAddress else { return }
            rows.addGram(rows: 130, to: base) { true }
        }
        for i in 0..<width {
            for j in i..<width {
                var sum = 1.0
                for row in 0..<130 { sum += Double(rows.row(row)[i]) * Double(rows.row(row)[j]) }
                #expect(abs(gram[i * width + j] - sum) < 1e-3)
            }
        }
    }

    @Test(arguments: [1, 2, 8])
    func `a team does every piece once and sees the loop before`(threads: Int) {
        let counts = [7, 1, 0, 300, 13]
        let done = 300
        let sums = Mutex([[Int]](repeating: [Int](repeating: 0, count: done), count: counts.count))
        let early = Atomic<Int>(0)
        Parallel.withThreads(threads) {
            SpinTeam.lead { phase, index in
                sums.withLock { sums in
                    sums[phase][index] += 1
                    if phase > 0, sums[phase - 1].reduce(0, +) != counts[phase - 1] {
                        early.add(1, ordering: .relaxed)
                    }
                }
            } _: { team in
                for (phase, count) in counts.enumerated() { team.run(phase, count: count) }
            }
        }
        #expect(early.load(ordering: .relaxed) == 0)
        sums.withLock { sums in
            for (phase, count) in counts.enumerated() {
                #expect(sums[phase].prefix(count).allSatisfy { $0 == 1 })
                #expect(sums[phase].dropFirst(count).allSatisfy { $0 == 0 })
            }
        }
    }
}
