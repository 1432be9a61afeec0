#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif
import Imaging

/// Random-walker segmentation with two kinds of seeds (Grady 2006), with scikit-image's weights.
/// For comparison only.
struct RandomWalker {
    let image: MarkerImage
    /// How strongly steps are hindered by differences.
    var beta = 130.0

    /// The pixels from which a walker reaches a foreground seed first more often than not.
    ///
    /// - Parameter seeds: 1 background, 2 foreground, 0 unknown; at least one of each kind.
    /// - Complexity: O(pixels x iterations): conjugate gradients with a diagonal preconditioner.
    func foreground(seeds: [UInt8]) -> [Bool] {
        let (right, down) = weights()
        let count = seeds.count
        let width = image.width
        // Known values stay; the residual lives on the unknown pixels.
        var x = seeds.map { $0 == 2 ? 1.0 : 0 }
        var diagonal = [Double](repeating: 0, count: count)
        for pixel in 0..<count {
            diagonal[pixel] += right[pixel] + down[pixel]
            if pixel % width + 1 < width { diagonal[pixel + 1] += right[pixel] }
            if pixel + width < count { diagonal[pixel + width] += down[pixel] }
        }
        func apply(_ v: [Double]) -> [Double] {
            var out = [Double](repeating: 0, count: count)
            for pixel in 0..<count {
                if right[pixel] > 0 {
                    let flow = right[pixel] * (v[pixel] - v[pixel + 1])
                    out[pixel] += flow
                    out[pixel + 1] -= flow
                }
                if down[pixel] > 0 {
                    let flow = down[pixel] * (v[pixel] - v[pixel + width])
                    out[pixel] += flow
                    out[pixel + width] -= flow
                }
            }
            for pixel in 0..<count where seeds[pixel] > 0 { out[pixel] = 0 }
            return out
        }
        func dot(_ a: [Double], _ b: [Double]) -> Double {
            var sum = 0.0
            for pixel in 0..<count { sum += a[pixel] * b[pixel] }
            return sum
        }
        var residual = apply(x).map { -$0 }
        let start = dot(residual, residual)
        var z = zip(residual, diagonal).map { $1 > 0 ? $0 / $1 : 0 }
        var direction = z
        var product = dot(residual, z)
        for _ in 0..<2_000 where dot(residual, residual) > 1e-8 * start {
            let image = apply(direction)
            let step = product / dot(direction, image)
            guard step.isFinite else { break }
            for pixel in 0..<count {
                x[pixel] += step * direction[pixel]
                residual[pixel] -= step * image[pixel]
                z[pixel] = diagonal[pixel] > 0 ? residual[pixel] / diagonal[pixel] : 0
            }
            let next = dot(residual, z)
            for pixel in 0..<count {
                direction[pixel] = z[pixel] + next / product * direction[pixel]
            }
            product = next
        }
        return x.map { $0 > 0.5 }
    }

    /// exp(-beta d^2 / (10 sd)) + 1e-10 for the neighbours to the right and below; 0 at the edges.
    private func weights() -> (right: [Double], down: [Double]) {
        let values = image.values.map { Double($0) }
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = max((squares / Double(values.count)).squareRoot(), 1e-12)
        func weight(_ a: Int, _ b: Int) -> Double {
            let difference = values[a] - values[b]
            return exp(-beta * difference * difference / (10 * deviation)) + 1e-10
        }
        var right = [Double](repeating: 0, count: values.count)
        var down = right
        for pixel in values.indices {
            if pixel % image.width + 1 < image.width { right[pixel] = weight(pixel, pixel + 1) }
            if pixel + image.width < values.count {
                down[pixel] = weight(pixel, pixel + image.width)
            }
        }
        return (right, down)
    }
}
