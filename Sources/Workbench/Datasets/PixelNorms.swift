import Imaging
import Kernels

/// What each pixel is divided by when an image is normalised: the total (`tic`), median or root mean
/// square over all its channels, divided by its own mean over the pixels, so that the values stay
/// in the range of counts.
enum PixelNorms {
    /// The sums over channels that `tic` and `rms` need, image by image.
    struct Sums {
        private var sums: [Float]
        private let squared: Bool
        private var channels = 0

        init(pixels: Int, squared: Bool) {
            sums = [Float](repeating: 0, count: pixels)
            self.squared = squared
        }

        mutating func add(_ image: [Float]) {
            channels += 1
            for pixel in sums.indices {
                sums[pixel] += squared ? image[pixel] * image[pixel] : image[pixel]
            }
        }

        var norms: [Float] {
            guard squared else { return scaled(sums) }
            return scaled(sums.map { ($0 / Float(max(channels, 1))).squareRoot() })
        }
    }

    /// The medians.
    ///
    /// - Complexity: O(M P log M).
    static func medians(_ stack: IonStack) -> [Float] {
        let pixels = stack.grid.count
        let channels = stack.channels.count
        var norms = [Float](repeating: 0, count: pixels)
        stack.counts.withUnsafeBufferPointer { counts in
            norms.withUnsafeMutableBufferPointer { norms in
                guard let counts = counts.baseAddress, let norms = norms.baseAddress else { return }
                let source = UncheckedPointer(counts)
                let target = UncheckedMutablePointer(norms)
                Parallel.forEachRange(pixels, grain: 4096) { range in
                    var spectrum = [Float](repeating: 0, count: channels)
                    for pixel in range {
                        for channel in 0..<channels {
                            spectrum[channel] = source.base[channel * pixels + pixel]
                        }
                        target.base[pixel] = median(&spectrum)
                    }
                }
            }
        }
        return scaled(norms)
    }

    private static func scaled(_ norms: [Float]) -> [Float] {
        let mean = norms.reduce(0.0) { $0 + Double($1) } / Double(max(norms.count, 1))
        guard mean > 0 else { return norms }
        return norms.map { $0 / Float(mean) }
    }

    private static func median(_ spectrum: inout [Float]) -> Float {
        guard !spectrum.isEmpty else { return 0 }
        spectrum.sort()
        let middle = spectrum.count / 2
        return spectrum.count % 2 == 1
            ? spectrum[middle] : (spectrum[middle - 1] + spectrum[middle]) / 2
    }
}

/// A pointer handed to parallel work that reads only; the caller keeps its memory alive.
struct UncheckedPointer: @unchecked Sendable {
    let base: UnsafePointer<Float>
    init(_ base: UnsafePointer<Float>) { self.base = base }
}

/// A pointer handed to parallel work in which every piece writes to its own places.
struct UncheckedMutablePointer: @unchecked Sendable {
    let base: UnsafeMutablePointer<Float>
    init(_ base: UnsafeMutablePointer<Float>) { self.base = base }
}
