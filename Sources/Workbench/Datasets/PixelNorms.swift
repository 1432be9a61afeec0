import Imaging
import Kernels

/// What each pixel is divided by when an image is normalised.
enum PixelNorms {
    /// The total (`tic`), median or root mean square over all channels of every pixel, divided by
    /// its own mean over the pixels, so that the values stay in the range of counts.
    ///
    /// - Complexity: O(M P), O(M P log M) for the median.
    static func compute(_ stack: IonStack, kind: String) -> [Float] {
        let pixels = stack.grid.count
        let channels = stack.channels.count
        var norms = [Float](repeating: 0, count: pixels)
        stack.counts.withUnsafeBufferPointer { counts in
            norms.withUnsafeMutableBufferPointer { norms in
                let source = UncheckedPointer(counts.baseAddress!)
                let target = UncheckedMutablePointer(norms.baseAddress!)
                Parallel.forEachRange(pixels, grain: 4096) { range in
                    var spectrum = [Float](repeating: 0, count: channels)
                    for pixel in range {
                        for channel in 0..<channels {
                            spectrum[channel] = source.base[channel * pixels + pixel]
                        }
                        target.base[pixel] = norm(&spectrum, kind)
                    }
                }
            }
        }
        let mean = norms.reduce(0.0) { $0 + Double($1) } / Double(max(pixels, 1))
        guard mean > 0 else { return norms }
        return norms.map { $0 / Float(mean) }
    }

    private static func norm(_ spectrum: inout [Float], _ kind: String) -> Float {
        switch kind {
        case "tic": return spectrum.reduce(0, +)
        case "rms":
            return (spectrum.reduce(0) { $0 + $1 * $1 } / Float(max(spectrum.count, 1)))
                .squareRoot()
        default:
            spectrum.sort()
            let middle = spectrum.count / 2
            return spectrum.count % 2 == 1
                ? spectrum[middle] : (spectrum[middle - 1] + spectrum[middle]) / 2
        }
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
