import Foundation

/// Gaussian smoothing of an image.
enum Smoothing {
    /// The image convolved with a Gaussian of `sigma` pixels, cut at 4 sigma.
    ///
    /// Only measured pixels inside the image take part, each mean over its own weights, so that edges do
    /// not darken. Unmeasured pixels come back as 0.
    ///
    /// - Complexity: O(pixels x sigma).
    static func gaussian(
        _ values: [Float], width: Int, height: Int, sigma: Double, measured: [Bool]?
    ) -> [Float] {
        guard sigma > 0 else { return values }
        let radius = max(1, Int((4 * sigma).rounded()))
        let kernel = (0...radius).map { Float(exp(-0.5 * pow(Double($0) / sigma, 2))) }
        var weights = [Float](repeating: 1, count: values.count)
        var sums = values
        for i in values.indices where !values[i].isFinite || measured?[i] == false {
            sums[i] = 0
            weights[i] = 0
        }
        for along in [
            (count: width, step: 1, lines: height, next: width),
            (count: height, step: width, lines: width, next: 1),
        ] {
            sums = pass(sums, kernel, along)
            weights = pass(weights, kernel, along)
        }
        for i in sums.indices {
            let known = measured?[i] != false && weights[i] > 0
            sums[i] = known ? sums[i] / weights[i] : 0
        }
        return sums
    }

    private static func pass(
        _ values: [Float], _ kernel: [Float],
        _ along: (count: Int, step: Int, lines: Int, next: Int)
    ) -> [Float] {
        var result = [Float](repeating: 0, count: values.count)
        values.withUnsafeBufferPointer { source in
            result.withUnsafeMutableBufferPointer { target in
                for line in 0..<along.lines {
                    let start = line * along.next
                    for i in 0..<along.count {
                        let low = max(0, i - kernel.count + 1)
                        let high = min(along.count - 1, i + kernel.count - 1)
                        var sum: Float = 0
                        for j in low...high {
                            sum += source[start + j * along.step] * kernel[abs(i - j)]
                        }
                        target[start + i * along.step] = sum
                    }
                }
            }
        }
        return result
    }
}
