import Foundation
import Imaging

/// What one ion says about every comparison.
struct IonScorer: Sendable {
    /// The stack.
    let stack: IonStack
    /// The pixels of the cells.
    let cells: CellPixels
    /// The pixels of the cells as they follow each other in an image, which is how it is read fastest, with
    /// their places cell by cell.
    let ascending: [(pixel: Int32, row: Int32)]
    /// Pixels of each cell.
    let areas: [Int]
    /// Cluster index of each cell.
    let clusters: [Int]
    /// Number of clusters.
    let clusterCount: Int
    /// The pairs of sets.
    let comparisons: [Comparison]
    /// How ions are scored.
    let method: SIMSDiff.Method
    /// What the mean of each cell is multiplied by, or nil.
    let scales: [Double]?

    /// A row for every comparison, without rank and adjusted p.
    func markers(channel: Int) -> [SIMSDiff.Marker] {
        let values = counts(channel)
        var means = cellMeans(values)
        if let scales { for cell in means.indices { means[cell] *= scales[cell] } }
        var order = (0..<Int32(means.count)).map { $0 }
        var sorter = AscendingOrder()
        sorter.sort(&order, by: means)
        let distances =
            method == .emd
            ? MoverDistances(
                samples: IonSamples(values: values, cellStarts: cells.starts), areas: areas,
                membership: clusters, clusters: clusterCount) : nil
        return comparisons.map {
            row(channel, $0, means: means, order: order, distances: distances)
        }
    }

    /// The counts of the pixels inside cells, cell by cell.
    private func counts(_ channel: Int) -> [Float] {
        let base = channel * stack.grid.count
        return [Float](unsafeUninitializedCapacity: cells.count) { values, count in
            stack.counts.withUnsafeBufferPointer { counts in
                ascending.withUnsafeBufferPointer { ascending in
                    for (pixel, row) in ascending { values[Int(row)] = counts[base + Int(pixel)] }
                }
            }
            count = cells.count
        }
    }

    private func cellMeans(_ values: [Float]) -> [Double] {
        (0..<cells.cellCount).map { cell in
            var total = 0.0
            for row in cells.starts[cell]..<cells.starts[cell + 1] { total += Double(values[row]) }
            return total / Double(areas[cell])
        }
    }

    private func row(
        _ channel: Int, _ comparison: Comparison, means: [Double], order: [Int32],
        distances: MoverDistances?
    ) -> SIMSDiff.Marker {
        let inside = comparison.group.map { means[$0] }
        let outside = comparison.rest.map { means[$0] }
        let (group, rest) = (Moments(inside), Moments(outside))
        let ranks = RankSum(order: order, values: means, sides: comparison.sides)
        let test = method == .wilcoxon ? ranks.test : welch(group, rest)
        let ratios = distances.flatMap { MoverRatios($0, comparison) }
        let score = method == .emd ? ratios?.betweenWithin : test?.statistic
        return SIMSDiff.Marker(
            cluster: comparison.cluster, rank: 0, channel: channel,
            direction: rest.count > 0 && group.mean < rest.mean ? .down : .up, score: score,
            betweenWithin: ratios?.betweenWithin, withinBetweenSums: ratios?.withinBetweenSums,
            log2FoldChange: foldChange(group, rest, comparison), auc: ranks.auc,
            pValue: test?.pValue, pAdjusted: nil)
    }

    /// log2 of the ratio of the means of the cell means. Where one mean is zero, half a count spread
    /// over the pixels of that side is added to both; nil where both are zero.
    private func foldChange(
        _ group: Moments, _ rest: Moments, _ comparison: Comparison
    ) -> Double? {
        guard group.count > 0, rest.count > 0, group.mean >= 0, rest.mean >= 0 else { return nil }
        guard group.mean > 0 || rest.mean > 0 else { return nil }
        var pseudo = 0.0
        if group.mean == 0 || rest.mean == 0 {
            let empty = group.mean == 0 ? comparison.group : comparison.rest
            pseudo = 0.5 / Double(empty.reduce(0) { $0 + areas[$1] })
        }
        let change = log2((group.mean + pseudo) / (rest.mean + pseudo))
        return change.isFinite ? change : nil
    }
}

/// The two ratios of distances within and between; nil where there is none of either.
struct MoverRatios {
    /// Mean over pairs between over mean over pairs within (both sides together).
    let betweenWithin: Double?
    /// Sum within over sum between, ordered pairs, as published.
    let withinBetweenSums: Double?

    init?(_ distances: MoverDistances, _ comparison: Comparison) {
        let (n, m) = (Double(comparison.group.count), Double(comparison.rest.count))
        guard n > 0, m > 0 else { return nil }
        let within =
            distances.within(comparison.groupClusters) + distances.within(comparison.restClusters)
        let between = distances.between(comparison.groupClusters, comparison.restClusters)
        let pairs = n * (n - 1) / 2 + m * (m - 1) / 2
        betweenWithin = pairs > 0 && within > 0 ? (between / (n * m)) / (within / pairs) : nil
        // Ordered pairs count each within pair twice, and the denominator each between pair.
        withinBetweenSums = between > 0 ? within / between : nil
    }
}
