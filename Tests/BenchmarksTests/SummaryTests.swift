import Benchmarks
import Testing

@Suite struct SummaryTests {
    @Test func `the median of an even count lies between the middle two`() {
        let summary = Summary([4, 1, 3, 2])
        #expect(summary.median == 2.5)
        #expect(summary.lowerQuartile == 1.75)
    }
}
