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
    /// - Complexity: O(P M log M), in parallel over cells.
    init(counts: [Float], channels: Int, cells: CellPixels) {
        var logMeans = [Float](repeating: 0, count: cells.cellCount * channels)
        var means = logMeans
        logMeans.withUnsafeMutableBufferPointer { logs in
            means.withUnsafeMutableBufferPointer { plain in
                nonisolated(unsafe) let (logs, plain) = (logs, plain)
                Parallel.forEach(cells.cellCount) { cell in
                    var sum = PixelSums(channels: channels)
                    for row in cells.starts[cell]..<cells.starts[cell + 1] {
                        sum.add(counts, from: row * channels)
                    }
                    let count = Double(cells.starts[cell + 1] - cells.starts[cell])
                    for m in 0..<channels {
                        logs[cell * channels + m] = Float(sum.logs[m] / count)
                        plain[cell * channels + m] = Float(sum.shares[m] / count)
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
    private var sorted: [Float]

    init(channels: Int) {
        logs = [Double](repeating: 0, count: channels)
        shares = logs
        sorted = [Float](repeating: 0, count: channels)
    }

    mutating func add(_ counts: [Float], from start: Int) {
        let channels = logs.count
        var total = 0.0
        for m in 0..<channels {
            sorted[m] = counts[start + m]
            total += Double(counts[start + m])
        }
        sorted.sort()
        let middle = Double(sorted[(channels - 1) / 2]) + Double(sorted[channels / 2])
        let scale = 1 / (middle / 2 + 1)
        let share = total > 0 ? 1 / total : 0
        for m in 0..<channels {
            let value = Double(counts[start + m])
            logs[m] += log(1 + (value + 1) * scale)
            shares[m] += value * share
        }
    }
}
