import Kernels
import Testing

struct GridCutTests {
    @Test(arguments: 0..<200)
    func `the cut is the smallest optimum of all labellings of a small grid`(seed: Int) {
        var random = Philox(seed: UInt64(seed))
        let (w, h) = [(3, 3), (1, 9), (9, 1), (4, 2), (2, 4)][seed % 5]
        let n = w * h
        // Whole numbers, so that sums are exact and ties happen.
        func numbers(_ range: Int) -> [Double] {
            (0..<n).map { _ in Double(random.index(below: range)) }
        }
        let (back, fore) = (numbers(8), numbers(8))
        let (right, down) = (numbers(seed % 7 + 1), numbers(4))
        var best = Double.infinity
        var labels = 0
        for mask in 0..<(1 << n) {
            let cost = energy(mask, w, h, back, fore, right, down)
            if cost < best || cost == best && mask.nonzeroBitCount < labels.nonzeroBitCount {
                (best, labels) = (cost, mask)
            }
        }
        let found = GridCut.minimize(
            width: w, height: h, backgroundCost: back, foregroundCost: fore, right: right,
            down: down)
        #expect(found == (0..<n).map { labels >> $0 & 1 == 1 })
    }

    private func energy(
        _ mask: Int, _ w: Int, _ h: Int, _ back: [Double], _ fore: [Double], _ right: [Double],
        _ down: [Double]
    ) -> Double {
        var sum = 0.0
        for p in 0..<w * h {
            let label = mask >> p & 1
            sum += label == 1 ? fore[p] : back[p]
            if p % w + 1 < w, mask >> (p + 1) & 1 != label { sum += right[p] }
            if p + w < w * h, mask >> (p + w) & 1 != label { sum += down[p] }
        }
        return sum
    }

    @Test func `infinite costs hold pixels and nothing overflows`() {
        let found = GridCut.minimize(
            width: 4, height: 1, backgroundCost: [.infinity, 0, 0, 0],
            foregroundCost: [0, 0, 0, .infinity], right: [5, 1, .infinity, 0],
            down: [0, 0, 0, 0])
        #expect(found == [true, true, false, false])
    }

    @Test func `a noisy image of 512 by 512 is cut within seconds and is smooth`() {
        let side = 512
        var random = Philox(seed: 7)
        var back = [Double](repeating: 0, count: side * side)
        var fore = back
        for p in back.indices {
            let (x, y) = (p % side / 64, p / side / 64)
            let mean = (x + y) % 2 == 0 ? 1.0 : -1.0
            let value = mean + 2 * Double(random.gaussian())
            (back[p], fore[p]) = (max(value, 0), max(-value, 0))
        }
        let pair = [Double](repeating: 2, count: side * side)
        let clock = ContinuousClock()
        var found: [Bool] = []
        let time = clock.measure {
            found = GridCut.minimize(
                width: side, height: side, backgroundCost: back, foregroundCost: fore,
                right: pair, down: pair)
        }
        let wrong = found.indices.count {
            found[$0] != ((($0 % side / 64) + ($0 / side / 64)) % 2 == 0)
        }
        print("cut of 512 x 512:", time)
        #expect(time < .seconds(10))
        #expect(Double(wrong) < 0.02 * Double(side * side))
    }
}
