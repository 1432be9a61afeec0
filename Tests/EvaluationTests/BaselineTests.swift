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
    return (0..<1600).map { (pixel: Int) -> Float in
        let (x, y) = (pixel % 40, pixel / 40)
        let number: Int = x * 7919 + y * 104_729 + x * y * 31
        var value = 2 + Double(number % 97) / 97 * 3
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
    values: (0..<360).map { (place: Int) -> Float in
        let (i, j) = (place / 6, place % 6)
        let number: Int = i * 37 + j * 101 + i * j * 13
        let other: Int = i * i * 17 + j * 29 + i * j * j * 7
        return Float(Double(number % 71) / 71 + Double(other % 1009) / 1009 * 0.3)
    },
    group: (0..<60).map { (i: Int) -> Bool in (i * i + 3 * i) % 5 < 2 }
)

@Test func `marker scores agree with scipy and scikit-learn`() {
    let baselines = MarkerBaselines(features: cells.values, columns: 6, inGroup: cells.group)
    let welch = [
        -0.5730970824999148, -0.0406755292452536, 0.043067846797369747, -0.19933632737252105,
        -0.43432717574038604, -0.20762733391853905,
    ]
    let auc = [
        0.4537037037037037, 0.488425925925926, 0.5115740740740741, 0.47453703703703703,
        0.4756944444444444, 0.4780092592592593,
    ]
    let logistic = [
        -0.1533014244532999, 0.014561001923616625, 0.02148186462582214, -0.01670552560534689,
        -0.08890619096766056, -0.08664251579145814,
    ]
    for ion in 0..<6 {
        #expect(abs(baselines.welch[ion] - welch[ion]) < 1e-9)
        #expect(abs(baselines.rankSum[ion] + 0.5 - auc[ion]) < 1e-12)
        #expect(abs(baselines.logistic[ion] - logistic[ion]) < 1e-5)
    }
}

@Test(arguments: [
    (5, 0.7330128205128206, 0.31999999999999995), (15, 0.7374174174174174, 0.46111111111111114),
])
func `trustworthiness agrees with scikit-learn`(k: Int, trust: Double, kept: Double) throws {
    let layout = (0..<60).flatMap { (i: Int) -> [Float] in
        let row = Array(cells.values[6 * i..<6 * i + 6])
        let x: Float = row[0] + row[2] * 0.3
        let y: Float = row[1] * 0.5 + row[3] * 0.3
        return [x, y]
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
    let apart = (0..<60).flatMap { (cell: Int) -> [Float] in
        let side = Float(cell % 2) * 10
        return [side + Float(cell) * 0.01, 0]
    }
    let types = (0..<60).map { Int32($0 % 2) }
    let distances = CellDistances(features: apart, count: 60, columns: 2)
    #expect(NearestCellClassifier.accuracy(distances, types: types, seed: 1) == 1)
    let mixed = CellDistances(features: cells.values, count: 60, columns: 6)
    #expect(NearestCellClassifier.accuracy(mixed, types: types, seed: 1) < 0.8)
    let unknown = types.map { (type: Int32) -> Int32 in type == 0 ? -1 : type }
    #expect(NearestCellClassifier.accuracy(distances, types: unknown, seed: 1) == 1)
}

@Test func `the area under the curve counts ties half`() {
    #expect(
        RankingScores.areaUnderCurve(scores: [1, 2, 2, 3], positives: [false, true, false, true])
            == 0.875)
    #expect(RankingScores.areaUnderCurve(scores: [1, 1], positives: [true, true]) == 0.5)
}
