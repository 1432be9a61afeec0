public import Imaging
import Kernels

extension SIMSDiff {
    /// Scores every channel for every cluster.
    ///
    /// Cells are the units: means, the fold change, AUC and tests are of cell means of raw counts (or of those
    /// divided by the cells' totals, as the parameters say), and
    /// the earth mover's distances of all pairs of cells are exact, of the raw counts of their pixels.
    /// Rows are ranked up ions first by falling score, then down ions by falling strength (for `t` and
    /// `wilcoxon` by rising statistic, which is negative there), then those without a score; equal
    /// scores by channel. `top` keeps exactly that many a cluster.
    ///
    /// - Parameters:
    ///   - stack: M images of raw counts.
    ///   - labels: the mask.
    ///   - cellIDs: C cell numbers in any order, each once and with at least one pixel.
    ///   - clusters: the cluster of each, at least 1.
    /// - Throws: `.tooFewCells` below two cells; `.badParameter` for an unknown or empty group or
    ///   reference, or a `top` below 1; `.unsuitableData` if the cells do not fit the mask;
    ///   `.cancelled`.
    /// - Complexity: O(M (S C k + P)) time for S distinct counts an ion, in parallel over ions.
    public static func run(
        _ stack: IonStack, labels: LabelImage, cellIDs: [Int32], clusters: [Int32],
        parameters: Parameters, monitor: StageMonitor
    ) throws(AnalysisError) -> Result {
        try check(cellIDs, clusters, parameters)
        let cells = try CellPixels.checked(labels, for: stack, needed: 2).keeping(cellIDs)
        var clusterOf: [Int32: Int32] = [:]
        for (id, cluster) in zip(cellIDs, clusters) { clusterOf[id] = cluster }
        let numbers = Set(clusters).sorted()
        let membership = cells.cellIDs.map { id in
            numbers.firstIndex(of: clusterOf[id] ?? 0) ?? 0
        }
        let comparisons = try Comparison.all(
            parameters, numbers: numbers, clusters: membership)
        let scorer = IonScorer(
            stack: stack, cells: cells, ascending: cells.inImageOrder(of: stack.grid.count),
            areas: (0..<cells.cellCount).map { cells.starts[$0 + 1] - cells.starts[$0] },
            clusters: membership, clusterCount: numbers.count,
            comparisons: comparisons, method: parameters.method,
            scales: parameters.normalization == .total ? cells.scales(of: stack) : nil)
        let byChannel = try scores(scorer, monitor: monitor)
        let markers = comparisons.indices.flatMap { index in
            ranked(byChannel.map { $0[index] }, parameters)
        }
        try monitor.update(1, "markers ranked")
        return Result(markers: markers, warnings: warnings(comparisons))
    }

    private static func check(
        _ cellIDs: [Int32], _ clusters: [Int32], _ parameters: Parameters
    ) throws(AnalysisError) {
        guard cellIDs.count == clusters.count else {
            throw .unsuitableData(
                "expected a cluster for each of \(cellIDs.count) cells, found \(clusters.count)")
        }
        guard cellIDs.count >= 2 else { throw .tooFewCells(found: cellIDs.count, needed: 2) }
        if let cluster = clusters.first(where: { $0 < 1 }) {
            throw .unsuitableData("expected clusters numbered from 1, found \(cluster)")
        }
        if let top = parameters.top, top < 1 {
            throw .badParameter(name: "top", detail: "expected at least 1, found \(top)")
        }
    }

    /// The rows of all channels, M x comparisons, in blocks that let it stop.
    private static func scores(
        _ scorer: IonScorer, monitor: StageMonitor
    ) throws(AnalysisError) -> [[Marker]] {
        let channels = scorer.stack.channels.count
        var rows = [[Marker]](repeating: [], count: channels)
        let block = 8 * Parallel.threads
        for start in stride(from: 0, to: channels, by: block) {
            try monitor.update(
                Double(start) / Double(channels), "ion \(start + 1) of \(channels)")
            rows.withUnsafeMutableBufferPointer { rows in
                nonisolated(unsafe) let rows = rows
                Parallel.forEach(min(block, channels - start)) { offset in
                    if monitor.isCancelled { return }
                    rows[start + offset] = scorer.markers(channel: start + offset)
                }
            }
        }
        if monitor.isCancelled { throw .cancelled }
        return rows
    }

