#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

import Imaging

/// Repair of pieces of scan lines that were measured brighter or darker than the lines beside them.
enum BadLines {
    /// Window of the running mean along a line, in pixels.
    static let window = 31
    /// How far a bad piece is widened to both sides, in pixels.
    static let margin = 7

    /// Replaces the bad pieces in every image by the mean of the two lines beside them and gives the
    /// number of pixels replaced.
    ///
    /// - Complexity: O(M x P).
    static func repair(_ images: inout CutImages) -> Int {
        guard images.height >= 3 else { return 0 }
        let bad = find(images)
        let pixels = bad.indices.filter { bad[$0] }
        guard !pixels.isEmpty else { return 0 }
        let (width, height) = (images.width, images.height)
        for index in images.planes.indices {
            replace(pixels, in: &images.planes[index], width: width, height: height)
        }
        if var rest = images.rest {
            replace(pixels, in: &rest, width: width, height: height)
            images.rest = rest
        }
        return pixels.count
    }

    private static func find(_ images: CutImages) -> [Bool] {
        let (width, height) = (images.width, images.height)
        var total = images.rest ?? [Float](repeating: 0, count: images.count)
        for plane in images.planes {
            for p in 0..<total.count { total[p] += plane[p] }
        }
        let smooth = RunningMean.alongRows(total, width: width, height: height, window: window)
        var ratio = [Double](repeating: 0, count: total.count)
        for y in 0..<height {
            let (above, below) = rows(beside: y, height: height)
            for x in 0..<width {
                let beside = Double(smooth[above * width + x] + smooth[below * width + x]) / 2
                ratio[y * width + x] = abs(
                    log((Double(smooth[y * width + x]) + 0.5) / (beside + 0.5)))
            }
        }
        let sigma = 1.4826 * (median(ratio) ?? 0)
        let bound = max(6 * sigma, 0.25)
        var bad = [Bool](repeating: false, count: total.count)
        for y in 0..<height {
            let (above, below) = rows(beside: y, height: height)
            for x in 0..<width {
                let own = ratio[y * width + x]
                guard own > bound, own >= ratio[above * width + x],
                    own >= ratio[below * width + x]
                else { continue }
                for nx in max(0, x - margin)...min(width - 1, x + margin) {
                    bad[y * width + nx] = true
                }
            }
        }
        return bad
    }

    /// The lines above and below, mirrored at the first and the last line.
    private static func rows(beside y: Int, height: Int) -> (above: Int, below: Int) {
        (y == 0 ? 1 : y - 1, y == height - 1 ? height - 2 : y + 1)
    }

    private static func replace(
        _ pixels: [Int], in image: inout [Float], width: Int, height: Int
    ) {
        let original = image
        for p in pixels {
            let x = p % width
            let (above, below) = rows(beside: p / width, height: height)
            image[p] = (original[above * width + x] + original[below * width + x]) / 2
        }
    }
}
