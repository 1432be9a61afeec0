import Bytes

/// Which channels the spectra become, and to which of them each m/z value goes.
struct ChannelPlan {
    /// How an m/z value finds its channel.
    enum Lookup {
        /// By its place on the axis all spectra share.
        case axis([Int32])
        /// By being one of the channels' m/z.
        case exact
        /// By its cell of a histogram.
        case cells([Int32], MassCells)
    }

    /// The channels' m/z, strictly ascending.
    var masses: [Double]
    /// How values find their channel; -1 is none.
    var lookup: Lookup
    /// Relative precision of the m/z values as they are stored.
    var precision: Double
    /// What was done, for the user.
    var warnings: [String]

    /// Most channels where each is a point that was asked for.
    private static let mostPoints = 65_536

    /// The plan for some spectra; reads all of them where peaks must be found.
    static func make(
        _ source: SpectrumSource, isProfile: Bool, _ options: ImportOptions
    ) throws(ImportError) -> ChannelPlan {
        let plan =
            if source.sharedAxis != nil {
                try onAxis(source, options)
            } else if options.massAxis != .peaks,
                let masses = try repeated(source, isExact: options.massAxis == .exact)
            {
                ChannelPlan(masses: masses, lookup: .exact, precision: 1e-7, warnings: [])
            } else {
                try onCells(source, isProfile: isProfile, options.massTolerance)
            }
        guard !plan.masses.isEmpty else {
            throw ImportError(.malformed, "There is no signal in any spectrum.")
        }
        return plan
    }

    private static func onAxis(
        _ source: SpectrumSource, _ options: ImportOptions
    ) throws(ImportError) -> ChannelPlan {
        let axis = try source.masses(0)
        let precision = source.spectra[0].masses.number == .float32 ? 1e-7 : 1e-12
        guard zip(axis, axis.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw source.ibd.refusal("expected ascending m/z values, each once, on the shared axis")
        }
        let most = options.massAxis == .exact ? mostPoints : ImzMLReader.mostChannels
        if axis.count <= most, options.massAxis != .peaks {
            guard axis.first.map({ $0 > 0 }) ?? true else {
                throw source.ibd.refusal("expected m/z values above 0, found 0.0")
            }
            return ChannelPlan(
                masses: axis, lookup: .axis(axis.indices.map { Int32($0) }), precision: precision,
                warnings: [])
        }
        guard options.massAxis != .exact else { throw tooMany(axis.count) }
        var sums = [Double](repeating: 0, count: axis.count)
        try source.forEach(source.spectra.indices, weight: 0.4) { index throws(ImportError) in
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

    private static func tooMany(_ count: Int) -> ImportError {
        ImportError(
            .tooLarge,
            "There are \(count == mostPoints + 1 ? "more than \(mostPoints)" : "\(count)") different"
                + " m/z values; at most \(mostPoints) become channels with mz_axis=exact. Leave it"
                + " out for one channel a peak.")
    }

    /// The m/z values of all spectra, ascending, where there are few and each is there often, or
    /// all are wanted.
    private static func repeated(
        _ source: SpectrumSource, isExact: Bool
    ) throws(ImportError) -> [Double]? {
        let most = isExact ? mostPoints : ImzMLReader.mostChannels
        var distinct: Set<Double> = []
        var count = 0
        for index in source.spectra.indices {
            let masses = try source.masses(index)
            // A spectrum alone may have more than are wanted.
            for mass in masses where distinct.count <= most { distinct.insert(mass) }
            count += masses.count
            guard distinct.count <= most else {
                if isExact { throw tooMany(mostPoints + 1) }
                return nil
            }
        }
        if isExact {
            guard !distinct.contains(0) else {
                throw source.ibd.refusal("expected m/z values above 0, found 0.0")
            }
            return distinct.sorted()
        }
        guard count >= 4 * distinct.count, !distinct.contains(0) else { return nil }
        return distinct.sorted()
    }

    private static func onCells(
        _ source: SpectrumSource, isProfile: Bool, _ tolerance: MassTolerance?
    ) throws(ImportError) -> ChannelPlan {
        var cells = MassCells(tolerance)
        if isProfile, tolerance == nil { cells = .even(max(0.01, 2 * (try spacing(source)))) }
        let histogram = try MassHistogram.of(source, cells, weight: 0.4)
        let peaks = PeakRegions(histogram.sums, most: ImzMLReader.mostChannels)
        return ChannelPlan(
            masses: peaks.masses(histogram.sums, moments: histogram.moments),
            lookup: .cells(peaks.channels(count: histogram.sums.count), cells), precision: 1e-12,
            warnings: [
                "The spectra have m/z values of their own, put in cells of \(cells.text): "
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
