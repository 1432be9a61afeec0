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
}
