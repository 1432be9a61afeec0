/// Local maxima as scikit-image's `peak_local_max` finds them with `labels` and no excluded border
/// (but for flat objects, all of whose pixels are equal). For comparison only.
struct LocalPeaks {
    let width: Int
    let height: Int
    /// No two peaks are nearer than this along both axes.
    let distance: Int

    /// The peaks of `image` inside each object, numbered 1... by object and falling height; else 0.
    func seeds(_ image: [Float], objects: [Int32]) -> [Int32] {
        let least = image.min() ?? 0
        var candidates: [Int] = []
        for pixel in image.indices where objects[pixel] > 0 && image[pixel] > least {
            if isHighest(pixel, image, objects) { candidates.append(pixel) }
        }
        candidates.sort {
            (objects[$0], -image[$0], $0) < (objects[$1], -image[$1], $1)
        }
        var seeds = [Int32](repeating: 0, count: image.count)
        var found: Int32 = 0
        for pixel in candidates where !isNearSeed(pixel, seeds, objects) {
            found += 1
            seeds[pixel] = found
        }
        return seeds
    }

    private func around(_ pixel: Int, reach: Int, _ body: (Int) -> Bool) -> Bool {
        let (x, y) = (pixel % width, pixel / width)
        for ny in max(0, y - reach)...min(height - 1, y + reach) {
            for nx in max(0, x - reach)...min(width - 1, x + reach)
            where !body(ny * width + nx) { return false }
        }
        return true
    }

    private func isHighest(_ pixel: Int, _ image: [Float], _ objects: [Int32]) -> Bool {
        around(pixel, reach: distance) {
            objects[$0] != objects[pixel] || image[$0] <= image[pixel]
        }
    }

    private func isNearSeed(_ pixel: Int, _ seeds: [Int32], _ objects: [Int32]) -> Bool {
        !around(pixel, reach: distance - 1) {
            seeds[$0] == 0 || objects[$0] != objects[pixel]
        }
    }
}
