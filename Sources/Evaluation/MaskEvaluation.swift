public import Imaging

/// How well a segmentation agrees with the truth.
///
/// An object is found if it matches a true one with an intersection over union (IoU) above a threshold;
/// 0 stands where a ratio has no denominator, but two masks without any object agree perfectly.
public struct MaskScores: Sendable, Hashable {
    /// F1 (Dice) of the foreground pixels, 0...1.
    public let pixelF1: Double
    /// Intersection over union of the foreground pixels, 0...1.
    public let pixelIoU: Double
    /// Share of the predicted objects that match at IoU > 0.5.
    public let objectPrecision: Double
    /// Share of the true objects that are matched at IoU > 0.5.
    public let objectRecall: Double
    /// Harmonic mean of the two: 2 matched / (found + true).
    public let objectF1: Double
    /// Mean of the objects' F1 over the thresholds 0.5, 0.55, ..., 0.9.
    public let meanF1: Double
    /// Mean IoU of the objects matched at IoU > 0.5; 0 without any.
    public let meanMatchedIoU: Double
    /// Number of predicted objects.
    public let found: Int
    /// Number of true objects.
    public let trueCount: Int
    /// Number of matches at IoU > 0.5.
    public let matched: Int
}

/// Compares label images.
public enum MaskEvaluation {
    /// The thresholds `meanF1` is a mean over.
    public static let thresholds = (0...8).map { Double(50 + 5 * $0) / 100 }

    /// All scores of a segmentation.
    ///
    /// - Precondition: both images have the same width and height.
    /// - Complexity: O(P log P).
    public static func scores(_ predicted: LabelImage, truth: LabelImage) -> MaskScores {
        let overlaps = Overlaps(predicted, truth)
        let found = overlaps.predicted.count
        let total = overlaps.truth.count
        let matches = overlaps.matches(above: 0.5)
        let objectF1 = { (matched: Int) in agreement(2 * matched, found + total) }
        let sum = thresholds.reduce(0.0) { sum, threshold in
            sum + objectF1(matches.count { $0.iou > threshold })
        }
        let (foundPixels, truePixels) = (overlaps.predictedPixels, overlaps.truthPixels)
        let shared = overlaps.sharedPixels
        return MaskScores(
            pixelF1: agreement(2 * shared, foundPixels + truePixels),
            pixelIoU: agreement(shared, foundPixels + truePixels - shared),
            objectPrecision: found + total == 0 ? 1 : ratio(matches.count, found),
            objectRecall: found + total == 0 ? 1 : ratio(matches.count, total),
            objectF1: objectF1(matches.count), meanF1: sum / Double(thresholds.count),
            meanMatchedIoU: matches.isEmpty
                ? 0 : matches.map(\.iou).sorted().reduce(0, +) / Double(matches.count),
            found: found, trueCount: total, matched: matches.count)
    }

    /// One-to-one pairs of predicted and true objects with an IoU above `iou`, by ascending predicted
    /// label.
    ///
    /// Above 0.5 an object has at most one partner. Below, pairs are taken by falling IoU (then rising
    /// labels) as long as neither partner is taken.
    /// - Precondition: both images have the same width and height.
    /// - Complexity: O(P log P).
    public static func matches(
        _ predicted: LabelImage, truth: LabelImage, iou: Double
    ) -> [(predicted: Int32, truth: Int32, iou: Double)] {
        Overlaps(predicted, truth).matches(above: iou)
    }

    private static func agreement(_ part: Int, _ whole: Int) -> Double {
        whole == 0 ? 1 : Double(part) / Double(whole)
    }

    private static func ratio(_ part: Int, _ whole: Int) -> Double {
        whole == 0 ? 0 : Double(part) / Double(whole)
    }
}
