import Imaging
import Kernels

/// The pixels of a stack as vectors: divided by their own median, each channel scaled to 0...1.
struct PixelFeatures {
    /// P x M values, row-major.
    let values: [Float]

    /// (v + 1) / (median of the pixel + 1), then each channel's least and greatest onto 0 and 1; a
    /// channel without any spread becomes 0.
    ///
    /// - Throws: `.cancelled`.
    /// - Complexity: O(P M log M).
    init(_ stack: IonStack, monitor: StageMonitor) throws(AnalysisError) {
        let (pixels, channels) = (stack.grid.count, stack.channels.count)
        var values = [Float](repeating: 0, count: pixels * channels)
        let band = 16_384
        for first in stride(from: 0, to: pixels, by: band) {
            try monitor.update(Double(first) / Double(pixels), "Scaling pixels")
            stack.counts.withUnsafeBufferPointer { counts in
                values.withUnsafeMutableBufferPointer { values in
                    let work = PixelWork(
                        counts: counts, values: values, pixels: pixels, channels: channels)
                    Parallel.forEachRange(min(band, pixels - first), grain: 256) {
                        work.normalise(first + $0.lowerBound..<first + $0.upperBound)
                    }
                }
            }
        }
        values.withUnsafeMutableBufferPointer { Self.stretch($0, channels) }
        self.values = values
    }

    private static func stretch(_ values: UnsafeMutableBufferPointer<Float>, _ channels: Int) {
        var low = [Float](repeating: .infinity, count: channels)
        var high = [Float](repeating: -.infinity, count: channels)
        low.withUnsafeMutableBufferPointer { low in
            high.withUnsafeMutableBufferPointer { high in
                for row in stride(from: 0, to: values.count, by: max(channels, 1)) {
                    for c in 0..<channels {
                        low[c] = min(low[c], values[row + c])
                        high[c] = max(high[c], values[row + c])
                    }
                }
                for c in 0..<channels { high[c] = high[c] > low[c] ? 1 / (high[c] - low[c]) : 0 }
                for row in stride(from: 0, to: values.count, by: max(channels, 1)) {
                    for c in 0..<channels {
                        values[row + c] = min((values[row + c] - low[c]) * high[c], 1)
                    }
                }
            }
        }
    }
}

/// Pixels that are normalised in parallel, each on its own.
private struct PixelWork: @unchecked Sendable {
    let counts: UnsafeBufferPointer<Float>
    let values: UnsafeMutableBufferPointer<Float>
    let pixels: Int
    let channels: Int

    func normalise(_ range: Range<Int>) {
        for c in 0..<channels {
            for p in range {
                let count = counts[c * pixels + p]
                values[p * channels + c] = count.isFinite ? count : 0
            }
        }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: max(channels, 1)) { sorted in
            for p in range {
                for c in 0..<channels { sorted[c] = values[p * channels + c] }
                let divisor = median(sorted) + 1
                let factor = divisor > 0 ? 1 / divisor : 1
                for c in 0..<channels {
                    values[p * channels + c] = (values[p * channels + c] + 1) * factor
                }
            }
        }
    }

    private func median(_ buffer: UnsafeMutableBufferPointer<Float>) -> Float {
        guard channels > 0 else { return 0 }
        var part = UnsafeMutableBufferPointer(rebasing: buffer[0..<channels])
        part.sort()
        let upper = part[channels / 2]
        return channels % 2 == 1 ? upper : (part[channels / 2 - 1] + upper) / 2
    }
}
