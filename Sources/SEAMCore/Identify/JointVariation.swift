import Foundation
import Kernels

/// Cells by how their ions vary together from pixel to pixel, whatever the ions' means are.
///
/// The mean of a nucleus does not say whether two ions are high in the same of its pixels, and a pixel classifier
/// learns it only where nothing simpler tells the nuclei apart. Here it is asked directly. Of the brightest
/// ions of each cell, variance-stabilised (Anscombe 1948), it takes the correlation of every pair and the
/// logarithm of every variance. Each is, for ions that vary on their own, near normal with a variance of one
/// over the number of pixels; so their deviations from the mean cell are multiplied by the root of that
/// number, and the principal components that stand out of such noise are kept, each with the share of its variance
/// that is not noise as its variance.
struct JointVariation {
    /// Most ions compared: with more of them the pairs of dim ones drown the others.
    private static let mostChannels = 60
    /// Most components kept; and cells there must be for each.
    private static let (mostComponents, cellsPerComponent) = (20, 8)
    /// Pixels a cell must have to be measured; smaller ones are put in the middle.
    private static let fewestPixels = 4
    /// What a component's variance must be of the largest that noise has on average.
    private static let margin = 1.04
    /// Most spreads of a feature that a cell may be from the mean.
    private static let furthest = 5.0
    /// A variance below this (1 is that of independent counts) is not told from none.
    private static let leastVariance = 0.02

    /// C x `dimension`, each column of mean 0 and a variance below 1.
    let components: [Float]
    /// How many components there are; 0 where nothing stands out of noise.
    let dimension: Int

    /// - Parameters:
    ///   - counts: P x M, cell by cell.
    ///   - seed: of the components' search.
    /// - Throws: `.cancelled`.
    /// - Complexity: O(P K^2 + C^2 K^2) time for the K = min(M, 60) ions, O(C^2 + C K^2) memory.
    init(
        counts: [Float], channels: Int, cells: CellPixels, seed: UInt64, monitor: StageMonitor
    ) throws(AnalysisError) {
        let chosen = Self.brightest(counts, channels)
        try monitor.update(0, "how ions vary together")
        guard !chosen.isEmpty else {
            (components, dimension) = ([], 0)
            return
        }
        let measured = Self.measure(counts, channels, chosen, cells) { !monitor.isCancelled }
        let features = measured.width
        let (deviations, spreads) = Self.deviations(measured, cells)
        try monitor.update(0.4, "how ions vary together")
        let count = cells.cellCount
        var gram = [Double](repeating: 0, count: count * count)
        gram.withUnsafeMutableBufferPointer { gram in
            guard let base = gram.baseAddress else { return }
            deviations.addGram(rows: features, to: base) { !monitor.isCancelled }
            for i in 0..<count {
                for j in i..<count { base[j * count + i] = base[i * count + j] }
            }
        }
        try monitor.update(0.7, "how ions vary together")
        let geometry = Geometry(count: count, gram: gram)
        let wanted = min(Self.mostComponents, max(1, count / Self.cellsPerComponent))
        let leading = try PrincipalScores(
            geometry, dimension: wanted, seed: seed, monitor: monitor.part(from: 0.7, to: 1))
        // The largest variance of a component of independent features (Marchenko and Pastur 1967).
        let ratio = 1 + (Double(features) / Double(count)).squareRoot()
        // Few features carry anything but noise.
        let noise = spreads.sorted()[features / 2]
        let edge = noise * noise * ratio * ratio
        let variances = leading.variances.prefix { $0 > Self.margin * edge }
        dimension = variances.count
        components = leading.leading(dimension)
            .scaled(by: variances.map { ((1 - edge / $0) / $0).squareRoot() })
            .values.map { Float($0) }
    }

    /// Puts the components into a result, with their inner products.
    ///
    /// - Throws: `.unsuitableData` where nothing stands out of noise.
    func fill(_ result: inout SIMSID.Result) throws(AnalysisError) {
        guard dimension > 0 else {
            throw .unsuitableData(
                "nothing in how the ions vary together inside these cells stands out of noise; "
                    + "use method distilled or mean")
        }
        let values = components.map { Double($0) }
        result.gram = innerProducts(
            values, values, count: result.cellIDs.count, columns: dimension)
        result.components = components
        result.dimension = dimension
    }

    /// The channels of the largest sums, at most so many, brightest first.
    private static func brightest(_ counts: [Float], _ channels: Int) -> [Int] {
        var sums = [Double](repeating: 0, count: channels)
        for row in stride(from: 0, to: counts.count, by: channels) {
            for m in 0..<channels { sums[m] += Double(counts[row + m]) }
        }
        let order = (0..<channels).sorted { (-sums[$0], $0) < (-sums[$1], $1) }
        return order.prefix(mostChannels).filter { sums[$0] > 0 }
    }

