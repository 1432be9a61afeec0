import Imaging

/// Sums the spectra into ion images, some channels at a time.
struct SpectrumImages {
    let source: SpectrumSource
    let plan: ChannelPlan
    let places: SpectrumPlaces

    /// Most bytes of sums at a time.
    private static let largestBlock = 512 << 20

    /// One image a channel.
    ///
    /// Memory: the images, and one block of sums; the spectra are read once a block.
    func planes() throws(ImportError) -> [PixelValues] {
        let area = places.width * places.height
        let step = max(1, Self.largestBlock / (area * MemoryLayout<Double>.size))
        let blocks = (plan.masses.count + step - 1) / step
        var planes: [PixelValues] = []
        planes.reserveCapacity(plan.masses.count)
        for start in stride(from: 0, to: plan.masses.count, by: step) {
            let block = start..<min(start + step, plan.masses.count)
            var sums = [Double](repeating: 0, count: block.count * area)
            try add(block, area, weight: 0.5 / Double(blocks), to: &sums)
            for index in block.indices {
                let first = (index - start) * area
                let values = Array(sums[first..<first + area])
                guard values.allSatisfy(\.isFinite) else {
                    throw source.ibd.refusal("intensities whose sum is beyond all numbers")
                }
                planes.append(PixelValues(smallest: values))
            }
        }
        return planes
    }

    private func add(
        _ block: Range<Int>, _ area: Int, weight: Double, to sums: inout [Double]
    ) throws(ImportError) {
        switch plan.lookup {
        case .axis(let channels):
            // Only the part of the axis that holds the block's channels is read.
            let isMine = { (channel: Int32) in block.contains(Int(channel)) }
            guard let first = channels.firstIndex(where: isMine),
                let last = channels.lastIndex(where: isMine)
            else { return }
            try source.forEach(weight: weight) { index throws(ImportError) in
                let values = try source.intensities(index, first..<last + 1)
                let pixel = places.pixels[index]
                for place in values.indices {
                    let channel = Int(channels[first + place])
                    guard block.contains(channel) else { continue }
                    sums[(channel - block.lowerBound) * area + pixel] += values[place]
                }
            }
        case .exact:
            try addSpectra(block, area, weight: weight, to: &sums) {
                Self.place(of: $0, in: plan.masses)
            }
        case .cells(let channels, let width):
            try addSpectra(block, area, weight: weight, to: &sums) {
                Int(channels[Int($0 / width)])
            }
        }
    }

    /// Adds all values whose channel, found by their m/z, is in the block.
    @inline(__always)
    private func addSpectra(
        _ block: Range<Int>, _ area: Int, weight: Double, to sums: inout [Double],
        _ channel: (Double) -> Int
    ) throws(ImportError) {
        try source.forEach(weight: weight) { index throws(ImportError) in
            let masses = try source.masses(index)
            let values = try source.intensities(index)
            let pixel = places.pixels[index]
            for place in values.indices {
                let channel = channel(masses[place])
                guard block.contains(channel) else { continue }
                sums[(channel - block.lowerBound) * area + pixel] += values[place]
            }
        }
    }

    /// Where a number stands in an ascending list that holds it.
    private static func place(of value: Double, in list: [Double]) -> Int {
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if list[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