    /// Adjusts the p values of one cluster, ranks its rows and cuts them.
    private static func ranked(_ markers: [Marker], _ parameters: Parameters) -> [Marker] {
        var rows = markers
        let adjusted = falseDiscoveryAdjusted(rows.map(\.pValue))
        for index in rows.indices { rows[index].pAdjusted = adjusted[index] }
        let signed = parameters.method != .emd
        rows.sort { sortKey($0, signed: signed) < sortKey($1, signed: signed) }
        for index in rows.indices { rows[index].rank = index + 1 }
        return Array(rows.prefix(parameters.top ?? rows.count))
    }

    /// Up ions by falling score, then down ions by falling strength (a signed statistic is the
    /// stronger the lower it is there), then those without a score.
    private static func sortKey(_ marker: Marker, signed: Bool) -> (Int, Double, Int) {
        guard let score = marker.score else { return (2, 0, marker.channel) }
        if marker.direction == .up { return (0, -score, marker.channel) }
        return (1, signed ? score : -score, marker.channel)
    }

    private static func warnings(_ comparisons: [Comparison]) -> [String] {
        comparisons.compactMap { comparison in
            if comparison.rest.isEmpty {
                return "cluster \(comparison.cluster) holds all cells: nothing to compare it with"
            }
            if comparison.group.count == 1 {
                return "cluster \(comparison.cluster) is one cell: its ions have no p values"
            }
            return nil
        }
    }
}

extension CellPixels {
    /// What the counts of each cell are multiplied by so that all have the same sum over channels a pixel, the mean of
    /// what they have; 1 for a cell without counts.
    ///
    /// - Complexity: O(pixels x channels).
    func scales(of stack: IonStack) -> [Double] {
        let plane = stack.grid.count
        let sums = ParallelResults(count: cellCount) { cell -> Double in
            var sum = 0.0
            stack.counts.withUnsafeBufferPointer { counts in
                for channel in 0..<stack.channels.count {
                    for row in starts[cell]..<starts[cell + 1] {
                        sum += Double(counts[channel * plane + pixels[row]])
                    }
                }
            }
            return sum / Double(starts[cell + 1] - starts[cell])
        }.values
        let mean = sums.reduce(0, +) / Double(max(1, sums.count))
        return sums.map { $0 > 0 && $0.isFinite ? mean / $0 : 1 }
    }

    /// Every pixel and its place in `pixels`, by pixel.
    ///
    /// - Parameter plane: pixels of the image.
    /// - Complexity: O(`plane`).
    func inImageOrder(of plane: Int) -> [(pixel: Int32, row: Int32)] {
        var rowOf = [Int32](repeating: -1, count: plane)
        for (row, pixel) in pixels.enumerated() { rowOf[pixel] = Int32(row) }
        var order: [(pixel: Int32, row: Int32)] = []
        order.reserveCapacity(count)
        for (pixel, row) in rowOf.enumerated() where row >= 0 { order.append((Int32(pixel), row)) }
        return order
    }

    /// Only the cells given, ascending.
    func keeping(_ wanted: [Int32]) throws(AnalysisError) -> CellPixels {
        let sorted = wanted.sorted()
        if sorted == cellIDs { return self }
        var starts: [Int] = []
        var kept: [Int] = []
        var cell = 0
        for (place, id) in sorted.enumerated() {
            if place > 0, sorted[place - 1] == id {
                throw .unsuitableData("expected every cell once, found cell \(id) twice")
            }
            while cell < cellCount, cellIDs[cell] < id { cell += 1 }
            guard cell < cellCount, cellIDs[cell] == id else {
                throw .unsuitableData("the mask has no pixel of cell \(id)")
            }
            starts.append(kept.count)
            kept += pixels[self.starts[cell]..<self.starts[cell + 1]]
        }
        return CellPixels(cellIDs: sorted, starts: starts + [kept.count], pixels: kept)
    }
}
