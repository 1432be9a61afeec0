import Benchmarks
import Foundation
import Testing

private func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

@Suite struct SummaryTests {
    @Test(
        arguments: [
            ([3.0], [3.0, 3, 3, 3, 3]), ([1, 2], [1, 1.25, 1.5, 1.75, 2]),
            ([4, 1, 3, 2], [1, 1.75, 2.5, 3.25, 4]), ([5, 1, 4, 2, 3], [1, 2, 3, 4, 5]),
        ])
    func `the summary of some numbers holds their quartiles`(
        values: [Double], quartiles: [Double]
    ) {
        let summary = Summary(values)
        let found = [
            summary.least, summary.lowerQuartile, summary.median, summary.upperQuartile,
            summary.greatest,
        ]
        #expect(found == quartiles)
        #expect(summary.count == values.count)
    }

    @Test(arguments: [0.5, 1, 2, 3.25])
    func `a power law is found by its exponent`(exponent: Double) throws {
        let sizes = [16384.0, 65536, 262_144, 1_048_576]
        let times = sizes.map { 3e-6 * power($0, exponent) }
        let fit = try #require(GrowthFit(sizes: sizes, times: times))
        #expect(abs(fit.exponent - exponent) < 1e-12)
        #expect(abs(fit.misfit - 1) < 1e-9)
    }

    @Test func `a bend in the growth is told as a misfit`() throws {
        let fit = try #require(GrowthFit(sizes: [1, 4, 16], times: [1, 4, 64]))
        #expect(abs(fit.exponent - 1.5) < 1e-12)
        // In powers of two the points lie 1/3, -2/3 and 1/3 off the line.
        #expect(abs(fit.misfit - power(2, 2.0 / 3)) < 1e-12)
    }

    @Test(arguments: [
        ([1.0], [1.0]), ([2, 2], [1, 3]), ([1, 2], [0, 1]), ([1, 2], [1, -1]),
        ([1, 2, 3], [1, 2]),
    ])
    func `too few sizes or times that are none have no growth`(sizes: [Double], times: [Double]) {
        #expect(GrowthFit(sizes: sizes, times: times) == nil)
    }
}
