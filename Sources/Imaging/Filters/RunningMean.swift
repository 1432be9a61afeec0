/// Means over a sliding window along the rows of an image.
public enum RunningMean {
    /// The mean of the `window` pixels around each pixel of a row, reflecting about the row's ends.
    ///
    /// - Precondition: `window` is odd and positive; `image.count == width * height`.
    /// - Complexity: O(pixels).
    public static func alongRows(
        _ image: [Float], width: Int, height: Int, window: Int
    ) -> [Float] {
        precondition(window > 0 && window % 2 == 1 && image.count == width * height)
        let radius = window / 2
        let mirror = mirrored(radius: radius, count: width)
        var result = [Float](repeating: 0, count: image.count)
        for y in 0..<height {
            let row = y * width
            var sum = 0.0
            for i in 0..<window - 1 { sum += Double(image[row + mirror[i]]) }
            for x in 0..<width {
                sum += Double(image[row + mirror[x + window - 1]])
                result[row + x] = Float(sum / Double(window))
                sum -= Double(image[row + mirror[x]])
            }
        }
        return result
    }

    /// The mean of the `window` x `window` pixels around each pixel, reflecting about the edges.
    ///
    /// - Precondition: `window` is odd and positive; `image.count == width * height`.
    /// - Complexity: O(pixels).
    public static func square(
        _ image: [Float], width: Int, height: Int, window: Int
    ) -> [Float] {
        let rows = alongRows(image, width: width, height: height, window: window)
        let radius = window / 2
        let mirror = mirrored(radius: radius, count: height)
        var result = [Float](repeating: 0, count: image.count)
        var sums = [Double](repeating: 0, count: width)
        for i in 0..<window - 1 {
            for x in 0..<width { sums[x] += Double(rows[mirror[i] * width + x]) }
        }
        for y in 0..<height {
            let entering = mirror[y + window - 1] * width
            let leaving = mirror[y] * width
            for x in 0..<width {
                sums[x] += Double(rows[entering + x])
                result[y * width + x] = Float(sums[x] / Double(window))
                sums[x] -= Double(rows[leaving + x])
            }
        }
        return result
    }
}
