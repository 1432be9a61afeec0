import Kernels
import SEAMCore
import Testing

struct ViewEmbeddingTests {
    private let count = 90
    private let columns = 6

    private var features: [Float] {
        var random = Philox(seed: 4)
        return (0..<count * columns).map { i in
            0.3 * random.gaussian() + (i % columns == i / columns % 3 ? 5 : 0.5)
        }
    }

    private func purity(_ places: [Float]) -> Int {
        let found = NearestNeighbours.exact(
            points: places, count: count, dimension: 2, neighbours: 3)
        return found.indices.indices.count { Int(found.indices[$0]) % 3 == $0 / 3 % 3 }
    }

    @Test func `cells of three kinds form three groups, by features and by inner products`() throws
    {
        let features = features
        let ids = (1...Int32(count)).map { $0 }
        var gram = [Double](repeating: 0, count: count * count)
        for i in 0..<count {
            for j in 0..<count {
                for c in 0..<columns {
                    gram[i * count + j] +=
                        Double(features[i * columns + c]) * Double(features[j * columns + c])
                }
            }
        }
        for gram in [nil, gram] {
            let result = try SIMSEmbedding.run(
                cellIDs: ids, gram: gram, features: features, columns: columns,
                parameters: SIMSEmbedding.Parameters(), monitor: .silent)
            #expect(result.cellIDs == ids)
            #expect(result.coordinates.count == 2 * count)
            #expect(purity(result.coordinates) > 3 * count - 6)
        }
    }

    @Test func `sizes that do not fit and values that are not finite are refused`() {
        let parameters = SIMSEmbedding.Parameters()
        #expect(throws: AnalysisError.tooFewCells(found: 0, needed: 1)) {
            try SIMSEmbedding.run(
                cellIDs: [], gram: nil, features: [], columns: 2, parameters: parameters,
                monitor: .silent)
        }
        #expect(throws: AnalysisError.self) {
            try SIMSEmbedding.run(
                cellIDs: [1, 2], gram: [1, 0], features: [], columns: 2, parameters: parameters,
                monitor: .silent)
        }
        #expect(throws: AnalysisError.self) {
            try SIMSEmbedding.run(
                cellIDs: [1, 2], gram: nil, features: [1, .nan], columns: 1,
                parameters: parameters, monitor: .silent)
        }
    }

    @Test(arguments: [1, 2, 3])
    func `few cells, and cells without any signal, are placed`(count: Int) throws {
        let result = try SIMSEmbedding.run(
            cellIDs: (1...Int32(count)).map { $0 },
            gram: [Double](repeating: 0, count: count * count), features: [], columns: 0,
            parameters: SIMSEmbedding.Parameters(), monitor: .silent)
        #expect(result.coordinates.count == 2 * count)
        #expect(result.coordinates.allSatisfy { $0.isFinite })
    }
}
