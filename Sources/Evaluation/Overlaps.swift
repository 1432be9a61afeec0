import Imaging

/// Areas of the objects of two label images and of what they share.
///
/// Labels may be any positive numbers, with gaps: they are counted by sorting.
struct Overlaps {
    /// Area of every predicted object, by its label.
    let predicted: [Int32: Int]
    /// Area of every true object, by its label.
    let truth: [Int32: Int]
    /// Shared pixels of the pairs that share any, by rising labels.
    let shared: [(predicted: Int32, truth: Int32, pixels: Int)]

    init(_ predicted: LabelImage, _ truth: LabelImage) {
        precondition(
            predicted.grid.width == truth.grid.width && predicted.grid.height == truth.grid.height,
            "label images of the same size")
        self.predicted = Self.areas(predicted.values)
        self.truth = Self.areas(truth.values)
        var keys: [UInt64] = []
        for (a, b) in zip(predicted.values, truth.values) where a > 0 && b > 0 {
            keys.append(UInt64(a) << 32 | UInt64(b))
        }
        shared = runs(keys).map { key, count in
            (Int32(key >> 32), Int32(key & 0x7FFF_FFFF), count)
        }
    }

    var predictedPixels: Int { predicted.values.reduce(0, +) }
    var truthPixels: Int { truth.values.reduce(0, +) }
    var sharedPixels: Int { shared.reduce(0) { $0 + $1.pixels } }

    /// One-to-one pairs above a threshold, best first choice, by rising predicted label.
    func matches(above threshold: Double) -> [(predicted: Int32, truth: Int32, iou: Double)] {
        let candidates = shared.map { pair in
            let union =
                (predicted[pair.predicted] ?? 0) + (truth[pair.truth] ?? 0) - pair.pixels
            return (
                predicted: pair.predicted, truth: pair.truth,
                iou: Double(pair.pixels) / Double(union)
            )
        }.filter { $0.iou > threshold }.sorted {
            ($1.iou, $0.predicted, $0.truth) < ($0.iou, $1.predicted, $1.truth)
        }
        var taken = (predicted: Set<Int32>(), truth: Set<Int32>())
        var chosen: [(predicted: Int32, truth: Int32, iou: Double)] = []
        for pair in candidates
        where !taken.predicted.contains(pair.predicted) && !taken.truth.contains(pair.truth) {
            taken.predicted.insert(pair.predicted)
            taken.truth.insert(pair.truth)
            chosen.append(pair)
        }
        return chosen.sorted { $0.predicted < $1.predicted }
    }

    private static func areas(_ values: [Int32]) -> [Int32: Int] {
        let counts = runs(values.lazy.filter { $0 > 0 }.map { UInt64($0) })
        return Dictionary(uniqueKeysWithValues: counts.map { (Int32($0.key), $0.count) })
    }
}

/// How often each key occurs, by rising key.
func runs(_ keys: some Sequence<UInt64>) -> [(key: UInt64, count: Int)] {
    var result: [(key: UInt64, count: Int)] = []
    for key in keys.sorted() {
        if let last = result.last, last.key == key {
            result[result.count - 1].count += 1
        } else {
            result.append((key, 1))
        }
    }
    return result
}
