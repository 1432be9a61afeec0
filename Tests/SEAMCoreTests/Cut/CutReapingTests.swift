import SEAMCore
import Testing

@Suite("SIMS-Cut: reaping and pair weights")
struct CutReapingTests {
    private func reap(_ depth: [Int], _ marker: [Float], fold: Double = 0.97) throws -> [Int] {
        let mask = try Reaping.mask(
            depth: depth, marker: marker, width: depth.count, height: 1, fold: fold,
            monitor: .silent)
        return mask.map { $0 ? 1 : 0 }
    }

    private let even = [Float](repeating: 5, count: 9)

    @Test func `a region that only shrinks is taken where it was largest`() throws {
        #expect(try reap([0, 1, 2, 3, 3, 2, 1, 1, 0], even) == [0, 1, 1, 1, 1, 1, 1, 1, 0])
    }

    @Test func `a region that splits is taken in its parts`() throws {
        #expect(try reap([1, 2, 2, 1, 1, 2, 3, 1, 0], even) == [0, 1, 1, 0, 0, 1, 1, 0, 0])
    }

    @Test func `parts climb to where they split but not above`() throws {
        #expect(try reap([1, 2, 3, 2, 1, 2, 3, 2, 1], even) == [0, 1, 1, 1, 0, 1, 1, 1, 0])
    }

    @Test func `the region at which the marker fell too far is the last`() throws {
        // means on the way up: 10, 10, 8 (fell by a fifth: taken), 7
        let marker: [Float] = [5, 6, 10, 10, 10, 6, 6, 5, 0]
        let depth = [1, 2, 3, 4, 3, 2, 2, 1, 0]
        #expect(try reap(depth, marker) == [0, 1, 1, 1, 1, 1, 1, 0, 0])
        #expect(try reap(depth, marker, fold: 0.5) == [1, 1, 1, 1, 1, 1, 1, 1, 0])
    }

    @Test func `several trees are reaped each for itself`() throws {
        #expect(try reap([1, 0, 1, 2, 1, 0, 2, 1, 2], even) == [1, 0, 1, 1, 1, 0, 1, 0, 1])
    }

    @Test func `diagonal pixels are together`() throws {
        // 3 x 3: a diagonal that loses its middle splits
        let mask = try Reaping.mask(
            depth: [2, 0, 0, 0, 1, 0, 0, 0, 2], marker: even, width: 3, height: 3, fold: 0.97,
            monitor: .silent)
        #expect(mask == [true, false, false, false, false, false, false, false, true])
    }

    @Test func `nothing gives nothing`() throws {
        #expect(try reap([0, 0, 0], [1, 2, 3]) == [0, 0, 0])
    }

    @Test func `weights fall with the contrast`() {
        let image: [Float] = [0, 0, 10, 0, 0, 10, 0, 0, 10]
        let pairs = PairWeights(image, width: 3, height: 3, contrast: .auto, divisor: 10)
        // mean of s over 12 edges is 300 / 12 = 25: e^-2 over the edge
        #expect(abs(pairs.right[0] - 0.1) < 1e-12)
        #expect(abs(pairs.right[1] - 0.0135335) < 1e-6)
        #expect(pairs.right[2] == 0)
        #expect(abs(pairs.down[2] - 0.1) < 1e-12)
        #expect(pairs.down[6] == 0)
    }

    @Test func `the local mean as intended keeps the contrast, as published it turns round`() {
        let image = (0..<400).map { Float($0 % 20 < 10 ? 0 : 10) }
        let intended = PairWeights(image, width: 20, height: 20, contrast: .adaptive, divisor: 1)
        #expect(intended.right[209] < intended.right[205])
        let published = PairWeights(
            image, width: 20, height: 20, contrast: .adaptiveAsPublished, divisor: 1)
        #expect(published.right[209] > published.right[205])
        // far inside, s = 0: no contrast at all; away from the border B is 2 (220 edges) / 441
        #expect(intended.right[200] == 1)
    }

    @Test func `an image without contrast has weight one over the divisor`() {
        for contrast in [SIMSCut.Contrast.auto, .adaptive] {
            let pairs = PairWeights(
                [4, 4, 4, 4], width: 2, height: 2, contrast: contrast, divisor: 4)
            #expect(pairs.right == [0.25, 0, 0.25, 0])
            #expect(pairs.down == [0.25, 0.25, 0, 0])
        }
    }
}
