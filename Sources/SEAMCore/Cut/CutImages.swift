import Imaging

/// The images a segmentation works on: the chosen channels and the sum of all others.
struct CutImages {
    /// Pixels in a row.
    let width: Int
    /// Rows.
    let height: Int
    /// The chosen channels, the marker first; each one P counts in row-major order.
    var planes: [[Float]]
    /// The sum of all channels that were not chosen, or nil if all were.
    var rest: [Float]?

    /// Number of pixels.
    var count: Int { width * height }

    /// The images of a stack, with values turned back into counts where they are scaled counts.
    ///
    /// - Complexity: O(M x P).
    init(_ stack: IonStack, channels: [Int]) {
        width = stack.grid.width
        height = stack.grid.height
        planes = channels.map { ScaledCounts.counts(of: Array(stack.plane($0))) }
        let chosen = Set(channels)
        var sum = [Float](repeating: 0, count: stack.grid.count)
        var others = 0
        for channel in 0..<stack.channels.count where !chosen.contains(channel) {
            others += 1
            let plane = stack.plane(channel)
            for (p, value) in zip(0..<sum.count, plane) { sum[p] += value }
        }
        rest = others > 0 ? sum : nil
    }
}
