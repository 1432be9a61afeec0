import Imaging
import Kernels
import Testing

@Suite("Image filters that SIMS-Cut stands on")
struct CutFilterTests {
    private static let sizes = [(1, 1), (7, 1), (1, 9), (5, 4), (23, 17)]

    private func noise(_ count: Int, seed: UInt64) -> [Float] {
        var random = Philox(seed: seed)
        return (0..<count).map { _ in random.uniform() * 10 }
    }

    @Test(arguments: sizes)
    func `smoothing keeps a constant and the sum`(size: (Int, Int)) {
        let (width, height) = size
        let filter = GaussianFilter(sigma: 2.5)
        let flat = filter.smooth(
            [Float](repeating: 3, count: width * height), width: width, height: height)
        #expect(flat.allSatisfy { abs($0 - 3) < 1e-4 })
        let image = noise(width * height, seed: 1)
        let smooth = filter.smooth(image, width: width, height: height)
        #expect(abs(smooth.reduce(0, +) - image.reduce(0, +)) < 1e-2)
    }

    @Test func `smoothing spreads a point like a Gaussian`() {
        var image = [Float](repeating: 0, count: 41 * 41)
        image[20 * 41 + 20] = 1
        let smooth = GaussianFilter(sigma: 2).smooth(image, width: 41, height: 41)
        // e^(-d^2 / 8) / (8 pi)
        #expect(abs(smooth[20 * 41 + 20] - 0.0397887) < 1e-4)
        #expect(abs(smooth[20 * 41 + 22] / smooth[20 * 41 + 20] - 0.6065307) < 1e-4)
        #expect(abs(smooth[22 * 41 + 22] / smooth[20 * 41 + 20] - 0.3678794) < 1e-4)
    }

    @Test func `a running mean reflects about the ends`() {
        let mean = RunningMean.alongRows([1, 2, 3, 10], width: 4, height: 1, window: 3)
        let expected: [Float] = [4.0 / 3, 2, 5, 23.0 / 3]
        for (a, b) in zip(mean, expected) { #expect(abs(a - b) < 1e-5) }
    }

    @Test(arguments: sizes, [1, 3, 17])
    func `a square mean is that of brute force`(size: (Int, Int), window: Int) {
        let (width, height) = size
        let image = noise(width * height, seed: 2)
        let mean = RunningMean.square(image, width: width, height: height, window: window)
        func inside(_ position: Int, _ count: Int) -> Int {
            var p = position
            while p < 0 || p >= count { p = p < 0 ? -1 - p : 2 * count - 1 - p }
            return p
        }
        for p in 0..<image.count {
            var sum = 0.0
            for dy in -window / 2...window / 2 {
                for dx in -window / 2...window / 2 {
                    let (x, y) = (inside(p % width + dx, width), inside(p / width + dy, height))
                    sum += Double(image[y * width + x])
                }
            }
            #expect(abs(Double(mean[p]) - sum / Double(window * window)) < 1e-3)
        }
    }

    @Test(arguments: sizes, [0.05, 0.5, 0.95])
    func `distances are those of brute force`(size: (Int, Int), share: Double) {
        let (width, height) = size
        var random = Philox(seed: UInt64(width * 100 + height))
        for _ in 0..<10 {
            let mask = (0..<width * height).map { _ in random.uniformDouble() < share }
            let distance = DistanceTransform.euclidean(mask, width: width, height: height)
            let outside = mask.indices.filter { !mask[$0] }
            for p in mask.indices {
                let squared = outside.map { q in
                    let (dx, dy) = (p % width - q % width, p / width - q / width)
                    return dx * dx + dy * dy
                }.min()
                let expected = squared.map { Float(Double($0).squareRoot()) } ?? .infinity
                #expect(distance[p] == expected)
            }
        }
    }

    @Test func `components touch by sides or by corners too`() {
        let mask = [
            true, true, false, false, true,
            false, false, true, false, true,
            true, false, false, false, true,
        ]
        let four = ConnectedComponents(mask, width: 5, height: 3, connectivity: .four)
        #expect(four.count == 4)
        #expect(four.labels == [1, 1, 0, 0, 2, 0, 0, 3, 0, 2, 4, 0, 0, 0, 2])
        let eight = ConnectedComponents(mask, width: 5, height: 3, connectivity: .eight)
        #expect(eight.count == 3)
        #expect(eight.labels == [1, 1, 0, 0, 2, 0, 0, 1, 0, 2, 3, 0, 0, 0, 2])
    }

    @Test func `components of classes keep touching classes apart`() {
        let pieces = ConnectedComponents(
            classes: [5, 5, 7, 0, 5, 7], width: 3, height: 2, connectivity: .four)
        #expect(pieces.labels == [1, 1, 2, 0, 1, 2])
    }

    @Test func `a watershed divides at the valley`() {
        let landscape: [Float] = [1, 3, 5, 3, 1, 2, 6, 4, 1]
        let basins = Watershed.flood(
            seeds: [0, 0, 1, 0, 0, 0, 2, 0, 0], landscape: landscape,
            mask: [Bool](repeating: true, count: 8) + [false], width: 9, height: 1)
        #expect(basins == [1, 1, 1, 1, 1, 2, 2, 2, 0])
    }

    @Test func `a watershed labels what its seeds can reach`() {
        var random = Philox(seed: 9)
        let mask = (0..<900).map { _ in random.uniform() < 0.7 }
        let landscape = noise(900, seed: 10)
        var seeds = [Int32](repeating: 0, count: 900)
        for k in 0..<12 { seeds[k * 71] = Int32(k + 1) }
        let basins = Watershed.flood(
            seeds: seeds, landscape: landscape, mask: mask, width: 30, height: 30)
        let parts = ConnectedComponents(mask, width: 30, height: 30, connectivity: .four)
        let reached = Set((0..<900).filter { seeds[$0] > 0 }.map { parts.labels[$0] })
        for p in 0..<900 {
            #expect((basins[p] > 0) == (mask[p] && reached.contains(parts.labels[p])))
            if seeds[p] > 0, mask[p] { #expect(basins[p] == seeds[p]) }
        }
        // every basin is in one piece
        for k in 1...12 where basins.contains(Int32(k)) {
            let piece = basins.map { $0 == Int32(k) }
            #expect(
                ConnectedComponents(piece, width: 30, height: 30, connectivity: .four).count == 1)
        }
    }

    @Test func `a heap gives its elements in order`() {
        var random = Philox(seed: 11)
        var values = (0..<500).map { _ in random.index(below: 100) }
        var heap = MinHeap<Int>()
        for value in values { heap.insert(value) }
        values.sort()
        var taken: [Int] = []
        while let value = heap.popMin() { taken.append(value) }
        #expect(taken == values)
    }
}
