import Imaging

/// A first division of the foreground into more pieces than there are nuclei.
enum Basins {
    /// Basin number, 1..., of every foreground pixel and 0 elsewhere: the watershed of
    /// brightness plus distance to the edge, a seed at every local maximum.
    ///
    /// - Complexity: O(P log P).
    static func divide(
        _ foreground: [Bool], evidence: [Float], width: Int, height: Int
    ) -> [Int32] {
        let landscape = self.landscape(
            foreground, evidence: evidence, width: width, height: height)
        var seeds = [Int32](repeating: 0, count: foreground.count)
        var found: Int32 = 0
        for p in 0..<foreground.count where foreground[p] {
            guard isPeak(p, in: landscape, foreground, width: width, height: height) else {
                continue
            }
            found += 1
            seeds[p] = found
        }
        var basins = Watershed.flood(
            seeds: seeds, landscape: landscape, mask: foreground, width: width, height: height)
        // a piece that touches a higher one at a corner only has no seed of its own
        let left = zip(foreground, basins).map { $0 && $1 == 0 }
        let pieces = ConnectedComponents(left, width: width, height: height, connectivity: .four)
        for p in 0..<basins.count where pieces.labels[p] > 0 {
            basins[p] = found + pieces.labels[p]
        }
        return basins
    }

    private static func landscape(
        _ foreground: [Bool], evidence: [Float], width: Int, height: Int
    ) -> [Float] {
        let filter = GaussianFilter(sigma: 0.6)
        let far = Float(width + height)
        let depth = DistanceTransform.euclidean(foreground, width: width, height: height)
        let distance = filter.smooth(
            depth.map { min($0, far) }, width: width, height: height)
        let brightness = filter.smooth(
            evidence.map { min(max($0, -5), 5) }, width: width, height: height)
        return zip(brightness, distance).map { $0 / 5 + $1 }
    }

    /// Whether no foreground neighbour is higher; of equal ones the first counts as higher.
    private static func isPeak(
        _ p: Int, in landscape: [Float], _ foreground: [Bool], width: Int, height: Int
    ) -> Bool {
        let x = p % width
        let y = p / width
        for ny in max(0, y - 1)...min(height - 1, y + 1) {
            for nx in max(0, x - 1)...min(width - 1, x + 1) {
                let q = ny * width + nx
                guard q != p, foreground[q] else { continue }
                if landscape[q] > landscape[p] || (landscape[q] == landscape[p] && q < p) {
                    return false
                }
            }
        }
        return true
    }
}
