import Bytes

/// Which channels the spectra become, and to which of them each m/z value goes.
struct ChannelPlan {
    /// How an m/z value finds its channel.
    enum Lookup {
        /// By its place on the axis all spectra share.
        case axis([Int32])
        /// By being one of the channels' m/z.
        case exact
        /// By its cell of a histogram of this width.
        case cells([Int32], width: Double)
    }

    /// The channels' m/z, strictly ascending.
    var masses: [Double]
    /// How values find their channel; -1 is none.
    var lookup: Lookup
    /// Relative precision of the m/z values as they are stored.
    var precision: Double
    /// What was done, for the user.
    var warnings: [String]

    /// Width of a cell of the histogram, in m/z.
    static let tolerance = 0.01
    /// Most cells of the histogram.
    private static let mostCells = 1 << 24

    /// The plan for some spectra; reads all of them where peaks must be found.
    static func make(_ source: SpectrumSource, isProfile: Bool) throws(ImportError) -> ChannelPlan {
        let plan =
            if source.sharedAxis != nil {
                try onAxis(source)
            } else if let masses = try repeated(source) {
                ChannelPlan(masses: masses, lookup: .exact, precision: 1e-7, warnings: [])
            } else {
                try onCells(source, isProfile: isProfile)
            }
        guard !plan.masses.isEmpty else {
            throw ImportError(.malformed, "There is no signal in any spectrum.")
        }
        return plan
    }

    private static func onAxis(_ source: SpectrumSource) throws(ImportError) -> ChannelPlan {
        let axis = try source.masses(0)
        let precision = source.spectra[0].masses.number == .float32 ? 1e-7 : 1e-12
        guard zip(axis, axis.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw source.ibd.refusal("expected ascending m/z values, each once, on the shared axis")
        }
        if axis.count <= ImzMLReader.mostChannels {
            guard axis.first.map({ $0 > 0 }) ?? true else {
                throw source.ibd.refusal("expected m/z values above 0, found 0.0")
            }
            return ChannelPlan(
                masses: axis, lookup: .axis(axis.indices.map { Int32($0) }), precision: precision,
                warnings: [])
        }
        var sums = [Double](repeating: 0, count: axis.count)
        try source.forEach(weight: 0.4) { index throws(ImportError) in
            let values = try source.intensities(index)
            for place in values.indices { sums[place] += values[place] }
        }
        let peaks = PeakRegions(sums, most: ImzMLReader.mostChannels)
        let moments = zip(axis, sums).map { $0 * $1 }
        return ChannelPlan(
            masses: peaks.masses(sums, moments: moments),
            lookup: .axis(peaks.channels(count: axis.count)), precision: precision,
            warnings: [
                "The shared m/z axis has \(axis.count) points: "
                    + text(peaks, "points of the axis")
            ])
    }

    /// The m/z values of all spectra, ascending, where there are few and each is there often.
    private static func repeated(_ source: SpectrumSource) throws(ImportError) -> [Double]? {
        var distinct: Set<Double> = []
        var count = 0
        for index in source.spectra.indices {
            let masses = try source.masses(index)
            distinct.formUnion(masses)
            count += masses.count
            guard distinct.count <= ImzMLReader.mostChannels else { return nil }
        }
        guard count >= 4 * distinct.count, !distinct.contains(0) else { return nil }
        return distinct.sorted()
    }

    private static func onCells(
        _ source: SpectrumSource, isProfile: Bool
    ) throws(ImportError) -> ChannelPlan {
        var width = tolerance
        if isProfile { width = max(width, 2 * (try spacing(source))) }
        let largest = Double(mostCells) * width
        var sums: [Double] = []
        var moments: [Double] = []
        try source.forEach(weight: 0.4) { index throws(ImportError) in
            let masses = try source.masses(index)
            let values = try source.intensities(index)
            if let last = masses.max() {
                guard last < largest else {
                    throw source.ibd.refusal(
                        "spectrum \(index + 1): expected m/z below \(largest), found \(last)")
                }
                let room = Int(last / width) + 1 - sums.count
                if room > 0 {
                    sums.append(contentsOf: repeatElement(0, count: room))
                    moments.append(contentsOf: repeatElement(0, count: room))
                }
            }
            for place in values.indices {
                let cell = Int(masses[place] / width)
                sums[cell] += values[place]
                moments[cell] += values[place] * masses[place]
            }
        }
        let peaks = PeakRegions(sums, most: ImzMLReader.mostChannels)
        return ChannelPlan(
            masses: peaks.masses(sums, moments: moments),
            lookup: .cells(peaks.channels(count: sums.count), width: width), precision: 1e-12,
            warnings: [
                "The spectra have m/z values of their own, put in cells of \(width) m/z: "
                    + text(peaks, "cells")
            ])
    }

    private static func text(_ peaks: PeakRegions, _ points: String) -> String {
        let method =
            "one channel a peak (local maximum) of the mean spectrum smoothed by (1, 2, 1), the sum"
            + " of the \(points) between its neighbouring minima, \(peaks.ranges.count) channels"
        guard peaks.found > peaks.ranges.count else { return method + "." }
        let percent = Int((peaks.keptPart * 100).rounded(.down))
        return method + " of \(peaks.found), the most intense, with \(percent) % of all counts."
    }

    /// The median distance between neighbouring m/z values of the first spectra.
    private static func spacing(_ source: SpectrumSource) throws(ImportError) -> Double {
        var steps: [Double] = []
        for index in source.spectra.indices.prefix(16) {
            let masses = try source.masses(index)
            steps += zip(masses, masses.dropFirst()).map { $1 - $0 }.filter { $0 > 0 }
        }
        steps.sort()
        return steps.isEmpty ? 0 : steps[steps.count / 2]
    }
}
