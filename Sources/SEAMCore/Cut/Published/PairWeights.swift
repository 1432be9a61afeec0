#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The weights of the published graph cut: what two unlike neighbours cost.
package struct PairWeights {
    /// Weight of each pixel with its right neighbour (0 in the last column).
    package private(set) var right: [Double]
    /// Weight of each pixel with the one below (0 in the last row).
    package private(set) var down: [Double]

    private let width: Int
    private let height: Int

    /// Contrast weights of an image: exp(- s / (2 mean s)) with s the squared difference of the
    /// neighbours, where the mean is that of the image or a local one, all over `divisor`.
    ///
    /// - Precondition: `image.count == width * height`; `divisor` is positive.
    /// - Complexity: O(P).
    package init(
        _ image: [Float], width: Int, height: Int, contrast: SIMSCut.Contrast, divisor: Double
    ) {
        precondition(image.count == width * height && divisor > 0)
        self.width = width
        self.height = height
        right = [Double](repeating: 0, count: image.count)
        down = right
        for p in 0..<image.count {
            if (p + 1) % width != 0 { right[p] = Self.square(image[p], image[p + 1]) }
            if p + width < image.count { down[p] = Self.square(image[p], image[p + width]) }
        }
        if contrast != .adaptive { exponentiateByGlobalMean() }
        if contrast != .auto { exponentiateByLocalMean() }
        for p in 0..<image.count {
            right[p] = (p + 1) % width != 0 ? right[p] / divisor : 0
            down[p] = p + width < image.count ? down[p] / divisor : 0
        }
    }

    private static func square(_ a: Float, _ b: Float) -> Double {
        (Double(a) - Double(b)) * (Double(a) - Double(b))
    }

    private mutating func exponentiateByGlobalMean() {
        let edges = (width - 1) * height + width * (height - 1)
        let sum = right.reduce(0, +) + down.reduce(0, +)
        let mean = edges > 0 ? sum / Double(edges) : 0
        for p in 0..<right.count {
            right[p] = mean > 0 ? exp(-right[p] / (2 * mean)) : 1
            down[p] = mean > 0 ? exp(-down[p] / (2 * mean)) : 1
            if (p + 1) % width == 0 { right[p] = 0 }
            if p + width >= down.count { down[p] = 0 }
        }
    }

    /// exp(- v / (4 B)): B is twice the mean of v over 21 x 21 places of the grid that has a place
    /// for every pixel and one between each two, where only edges hold values.
    private mutating func exponentiateByLocalMean() {
        let sums = doubledGridSums()
        let stride = 2 * width
        func local(_ x: Int, _ y: Int) -> Double {
            let (left, up) = (max(0, x - 10), max(0, y - 10))
            let (endX, endY) = (min(2 * width - 1, x + 11), min(2 * height - 1, y + 11))
            let sum =
                sums[endY * stride + endX] - sums[up * stride + endX]
                - sums[endY * stride + left] + sums[up * stride + left]
            return 2 * max(sum, 0) / 441
        }
        for y in 0..<height {
            for x in 0..<width {
                let p = y * width + x
                let (beside, below) = (local(2 * x + 1, 2 * y), local(2 * x, 2 * y + 1))
                right[p] = right[p] > 0 && beside > 0 ? exp(-right[p] / (4 * beside)) : 1
                down[p] = down[p] > 0 && below > 0 ? exp(-down[p] / (4 * below)) : 1
            }
        }
    }

    /// Sums over all places above and left of each place of the doubled grid, one more each way.
    private func doubledGridSums() -> [Double] {
        let stride = 2 * width
        var sums = [Double](repeating: 0, count: stride * 2 * height)
        for y in 0..<2 * height - 1 {
            var row = 0.0
            for x in 0..<2 * width - 1 {
                let p = (y / 2) * width + x / 2
                if x % 2 == 1, y % 2 == 0 { row += right[p] }
                if x % 2 == 0, y % 2 == 1 { row += down[p] }
                sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + row
            }
        }
        return sums
    }
}
