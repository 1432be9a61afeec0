import Foundation
import Kernels

/// The two mean representations of cells.
struct CellMeans {
    /// Mean over a cell's pixels of log(1 + (v + 1) / (median + 1)), C x M.
    var logMeans: [Float]
    /// Mean over a cell's pixels of v / sum v, C x M; a pixel without counts adds nothing.
    var means: [Float]

    /// The means of P x M counts.
    ///
    /// - Complexity: O(P M), in parallel over cells; O(P M log M) where counts are no whole numbers
    ///   below 256.
    init(counts: [Float], channels: Int, cells: CellPixels) {
        var logMeans = [Float](repeating: 0, count: cells.cellCount * channels)
        var means = logMeans
        logMeans.withUnsafeMutableBufferPointer { logs in
            means.withUnsafeMutableBufferPointer { plain in
                counts.withUnsafeBufferPointer { counts in
                    nonisolated(unsafe) let (logs, plain, counts) = (logs, plain, counts)
                    Parallel.forEach(cells.cellCount) { cell in
                        guard let source = counts.baseAddress else { return }
                        var sum = PixelSums(channels: channels)
                        for row in cells.starts[cell]..<cells.starts[cell + 1] {
                            sum.add(source + row * channels)
                        }
                        let count = Double(cells.starts[cell + 1] - cells.starts[cell])
                        for m in 0..<channels {
                            logs[cell * channels + m] = Float(sum.logs[m] / count)
                            plain[cell * channels + m] = Float(sum.shares[m] / count)
                        }
                    }
                }
            }
        }
        self.logMeans = logMeans
        self.means = means
    }
}

/// Sums over the pixels of one cell.
private struct PixelSums {
    private(set) var logs: [Double]
    private(set) var shares: [Double]
    private var values: [Float]
    private var tally: [Int32]

    init(channels: Int) {
        logs = [Double](repeating: 0, count: channels)
        shares = logs
        values = [Float](repeating: 0, count: channels)
        tally = [Int32](repeating: 0, count: 256)
    }

    mutating func add(_ counts: UnsafePointer<Float>) {
        let channels = logs.count
        var total = 0.0
        for m in 0..<channels { total += Double(counts[m]) }
        let scale = 1 / (Float(median(counts)) + 1)
        let share = total > 0 ? 1 / total : 0
        values.withUnsafeMutableBufferPointer { values in
            for m in 0..<channels { values[m] = 1 + (counts[m] + 1) * scale }
            VectorMath.log(values)
        }
        for m in 0..<channels {
            logs[m] += Double(values[m])
            shares[m] += Double(counts[m]) * share
        }
    }

    /// The median: of counts up to 255 by tallying them, of anything else by sorting.
    private mutating func median(_ counts: UnsafePointer<Float>) -> Double {
        let channels = logs.count
        for i in tally.indices { tally[i] = 0 }
        for m in 0..<channels {
            let value = counts[m]
            guard value >= 0, value < 256, Float(Int32(value)) == value else {
                let sorted = UnsafeBufferPointer(start: counts, count: channels).sorted()
                return (Double(sorted[(channels - 1) / 2]) + Double(sorted[channels / 2])) / 2
            }
            tally[Int(value)] += 1
        }
        let (low, high) = (Int32((channels - 1) / 2), Int32(channels / 2))
        var below: Int32 = 0
        var lower = 0.0
        for (value, count) in tally.enumerated() where count > 0 {
            if below <= low { lower = Double(value) }
            below += count
            if below > high { return (lower + Double(value)) / 2 }
        }
        return lower
    }
}
