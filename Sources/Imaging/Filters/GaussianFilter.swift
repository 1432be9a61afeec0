import Kernels

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Separable Gaussian smoothing of an image with a border that reflects about the edge of the
/// outermost pixels (`c b a | a b c | c b a`), so that a constant image stays constant.
public struct GaussianFilter: Sendable {
    /// Weights of the taps 0, 1, ... radius; the whole symmetric kernel sums to 1.
    private let taps: [Float]

    /// A filter of standard deviation `sigma` pixels, cut off at four standard deviations.
    ///
    /// - Precondition: 0 < `sigma` <= 1000.
    public init(sigma: Double) {
        precondition(sigma > 0 && sigma <= 1000, "0 < sigma <= 1000")
        let radius = Int(4 * sigma + 0.5)
        let raw = (0...radius).map { exp(-0.5 * Double($0 * $0) / (sigma * sigma)) }
        let total = raw[0] + 2 * raw.dropFirst().reduce(0, +)
        taps = raw.map { Float($0 / total) }
    }

    /// The smoothed image; the same bytes on any number of threads.
    ///
    /// - Precondition: `image.count == width * height`, both sides at least 1.
    /// - Complexity: O(pixels x sigma).
    public func smooth(_ image: [Float], width: Int, height: Int) -> [Float] {
        precondition(image.count == width * height && width >= 1 && height >= 1)
        var rows = [Float](repeating: 0, count: image.count)
        var result = rows
        image.withUnsafeBufferPointer { source in
            rows.withUnsafeMutableBufferPointer { middle in
                alongRows(source, into: middle, width: width, height: height)
                result.withUnsafeMutableBufferPointer { target in
                    alongColumns(
                        UnsafeBufferPointer(middle), into: target, width: width, height: height)
                }
            }
        }
        return result
    }

    private func alongRows(
        _ source: UnsafeBufferPointer<Float>, into target: UnsafeMutableBufferPointer<Float>,
        width: Int, height: Int
    ) {
        let radius = taps.count - 1
        let mirror = mirrored(radius: radius, count: width)
        nonisolated(unsafe) let from = source.baseAddress!
        nonisolated(unsafe) let to = target.baseAddress!
        Parallel.forEachRange(height, grain: max(1, 16_384 / width)) { rows in
            var padded = [Float](repeating: 0, count: width + 2 * radius)
            for y in rows {
                let line = from + y * width
                for i in 0..<padded.count { padded[i] = line[mirror[i]] }
                padded.withUnsafeBufferPointer { pad in
                    let centre = pad.baseAddress! + radius
                    let out = to + y * width
                    for x in 0..<width { out[x] = taps[0] * centre[x] }
                    for tap in 1..<max(1, taps.count) {
                        let weight = taps[tap]
                        let left = centre - tap
                        let right = centre + tap
                        for x in 0..<width { out[x] += weight * (left[x] + right[x]) }
                    }
                }
            }
        }
    }

    private func alongColumns(
        _ source: UnsafeBufferPointer<Float>, into target: UnsafeMutableBufferPointer<Float>,
        width: Int, height: Int
    ) {
        let radius = taps.count - 1
        let mirror = mirrored(radius: radius, count: height)
        nonisolated(unsafe) let from = source.baseAddress!
        nonisolated(unsafe) let to = target.baseAddress!
        Parallel.forEachRange(height, grain: max(1, 16_384 / width)) { rows in
            for y in rows {
                let out = to + y * width
                let line = from + y * width
                for x in 0..<width { out[x] = taps[0] * line[x] }
                for tap in 1..<max(1, taps.count) {
                    let weight = taps[tap]
                    let above = from + mirror[radius + y - tap] * width
                    let below = from + mirror[radius + y + tap] * width
                    for x in 0..<width { out[x] += weight * (above[x] + below[x]) }
                }
            }
        }
    }
}

/// For each position of a line of `count` pixels padded by `radius` on both sides: the pixel that
/// stands there when the line reflects about its ends.
func mirrored(radius: Int, count: Int) -> [Int] {
    (-radius..<count + radius).map { position in
        let period = 2 * count
        let wrapped = ((position % period) + period) % period
        return wrapped < count ? wrapped : period - 1 - wrapped
    }
}
