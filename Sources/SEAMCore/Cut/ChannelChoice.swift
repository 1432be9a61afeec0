import Imaging
import Kernels

/// Which channels carry the appearance of nuclei: those that go along with the marker.
struct ChannelChoice {
    /// Indices of the chosen channels, by falling correlation, the marker first.
    let channels: [Int]
    /// Pearson's r of each chosen channel with the marker, in the same order.
    let correlations: [Double]

    /// The marker and the channels of highest correlation with it, `count` in all at most.
    ///
    /// Constant channels have no correlation and are never chosen.
    ///
    /// - Throws: `.unsuitableData` if the marker is constant or a count is negative or no number.
    /// - Complexity: O(M x P).
    init(_ stack: IonStack, marker: Int, count: Int) throws(AnalysisError) {
        let pixels = stack.grid.count
        let sums = Self.sums(stack, marker: marker)
        for (index, sum) in sums.enumerated() where !sum.valid {
            throw .unsuitableData(
                "channel \(stack.channels[index].name) holds values that are not counts "
                    + "(expected numbers from 0 to 4294967295)")
        }
        guard sums[marker].variance > 0 else {
            throw .unsuitableData(
                "the marker channel \(stack.channels[marker].name) is constant over all "
                    + "\(pixels) pixels, so nothing can be told apart by it")
        }
        var ranked: [(r: Double, channel: Int)] = []
        for channel in 0..<stack.channels.count
        where channel != marker && sums[channel].variance > 0 {
            let scale = (sums[channel].variance * sums[marker].variance).squareRoot()
            ranked.append((sums[channel].covariance / scale, channel))
        }
        ranked.sort { $0.r != $1.r ? $0.r > $1.r : $0.channel < $1.channel }
        let others = ranked.prefix(max(0, count - 1))
        channels = [marker] + others.map(\.channel)
        correlations = [1] + others.map(\.r)
    }

    private struct Sums {
        var variance = 0.0
        var covariance = 0.0
        var valid = true
    }

    private static func sums(_ stack: IonStack, marker: Int) -> [Sums] {
        let pixels = stack.grid.count
        var sums = [Sums](repeating: Sums(), count: stack.channels.count)
        stack.counts.withUnsafeBufferPointer { counts in
            sums.withUnsafeMutableBufferPointer { target in
                nonisolated(unsafe) let values = counts
                nonisolated(unsafe) let out = target
                let centre = mean(UnsafeBufferPointer(rebasing: values[plane(marker, pixels)]))
                Parallel.forEach(stack.channels.count) { channel in
                    let image = UnsafeBufferPointer(rebasing: values[plane(channel, pixels)])
                    let reference = UnsafeBufferPointer(rebasing: values[plane(marker, pixels)])
                    let own = mean(image)
                    var sum = Sums()
                    for p in 0..<pixels {
                        let value = image[p]
                        if !(value >= 0 && value <= 4_294_967_296) { sum.valid = false }
                        let d = Double(value) - own
                        sum.variance += d * d
                        sum.covariance += d * (Double(reference[p]) - centre)
                    }
                    out[channel] = sum
                }
            }
        }
        return sums
    }

    private static func plane(_ channel: Int, _ pixels: Int) -> Range<Int> {
        channel * pixels..<(channel + 1) * pixels
    }

    private static func mean(_ image: UnsafeBufferPointer<Float>) -> Double {
        var sum = 0.0
        for value in image { sum += Double(value) }
        return sum / Double(max(image.count, 1))
    }
}
