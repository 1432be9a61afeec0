import Kernels
import Testing

struct PhiloxTests {
    @Test func `blocks agree with the published known answers`() {
        // kat_vectors of Random123 (philox4x32 10).
        let ones = UInt32.max
        #expect(
            Philox.block(counter: SIMD4(0, 0, 0, 0), key: SIMD2(0, 0))
                == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
        #expect(
            Philox.block(counter: SIMD4(ones, ones, ones, ones), key: SIMD2(ones, ones))
                == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
        #expect(
            Philox.block(
                counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
                key: SIMD2(0xa409_3822, 0x299f_31d0))
                == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    }

    @Test func `normal draws have the moments of the normal distribution`() {
        var random = Philox(seed: 11)
        let n = 200_000
        var sums = SIMD4<Double>()
        for _ in 0..<n {
            let x = Double(random.gaussian())
            sums += SIMD4(x, x * x, x * x * x, x * x * x * x)
        }
        let moments = sums / Double(n)
        #expect(abs(moments[0]) < 0.012)
        #expect(abs(moments[1] - 1) < 0.016)
        #expect(abs(moments[2]) < 0.05)
        #expect(abs(moments[3] - 3) < 0.12)
    }

    @Test func `a shuffle is a permutation and every place is equally likely`() {
        var counts = [Int](repeating: 0, count: 4)
        for seed in 0..<4000 {
            var random = Philox(seed: UInt64(seed))
            var values = [0, 1, 2, 3]
            random.shuffle(&values)
            #expect(values.sorted() == [0, 1, 2, 3])
            counts[values.firstIndex(of: 0) ?? 0] += 1
        }
        for count in counts { #expect(abs(count - 1000) < 140) }
    }

    @Test(arguments: [0, 1, 3, 31, 32, 33, 255, 256, 257, 1_001], [0, 1, 2, 4])
    func `a filled buffer holds what single draws give`(count: Int, before: Int) {
        var (one, many) = (Philox(seed: 5, stage: 2, index: 9), Philox(seed: 5, stage: 2, index: 9))
        for _ in 0..<before { #expect(one.nextWord() == many.nextWord()) }
        var values = [Float](repeating: -1, count: count)
        values.withUnsafeMutableBufferPointer { many.fillUniform($0) }
        #expect(values == (0..<count).map { _ in one.uniform() })
        var coins = (0..<count).map { Float($0 % 11) / 10 }
        let expected = coins.map { one.uniform() < $0 ? Float(1) : 0 }
        coins.withUnsafeMutableBufferPointer { many.fillBernoulli($0) }
        #expect(coins == expected)
        #expect(one.next() == many.next())
    }

    @Test func `filled normal numbers have the moments and the tails of the normal distribution`() {
        var random = Philox(seed: 12)
        let n = 200_001
        var values = [Float](repeating: .nan, count: n)
        values.withUnsafeMutableBufferPointer { random.fillGaussian($0) }
        var sums = SIMD4<Double>()
        var lagged = 0.0
        var beyond = 0
        for (place, value) in values.enumerated() {
            let x = Double(value)
            sums += SIMD4(x, x * x, x * x * x, x * x * x * x)
            if place >= 128 { lagged += x * Double(values[place - 128]) }
            if abs(x) > 2 { beyond += 1 }
        }
        let moments = sums / Double(n)
        #expect(abs(moments[0]) < 0.012)
        #expect(abs(moments[1] - 1) < 0.016)
        #expect(abs(moments[2]) < 0.05)
        #expect(abs(moments[3] - 3) < 0.12)
        // The two of a pair are 128 places apart.
        #expect(abs(lagged / Double(n)) < 0.012)
        #expect(abs(Double(beyond) / Double(n) - 0.0455) < 0.0024)
        #expect(values.allSatisfy { abs($0) < 5.8 })
    }
}
