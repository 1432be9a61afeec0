import Evaluation
import Imaging
import Testing

/// A 12 x 12 label image from one digit a pixel.
private func image(_ digits: String) -> LabelImage {
    LabelImage(
        grid: PixelGrid(width: 12, height: 12), values: digits.compactMap { Int32(String($0)) })
}

private func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-12 }

/// Predicted and true labels with their scores as NumPy gave them (bincount of label pairs).
private struct Golden: Sendable {
    let predicted: String
    let truth: String
    let pixelF1: Double
    let pixelIoU: Double
    let precision: Double
    let recall: Double
    let f1: Double
    let meanF1: Double
    let counts: [Int]

    static let cases = [
        Golden(
            predicted:
                "222000004440222000004440222000004440000000004440333077776666330377776666333377776666000000006666555500001111555500001111555500001111000000001111",
            truth:
                "111022203330111022203330111022203330000022203330444455556666444455556666444455556666000000006666777788889999777788889999777788889999000088889999",
            pixelF1: 0.8529411764705882, pixelIoU: 0.7435897435897436, precision: 1,
            recall: 0.7777777777777778, f1: 0.875, meanF1: 0.8472222222222222, counts: [7, 7, 9]),
        Golden(
            predicted:
                "222077778888222077700888222077778880000077778888033366601110333366601110303366601100000000000000444450559999004455559999444450559999000000009009",
            truth:
                "111022223333111022223333111022223333000022223333444455506660444455506660444455506660000000000000777788889999777788889999777788889999000000009999",
            pixelF1: 0.9428571428571428, pixelIoU: 0.8918918918918919, precision: 1, recall: 1,
            f1: 1,
            meanF1: 0.8888888888888888, counts: [9, 9, 9]),
        Golden(
            predicted:
                "000000000000066644040010660004441110060644400110000644040000222030300000202233300000200033330000022000000000055000007770555500007770055500007700",
            truth:
                "111122223330111122223330111122223330111122220000444455556666444455556666444455556666444400000000777788889990777788889990777788889990000088880000",
            pixelF1: 0.5586592178770949, pixelIoU: 0.3875968992248062,
            precision: 0.14285714285714285, recall: 0.1111111111111111, f1: 0.125,
            meanF1: 0.013888888888888888, counts: [1, 7, 9]),
    ]
}

@Test(arguments: Golden.cases)
private func `scores agree with an independent computation`(golden: Golden) {
    let scores = MaskEvaluation.scores(image(golden.predicted), truth: image(golden.truth))
    #expect(near(scores.pixelF1, golden.pixelF1))
    #expect(near(scores.pixelIoU, golden.pixelIoU))
    #expect(near(scores.objectPrecision, golden.precision))
    #expect(near(scores.objectRecall, golden.recall))
    #expect(near(scores.objectF1, golden.f1))
    #expect(near(scores.meanF1, golden.meanF1))
    #expect([scores.matched, scores.found, scores.trueCount] == golden.counts)
}

@Test func `a mask agrees perfectly with itself`() {
    let mask = image(Golden.cases[0].truth)
    let scores = MaskEvaluation.scores(mask, truth: mask)
    #expect(scores.pixelF1 == 1 && scores.pixelIoU == 1 && scores.objectF1 == 1)
    #expect(scores.meanF1 == 1 && scores.meanMatchedIoU == 1 && scores.matched == 9)
}

@Test(arguments: Golden.cases)
private func `names of labels do not matter`(golden: Golden) {
    let truth = image(golden.truth)
    let mask = image(golden.predicted)
    let renamed = LabelImage(
        grid: mask.grid, values: mask.values.map { $0 == 0 ? 0 : Int32.max - 1000 * $0 })
    #expect(
        MaskEvaluation.scores(renamed, truth: truth) == MaskEvaluation.scores(mask, truth: truth))
}

@Test(arguments: Golden.cases)
private func `swapping prediction and truth swaps precision and recall`(golden: Golden) {
    let one = MaskEvaluation.scores(image(golden.predicted), truth: image(golden.truth))
    let other = MaskEvaluation.scores(image(golden.truth), truth: image(golden.predicted))
    #expect(one.pixelF1 == other.pixelF1 && one.pixelIoU == other.pixelIoU)
    #expect(one.objectF1 == other.objectF1 && one.meanF1 == other.meanF1)
    #expect(one.objectPrecision == other.objectRecall && one.objectRecall == other.objectPrecision)
}

@Test func `nothing found scores 0, nothing there and nothing found scores 1`() {
    let truth = image(Golden.cases[0].truth)
    let empty = LabelImage(grid: truth.grid, values: [Int32](repeating: 0, count: 144))
    let missed = MaskEvaluation.scores(empty, truth: truth)
    #expect(missed.pixelF1 == 0 && missed.objectF1 == 0 && missed.meanF1 == 0)
    #expect(missed.objectPrecision == 0 && missed.objectRecall == 0 && missed.found == 0)
    let invented = MaskEvaluation.scores(truth, truth: empty)
    #expect(invented.objectF1 == 0 && invented.objectPrecision == 0 && invented.trueCount == 0)
    let nothing = MaskEvaluation.scores(empty, truth: empty)
    #expect(nothing.pixelF1 == 1 && nothing.objectF1 == 1 && nothing.meanF1 == 1)
}

@Test func `an IoU of exactly one half is no match`() {
    let grid = PixelGrid(width: 4, height: 1)
    let truth = LabelImage(grid: grid, values: [1, 1, 1, 1])
    let half = LabelImage(grid: grid, values: [1, 1, 0, 0])
    #expect(MaskEvaluation.scores(half, truth: truth).matched == 0)
    let more = LabelImage(grid: grid, values: [1, 1, 1, 0])
    #expect(MaskEvaluation.scores(more, truth: truth).matched == 1)
}

@Test func `matches below one half stay one to one and take the best first`() {
    let grid = PixelGrid(width: 10, height: 1)
    let truth = LabelImage(grid: grid, values: [7, 7, 7, 7, 7, 7, 0, 0, 0, 0])
    let split = LabelImage(grid: grid, values: [1, 1, 2, 2, 2, 2, 3, 3, 0, 0])
    let pairs = MaskEvaluation.matches(split, truth: truth, iou: 0.1)
    #expect(pairs.map(\.predicted) == [2] && pairs.map(\.truth) == [7])
    #expect(near(pairs[0].iou, 4.0 / 6.0))
}
