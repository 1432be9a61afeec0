#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

import Imaging
import Kernels

/// The default method: Poisson classes, an exact cut and the division of least description length.
struct DescriptionSegmentation {
    /// Largest union of basins, in pixels, when the caller names no largest nucleus.
    static let largestUnion = 1500

    private let width: Int
    private let height: Int
    private let minimumArea: Int
    private let largest: Int

    /// What the method found.
    struct Outcome {
        /// Cell of each pixel, 0 outside; cells are not yet in order and may be in pieces.
        var labels: [Int32]
        /// Number of cells.
        var count: Int
        /// Pixels of the cut.
        var foreground: Int
        /// Share of the pixels in which the nuclei differ from ellipses, before any basin is divided
        /// (a proposed half is an ellipse by construction and would hide a wrong shape).
        var misfit: Double
        /// The fitted classes.
        var mixture: PoissonMixture
        /// The intensities the shapes were judged on.
        var intensity: StabilisedIntensity
    }

    /// The method for images of one size.
    init(images: CutImages, parameters: SIMSCut.Parameters) {
        width = images.width
        height = images.height
        minimumArea = parameters.minimumArea ?? 8
        largest = parameters.maximumArea ?? Self.largestUnion
    }

    /// The repaired images and what was repaired.
    static func repair(
        _ images: inout CutImages, monitor: StageMonitor
    ) throws(AnalysisError) -> (hot: Int, line: Int) {
        var hot = 0
        let (width, height) = (images.width, images.height)
        for index in images.planes.indices {
            let part = Double(index) / Double(images.planes.count)
            try monitor.update(0.7 * part, "repairing pixels and lines")
            hot += HotPixels.repair(&images.planes[index], width: width, height: height)
        }
        if var rest = images.rest {
            hot += HotPixels.repair(&rest, width: width, height: height)
            images.rest = rest
        }
        try monitor.update(0.7, "repairing pixels and lines")
        return (hot, BadLines.repair(&images))
    }

    /// Nuclei of repaired images.
    func run(_ images: CutImages, monitor: StageMonitor) throws(AnalysisError) -> Outcome {
        let gain = GainImage.estimate(rest: images.rest, width: width, height: height)
        let mixture = try PoissonMixture(
            images, gain: gain, monitor: monitor.part(from: 0, to: 0.3))
        let foreground = try cut(
            mixture.evidence, monitor: monitor.part(from: 0.3, to: 0.35))
        try monitor.update(0.35, "dividing the foreground")
        let intensity = StabilisedIntensity(mixture, foreground: foreground, width: width)
        try monitor.update(0.4, "dividing the foreground")
        let basins = Basins.divide(
            foreground, evidence: mixture.evidence, width: width, height: height)
        let first = try forest(
            basins, intensity, logArea: nil, monitor: monitor.part(from: 0.45, to: 0.7))
        let typical = median(
            nuclei(of: first, dividingBasins: true).map { Double($0.count) })
        let second = try forest(
            basins, intensity, logArea: typical.map { log($0) },
            monitor: monitor.part(from: 0.7, to: 0.95))
        let (labels, count) = mask(of: second, dividingBasins: true)
        let (whole, wholeCount) = mask(of: second, dividingBasins: false)
        return Outcome(
            labels: labels, count: count, foreground: foreground.count { $0 },
            misfit: Self.misfit(whole, count: wholeCount, width: width), mixture: mixture,
            intensity: intensity)
    }

    /// Share of the nuclei's pixels in which they differ from the ellipses of their moments.
    private static func misfit(_ labels: [Int32], count: Int, width: Int) -> Double {
        var bags = [PixelBag](repeating: PixelBag(), count: count)
        for (pixel, label) in labels.enumerated() where label > 0 {
            bags[Int(label) - 1].add(Int32(pixel), width: width, intensity: 0)
        }
        var (missed, pixels) = (0.0, 0.0)
        for bag in bags where bag.count > 0 {
            missed += ShapeCost.misfit(bag)
            pixels += Double(bag.count)
        }
        return pixels > 0 ? missed / pixels : 1
    }

    /// The exact cut with one nat for every unlike pair of neighbours.
    private func cut(
        _ evidence: [Float], monitor: StageMonitor
    ) throws(AnalysisError) -> [Bool] {
        let one = [Double](repeating: 1, count: evidence.count)
        return try monitor.watching("cutting the image") { proceed in
            GridCut.minimize(
                width: width, height: height, backgroundCost: evidence.map { Double(max($0, 0)) },
                foregroundCost: evidence.map { Double(max(-$0, 0)) }, right: one, down: one,
                proceed: proceed)
        }
    }

    private func forest(
        _ basins: [Int32], _ intensity: StabilisedIntensity, logArea: Double?,
        monitor: StageMonitor
    ) throws(AnalysisError) -> RegionForest {
        try Agglomeration.forest(
            basins: basins, width: width, intensity: intensity.values,
            costs: ShapeCost(noise: intensity.noise, logArea: logArea), largest: largest,
            monitor: monitor)
    }

    /// The pixels of each nucleus of the cheapest description.
    private func nuclei(of forest: RegionForest, dividingBasins: Bool) -> [[Int32]] {
        let regions = forest.cheapest(largest: largest, dividingBasins: dividingBasins)
        var bag = PixelBag()
        var result: [[Int32]] = []
        for region in regions where forest.regions[region].count >= minimumArea {
            bag.removeAll()
            forest.fill(&bag, with: region)
            result.append(bag.pixels)
        }
        return result
    }

    /// The cheapest description as a mask, after two rounds of border exchange.
    private func mask(
        of forest: RegionForest, dividingBasins: Bool
    ) -> (labels: [Int32], count: Int) {
        let nuclei = nuclei(of: forest, dividingBasins: dividingBasins)
        var labels = [Int32](repeating: 0, count: width * height)
        for (index, pixels) in nuclei.enumerated() {
            for pixel in pixels { labels[Int(pixel)] = Int32(index + 1) }
        }
        for _ in 0..<2 { BorderExchange.round(&labels, count: nuclei.count, width: width) }
        return (labels, nuclei.count)
    }
}
