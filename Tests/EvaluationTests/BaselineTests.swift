import Evaluation
import Foundation
import Imaging
import Testing

/// Seven blobs on uneven ground, 40 x 40 whole counts: the image of `Fixtures` below.
private func blobs() -> [Float] {
    let centres: [(y: Double, x: Double, sigma: Double, height: Double)] = [
        (8, 9, 3.2, 20), (13, 13, 2.6, 15), (10, 28, 3.5, 18), (27, 8, 4, 14), (30, 27, 3, 22),
        (33, 33, 2.5, 16), (24, 31, 2.8, 12),
    ]
    return (0..<1600).map { pixel in
        let (x, y) = (pixel % 40, pixel / 40)
        var value = 2 + Double((x * 7919 + y * 104_729 + x * y * 31) % 97) / 97 * 3
        for blob in centres {
            let (dy, dx) = (Double(y) - blob.y, Double(x) - blob.x)
            value += blob.height * exp(-(dy * dy + dx * dx) / (2 * blob.sigma * blob.sigma))
        }
        return Float(value.rounded(.down))
    }
}

/// Areas of the nuclei that scikit-image 0.26.0, scikit-learn 1.9.1, scipy 1.17.1 and PyMaxflow find
/// in the same image with the same steps, computed once on 2026-11-21.
private let fixtures: [(method: SegmentationBaseline, areas: [Int])] = [
    (.otsu, [69, 70, 110, 143]), (.local, [119, 130, 136, 171]),
    (.logWatershed, [33, 40, 98, 119, 130, 136]), (.kMeans, [154, 173, 194, 240]),
    (.mixture, [125, 136, 161, 211]), (.markovField, [108, 109, 147, 184]),
    (.randomWalker, [75, 77, 119, 162]),
]

@Test func `the fixtures' image is the same`() {
    #expect(blobs().reduce(0, +) == 11_902)
}

@Test(arguments: fixtures.indices)
func `baselines find what scikit-image finds`(index: Int) throws {
    let (method, areas) = fixtures[index]
    let grid = PixelGrid(width: 40, height: 40)
    let labels = try #require(method.labels(blobs(), grid: grid).first)
    let found = labels.pixelsByCell().map(\.count).sorted()
    #expect(found.count == areas.count, "\(found)")
    // Ties on the ridges of a watershed, and single precision, move a few pixels.
    for (a, b) in zip(found, areas) { #expect(abs(a - b) <= 4, "\(found) for \(areas)") }
    #expect(abs(found.reduce(0, +) - areas.reduce(0, +)) <= 8)
}

@Test(arguments: SegmentationBaseline.allCases)
func `baselines take an image without contrast`(method: SegmentationBaseline) {
    let grid = PixelGrid(width: 20, height: 12)
    for value: Float in [0, 3] {
        for labels in method.labels([Float](repeating: value, count: 240), grid: grid) {
            #expect(labels.cellCount <= 1)
        }
    }
}

/// 60 cells of 6 values, and which are in the group.
private let cells = (
    values: (0..<360).map { place in
        let (i, j) = (place / 6, place % 6)
        return Float((i * 37 + j * 101 + i * j * 13) % 71) / 71
    },
    group: (0..<60).map { ($0 * $0 + 3 * $0) % 5 < 2 }
)

@Test func `marker scores agree with scipy and scikit-learn`() {
    let baselines = MarkerBaselines(features: cells.values, columns: 6, inGroup: cells.group)
    let welch = [
        -0.8112295390412034, -0.08864341861670338, 0.4625457354132047, 0.10054711430231561,
        -0.617885267342676, -0.41869319602392674,
    ]
    let auc = [
        0.43634259259259267, 0.494212962962963, 0.5358796296296297, 0.5069444444444444,
        0.4513888888888889, 0.4675925925925926,
    ]
    let logistic = [
        -0.22552503657866463, 0.0423047385404128, 0.14269247280874153, 0.06797154014949394,
        -0.15975786350335283, -0.16191409346216198,
    ]
    for ion in 0..<6 {
        #expect(abs(baselines.welch[ion] - welch[ion]) < 1e-9)
        #expect(abs(baselines.rankSum[ion] + 0.5 - auc[ion]) < 1e-12)
        #expect(abs(baselines.logistic[ion] - logistic[ion]) < 1e-5)
    }
}

@Test(arguments: [
    (5, 0.7553846153846153, 0.33), (15, 0.7258558558558559, 0.42111111111111105),
])
func `trustworthiness agrees with scikit-learn`(k: Int, trust: Double, kept: Double) throws {
    let layout = (0..<60).flatMap { i in
        let row = cells.values[6 * i..<6 * i + 6].map { $0 }
        return [row[0] + row[2] * 0.3, row[1] * 0.5 + row[3] * 0.3]
    }
    let scores = LayoutScores.compute(
        points: cells.values, columns: 6, layout: layout, dimensions: 2,
        queries: Array(0..<60), neighbours: [k])
    let found = try #require(scores.first)
    #expect(abs(found.trustworthiness - trust) < 1e-9)
    #expect(abs(found.preservation - kept) < 1e-9)
}

@Test func `a layout that is the data is perfect`() {
    let scores = LayoutScores.compute(
        points: cells.values, columns: 6, layout: cells.values, dimensions: 6, queries: [3, 50],
        neighbours: [5, 10])
    #expect(scores.allSatisfy { $0.trustworthiness == 1 && $0.preservation == 1 })
}

@Test func `the five nearest cells tell types that are apart, and not types that are not`() {
    let apart = (0..<60).flatMap { [Float($0 % 2) * 10 + Float($0) * 0.01, 0] }
    let types = (0..<60).map { Int32($0 % 2) }
    let distances = CellDistances(features: apart, count: 60, columns: 2)
    #expect(NearestCellClassifier.accuracy(distances, types: types, seed: 1) == 1)
    let mixed = CellDistances(features: cells.values, count: 60, columns: 6)
    #expect(NearestCellClassifier.accuracy(mixed, types: types, seed: 1) < 0.8)
    let unknown = types.map { $0 == 0 ? -1 : $0 }
    #expect(NearestCellClassifier.accuracy(distances, types: unknown, seed: 1) == 1)
}

@Test func `the area under the curve counts ties half`() {
    #expect(RankingScores.areaUnderCurve(scores: [1, 2, 2, 3], positives: [false, true, false, true]) == 0.875)
    #expect(RankingScores.areaUnderCurve(scores: [1, 1], positives: [true, true]) == 0.5)
}
