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
}
