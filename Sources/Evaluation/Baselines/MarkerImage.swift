#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif
import Imaging

/// The image of one channel, as baselines segment it.
struct MarkerImage {
    let values: [Float]
    let grid: PixelGrid

    var width: Int { grid.width }
    var height: Int { grid.height }

    /// Smoothed by a Gaussian of `sigma` pixels.
    func smoothed(_ sigma: Double) -> MarkerImage {
        MarkerImage(
            values: GaussianFilter(sigma: sigma).smooth(values, width: width, height: height),
            grid: grid)
    }

    /// The pixels above a threshold.
    func above(_ threshold: Double) -> [Bool] { values.map { Double($0) > threshold } }

    /// Minus the Laplacian of a Gaussian of `sigma` pixels (derivatives of the kernel, cut off at
    /// four standard deviations, reflecting border): high on blobs of a radius of sqrt(2) sigma.
    func blobness(_ sigma: Double) -> [Float] {
        let radius = Int(4 * sigma + 0.5)
        var smooth = (-radius...radius).map { exp(-0.5 * Double($0 * $0) / (sigma * sigma)) }
        let total = smooth.reduce(0, +)
        smooth = smooth.map { $0 / total }
        let second = zip(-radius...radius, smooth).map { offset, weight in
            (Double(offset * offset) / (sigma * sigma) - 1) / (sigma * sigma) * weight
        }
        let horizontal = convolved(second, smooth)
        let vertical = convolved(smooth, second)
        return zip(horizontal, vertical).map { Float(-($0 + $1)) }
    }

    /// Convolved with a symmetric kernel along rows and another along columns.
    private func convolved(_ rows: [Double], _ columns: [Double]) -> [Double] {
        let middle = along(values.map { Double($0) }, rows, count: width, other: height, step: 1)
        return along(middle, columns, count: height, other: width, step: width)
    }

    private func along(
        _ image: [Double], _ kernel: [Double], count: Int, other: Int, step: Int
    ) -> [Double] {
        let radius = kernel.count / 2
        let across = step == 1 ? width : 1
        var result = image
        for line in 0..<other {
            let start = line * across
            for place in 0..<count {
                var sum = 0.0
                for (tap, weight) in kernel.enumerated() {
                    let period = 2 * count
                    let wrapped = ((place + tap - radius) % period + period) % period
                    let inside = wrapped < count ? wrapped : period - 1 - wrapped
                    sum += weight * image[start + inside * step]
                }
                result[start + place * step] = sum
            }
        }
        return result
    }
}
