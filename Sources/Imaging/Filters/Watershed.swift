/// Watershed of a landscape from seeds, by priority flooding (Meyer, 1994).
public enum Watershed {
    /// Divides a mask among seeds: the highest pixel next to a labelled one is labelled first; among
    /// equal ones the one that was reached first. 4-connected, without a border between basins.
    ///
    /// `seeds` holds a positive number at the seeds, else 0; the result holds the number of the
    /// basin at each pixel of the mask that a seed can reach, else 0.
    ///
    /// - Precondition: all three have `width * height` values; the landscape has no NaN.
    /// - Complexity: O(pixels log pixels).
    public static func flood(
        seeds: [Int32], landscape: [Float], mask: [Bool], width: Int, height: Int
    ) -> [Int32] {
        precondition(seeds.count == width * height && landscape.count == seeds.count)
        precondition(mask.count == seeds.count)
        var labels = zip(seeds, mask).map { $1 ? $0 : 0 }
        var queue = MinHeap<Flood>()
        var order = 0
        func reach(_ pixel: Int, from label: Int32) {
            guard mask[pixel], labels[pixel] == 0 else { return }
            queue.insert(
                Flood(depth: -landscape[pixel], order: order, pixel: Int32(pixel), label: label))
            order += 1
        }
        func spread(_ pixel: Int) {
            let label = labels[pixel]
            let x = pixel % width
            if pixel >= width { reach(pixel - width, from: label) }
            if x > 0 { reach(pixel - 1, from: label) }
            if x + 1 < width { reach(pixel + 1, from: label) }
            if pixel + width < labels.count { reach(pixel + width, from: label) }
        }
        for pixel in 0..<seeds.count where seeds[pixel] > 0 && mask[pixel] { spread(pixel) }
        while let next = queue.popMin() {
            let pixel = Int(next.pixel)
            guard labels[pixel] == 0 else { continue }
            labels[pixel] = next.label
            spread(pixel)
        }
        return labels
    }

    private struct Flood: Comparable {
        let depth: Float
        let order: Int
        let pixel: Int32
        let label: Int32

        static func < (a: Flood, b: Flood) -> Bool {
            a.depth != b.depth ? a.depth < b.depth : a.order < b.order
        }
    }
}