    /// Correlations and logarithms of variances, a row a cell; NaN where there is none.
    private static func measure(
        _ counts: [Float], _ channels: Int, _ chosen: [Int], _ cells: CellPixels,
        proceed: @Sendable () -> Bool
    ) -> PanelRows {
        let rows = PanelRows(
            rows: cells.cellCount, width: chosen.count * (chosen.count + 1) / 2)
        counts.withUnsafeBufferPointer { counts in
            nonisolated(unsafe) let counts = counts
            Parallel.forEach(cells.cellCount) { cell in
                let row = rows.row(cell)
                row.update(repeating: .nan, count: rows.width)
                let pixels = cells.starts[cell]..<cells.starts[cell + 1]
                guard pixels.count >= fewestPixels, proceed(), let base = counts.baseAddress
                else { return }
                let sums = CoVariation(base, channels, chosen, pixels)
                sums.write(to: row, leastVariance: leastVariance)
            }
        }
        return rows
    }

    /// What was measured less its mean over all cells, times the root of a cell's pixels; a row a feature,
    /// zero where nothing was measured. A cell in which an ion is all but absent is no outlier for ever: no
    /// value is further from 0 than `furthest` spreads of its feature.
    private static func deviations(
        _ measured: PanelRows, _ cells: CellPixels
    ) -> (rows: PanelRows, spreads: [Double]) {
        let count = cells.cellCount
        let weights = (0..<count).map { Double(cells.starts[$0 + 1] - cells.starts[$0]) }
        let turned = PanelRows(rows: measured.width, width: count)
        let spreads = ParallelResults(count: measured.width) { feature -> Double in
            var (sum, weight) = (0.0, 0.0)
            for cell in 0..<count where measured.row(cell)[feature].isFinite {
                sum += weights[cell] * Double(measured.row(cell)[feature])
                weight += weights[cell]
            }
            let mean = weight > 0 ? sum / weight : 0
            let row = turned.row(feature)
            for cell in 0..<count {
                let value = Double(measured.row(cell)[feature])
                row[cell] =
                    value.isFinite ? Float((value - mean) * weights[cell].squareRoot()) : 0
            }
            let spread = spread(UnsafeBufferPointer(start: row, count: count))
            let limit = Float(furthest * spread)
            for cell in 0..<count { row[cell] = min(max(row[cell], -limit), limit) }
            return spread
        }.values
        return (turned, spreads)
    }

    /// The median absolute deviation, times what makes it the standard deviation of a normal distribution.
    private static func spread(_ values: UnsafeBufferPointer<Float>) -> Double {
        let sorted = values.sorted()
        let middle = sorted[sorted.count / 2]
        return 1.4826 * Double(sorted.map { abs($0 - middle) }.sorted()[sorted.count / 2])
    }
}

/// Products of deviations, over the pixels of one cell, of its stabilised ions.
private struct CoVariation {
    private let channels: Int
    /// Upper triangle, K x K.
    private var products: [Float]

    /// Anscombe's transform of counts that are first brought to the cell's mean total.
    init(
        _ counts: UnsafePointer<Float>, _ stride: Int, _ chosen: [Int], _ pixels: Range<Int>
    ) {
        channels = chosen.count
        products = [Float](repeating: 0, count: channels * channels)
        let totals = pixels.map { pixel in
            (0..<stride).reduce(0.0) { $0 + Double(counts[pixel * stride + $1]) }
        }
        let usual = totals.reduce(0, +) / Double(totals.count)
        var values = [Float](repeating: 0, count: pixels.count * channels)
        for (place, pixel) in pixels.enumerated() {
            let factor = totals[place] > 0 ? Float(usual / totals[place]) : 0
            for (k, m) in chosen.enumerated() {
                let count = max(0, counts[pixel * stride + m] * factor)
                values[place * channels + k] = 2 * (count + 0.375).squareRoot()
            }
        }
        centre(&values, rows: pixels.count)
        for row in 0..<pixels.count {
            for i in 0..<channels {
                let own = values[row * channels + i]
                for j in i..<channels {
                    products[i * channels + j] += own * values[row * channels + j]
                }
            }
        }
        let scale = 1 / Float(pixels.count - 1)
        for place in products.indices { products[place] *= scale }
    }

    private func centre(_ values: inout [Float], rows: Int) {
        for k in 0..<channels {
            var sum = 0.0
            for row in 0..<rows { sum += Double(values[row * channels + k]) }
            let mean = Float(sum / Double(rows))
            for row in 0..<rows { values[row * channels + k] -= mean }
        }
    }

    /// Of each pair i <= j the correlation, or for i = j log(variance) / sqrt 2.
    func write(to row: UnsafeMutablePointer<Float>, leastVariance: Double) {
        var place = 0
        for i in 0..<channels {
            let own = Double(products[i * channels + i])
            for j in i..<channels {
                let other = Double(products[j * channels + j])
                if own >= leastVariance, other >= leastVariance {
                    row[place] =
                        i == j
                        ? Float(log(own) / 2.0.squareRoot())
                        : Float(Double(products[i * channels + j]) / (own * other).squareRoot())
                }
                place += 1
            }
        }
    }
}
