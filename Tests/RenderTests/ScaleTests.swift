import Foundation
import Render
import Testing

@Suite struct Scales {
    @Test(
        arguments: [
            (0.0, 18.0, [0.0, 5, 10, 15]), (0, 10, [0, 5, 10]), (0, 1, [0, 0.5, 1]),
            (-2.6, 2.6, [-2, -1, 0, 1, 2]),
            (0, 8, [0, 2, 4, 6, 8]), (55, 490, [100, 200, 300, 400]),
            (0.001, 0.0042, [0.001, 0.002, 0.003, 0.004]),
            (3, 3, [3]), (0, 1e7, [0, 5e6, 1e7]),
        ] as [(Double, Double, [Double])])
    func `ticks are round and few`(low: Double, high: Double, expected: [Double]) {
        let ticks = Ticks.nice(low, high)
        #expect(ticks.values.count == expected.count)
        for (found, wanted) in zip(ticks.values, expected) {
            #expect(abs(found - wanted) <= 1e-9 * max(1, abs(wanted)))
        }
    }

    @Test func `any range has one to five ticks inside it`() {
        var state: UInt64 = 7
        for _ in 0..<2000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1
            let low = Double(Int64(bitPattern: state) >> 20) / 1e6
            state = state &* 6_364_136_223_846_793_005 &+ 1
            let span = pow(10, Double(state % 30) - 12)
            let ticks = Ticks.nice(low, low + span)
            #expect((1...5).contains(ticks.values.count))
            let slack = span * 1e-6 + abs(low) * 1e-12
            #expect(ticks.values.allSatisfy { $0 >= low - slack && $0 <= low + span + slack })
        }
        for odd in [(Double.nan, 1.0), (0, .infinity), (5, -5), (-.infinity, .infinity)] {
            #expect(Ticks.nice(odd.0, odd.1).values.count == 1)
        }
    }

    @Test(
        arguments: [
            (0.0, 15000.0, ["0", "5\u{2009}000", "10\u{2009}000", "15\u{2009}000"]),
            (-1, 1, ["−1.0", "−0.5", "0", "0.5", "1.0"]),
            (0, 2e6, ["0", "500\u{2009}000", "1.0×10⁶", "1.5×10⁶", "2.0×10⁶"]),
            (0, 0.04, ["0", "0.01", "0.02", "0.03", "0.04"]),
        ] as [(Double, Double, [String])])
    func `tick labels have the decimals of the step`(low: Double, high: Double, labels: [String]) {
        #expect(Ticks.nice(low, high).labels == labels)
    }

    @Test(
        arguments: [
            (12.0, [0.0, 1, 2, 5, 10]), (30, [0, 1, 5, 20]), (2500, [0, 2, 20, 200, 2000]),
            (1.5, [0, 0.5, 1, 1.5]),
        ] as [(Double, [Double])])
    func `log scales have ticks of the series 1, 2, 5`(high: Double, expected: [Double]) {
        #expect(Ticks.series(upTo: high).values == expected)
    }

    @Test(
        arguments: [(80.0, 100.0), (60, 50), (0.33, 0.5), (1234, 1000), (5, 5), (2.9, 2)]
            as [(Double, Double)])
    func `a scale bar has the nearest round length`(target: Double, expected: Double) {
        #expect(abs(Ticks.roundLength(near: target) - expected) < 1e-9 * expected)
    }

    /// Values by NumPy: `np.percentile(v[v > 0], q)`.
    @Test(
        arguments: [
            (50.0, 3.0), (100, 10), (0, 1), (99, 9.8), (75, 5), (80, 6),
        ] as [(Double, Double)])
    func `the percentile is of the positive values, interpolated`(q: Double, expected: Double)
        throws
    {
        let values: [Float] = [0, 10, 3, -4, 1, 0, 5, .nan, 2, .infinity, 0]
        let found = try #require(Percentile.ofPositive(values, q))
        #expect(abs(found - expected) < 1e-6)
    }

    @Test func `without a positive value there is no percentile`() {
        #expect(Percentile.ofPositive([0, -1, .nan], 99) == nil)
        #expect(Percentile.ofPositive([], 99) == nil)
    }
}
