/// Repair of single pixels far brighter than everything around them.
enum HotPixels {
    /// Replaces each pixel above r + 5 sqrt(r + 1) + 3, r the second largest of its neighbours, by
    /// the median of its neighbours, and gives how many there were.
    ///
    /// - Complexity: O(P).
    static func repair(_ image: inout [Float], width: Int, height: Int) -> Int {
        let original = image
        var around: [Float] = []
        var repaired = 0
        for y in 0..<height {
            for x in 0..<width {
                let value = original[y * width + x]
                // the bound is at least 8 for any neighbours
                guard value > 8 else { continue }
                gather(original, x: x, y: y, width: width, height: height, into: &around)
                guard around.count >= 3 else { continue }
                around.sort()
                let second = around[around.count - 2]
                guard value > second + 5 * (second + 1).squareRoot() + 3 else { continue }
                let middle = around.count / 2
                image[y * width + x] =
                    around.count % 2 == 1
                    ? around[middle] : (around[middle - 1] + around[middle]) / 2
                repaired += 1
            }
        }
        return repaired
    }

    private static func gather(
        _ image: [Float], x: Int, y: Int, width: Int, height: Int, into around: inout [Float]
    ) {
        around.removeAll(keepingCapacity: true)
        for ny in max(0, y - 1)...min(height - 1, y + 1) {
            for nx in max(0, x - 1)...min(width - 1, x + 1) where nx != x || ny != y {
                around.append(image[ny * width + nx])
            }
        }
    }
}
