import Imaging
import Kernels

/// Which channels carry the appearance of nuclei: those that go along with the marker.
struct ChannelChoice {
    /// What is compared with the marker.
    enum Comparison {
        /// The counts themselves, as published.
        case counts
        /// Structures of a few pixels: the mean of 3 x 3 pixels less that of 17 x 17. What varies
        /// slowly over the image, such as the gain or the tissue's density, makes all ions alike and
        /// hides which ones are nuclear where the contrast is low.
        case structures
    }

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
    init(
        _ stack: IonStack, marker: Int, count: Int, comparison: Comparison, monitor: StageMonitor
    ) throws(AnalysisError) {
        let pixels = stack.grid.count
        let reference = Self.image(stack, marker, comparison)
        let sums = try Self.sums(
            stack, reference: reference, comparison: comparison, monitor: monitor)
        for (index, sum) in sums.enumerated() where !sum.valid {
            throw .unsuitableData(
                "channel \(stack.channels[index].name) holds values that are not counts "
                    + "(expected numbers from 0 to 4294967295)")
        }
        guard sums[marker].varies else {
            throw .unsuitableData(
                "the marker channel \(stack.channels[marker].name) is constant over all "
                    + "\(pixels) pixels, so nothing can be told apart by it")
        }
        var ranked: [(r: Double, channel: Int)] = []
        for channel in 0..<stack.channels.count where channel != marker && sums[channel].varies {
            let scale = (sums[channel].variance * sums[marker].variance).squareRoot()
            ranked.append((scale > 0 ? sums[channel].covariance / scale : 0, channel))
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
        var varies = false
    }

    /// What of a channel is compared.
    private static func image(
        _ stack: IonStack, _ channel: Int, _ comparison: Comparison
    ) -> [Float] {
        let counts = Array(stack.plane(channel))
        guard comparison == .structures else { return counts }
        let (width, height) = (stack.grid.width, stack.grid.height)
        let fine = RunningMean.square(counts, width: width, height: height, window: 3)
        let coarse = RunningMean.square(counts, width: width, height: height, window: 17)
        return zip(fine, coarse).map { $0 - $1 }
    }

    /// How each channel varies and goes along with the reference, a few channels at a time.
    private static func sums(
        _ stack: IonStack, reference: [Float], comparison: Comparison, monitor: StageMonitor
    ) throws(AnalysisError) -> [Sums] {
        let count = stack.channels.count
        let centre = mean(reference)
        var sums = [Sums](repeating: Sums(), count: count)
        for start in stride(from: 0, to: count, by: 8) {
            try monitor.update(Double(start) / Double(count), "choosing channels")
            sums.withUnsafeMutableBufferPointer { target in
                nonisolated(unsafe) let out = target
                Parallel.forEach(min(8, count - start)) { offset in
                    out[start + offset] = sum(
                        stack, start + offset, reference: reference, centre: centre,
                        comparison: comparison)
                }
            }
        }
        return sums
    }

    private static func sum(
        _ stack: IonStack, _ channel: Int, reference: [Float], centre: Double,
        comparison: Comparison
    ) -> Sums {
        var sum = Sums()
        let plane = stack.plane(channel)
        let first = plane[plane.startIndex]
        for value in plane {
            if !(value >= 0 && value <= 4_294_967_296) { sum.valid = false }
            if value != first { sum.varies = true }
        }
        guard sum.valid, sum.varies else { return sum }
        let values = image(stack, channel, comparison)
        let own = mean(values)
        for p in 0..<values.count {
            let d = Double(values[p]) - own
            sum.variance += d * d
            sum.covariance += d * (Double(reference[p]) - centre)
        }
        return sum
    }

    private static func mean(_ image: [Float]) -> Double {
        image.reduce(0.0) { $0 + Double($1) } / Double(max(image.count, 1))
    }
}
