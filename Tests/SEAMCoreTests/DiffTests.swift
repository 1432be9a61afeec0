import Imaging
import Kernels
import SEAMCore
import Testing

@Suite struct DiffTests {
    /// Counts of cells with `area` pixels each, ion x cell x pixel.
    private func random(
        ions: Int, cells: Int, area: Int, fraction: Bool = false
    ) -> [[[Float]]] {
        var random = Philox(seed: 3)
        return (0..<ions).map { ion in
            (0..<cells).map { cell in
                (0..<area).map { _ in
                    let value = abs(random.gaussian()) * Float(ion + 1) + Float(cell % 3)
                    return fraction ? value : value.rounded()
                }
            }
        }
    }

    /// 1...k over and over.
    private func cycle(_ count: Int, _ k: Int) -> [Int32] {
        var clusters: [Int32] = []
        for cell in 0..<count { clusters.append(Int32(cell % k + 1)) }
        return clusters
    }

    /// The integral of |F_a - F_b| for samples of one size: mean difference of the sorted values.
    private func distance(_ a: [Float], _ b: [Float]) -> Double {
        var sum = 0.0
        for (x, y) in zip(a.sorted(), b.sorted()) { sum += abs(Double(x) - Double(y)) }
        return sum / Double(a.count)
    }

    private func run(
        _ ions: [[[Float]]], _ clusters: [Int32],
        _ change: (inout SIMSDiff.Parameters) -> Void = { _ in }
    ) throws -> SIMSDiff.Result {
        let (stack, labels) = IdentifyTissue.row(ions, area: ions[0][0].count)
        var parameters = SIMSDiff.Parameters()
        change(&parameters)
        return try SIMSDiff.run(
            stack, labels: labels, cellIDs: clusters.indices.map { Int32($0 + 1) },
            clusters: clusters, parameters: parameters, monitor: .silent)
    }

    @Test(arguments: SIMSDiff.Method.allCases)
    func `a gain of a cell does not matter where cells are divided by their totals`(
        method: SIMSDiff.Method
    ) throws {
        let ions = random(ions: 5, cells: 12, area: 8)
        // Every other cell was counted three times as well.
        let bright = ions.map { cells in
            cells.enumerated().map { cell, pixels in cell % 2 == 0 ? pixels : pixels.map { 3 * $0 }
            }
        }
        let clusters = cycle(12, 2)
        func divided(_ counts: [[[Float]]]) throws -> [SIMSDiff.Marker] {
            try run(counts, clusters) {
                $0.method = method
                $0.normalization = .total
            }.markers.sorted { ($0.cluster, $0.channel) < ($1.cluster, $1.channel) }
        }
        let (even, uneven) = try (divided(ions), divided(bright))
        for (one, other) in zip(even, uneven) {
            #expect(one.direction == other.direction)
            #expect(abs((one.auc ?? -1) - (other.auc ?? -2)) < 1e-12)
            #expect(abs((one.log2FoldChange ?? 9) - (other.log2FoldChange ?? 8)) < 1e-9)
            #expect(abs((one.pValue ?? 9) - (other.pValue ?? 8)) < 1e-9)
        }
        // Without it they do: clusters 1 and 2 differ in nothing but the gain here.
        let raw = try run(bright, clusters) { $0.method = method }.markers
        #expect(raw.allSatisfy { $0.cluster == 1 ? $0.direction == .down : $0.direction == .up })
    }

    @Test(arguments: [false, true])
    func `distances agree with loops over all pairs`(fraction: Bool) throws {
        let ions = random(ions: 4, cells: 14, area: 9, fraction: fraction)
        let clusters: [Int32] = [1, 3, 2, 1, 2, 3, 1, 3, 2, 1, 2, 3, 1, 3]
        let result = try run(ions, clusters)
        #expect(result.markers.count == 12)
        for marker in result.markers {
            var (within, between, pairsWithin, pairsBetween) = (0.0, 0.0, 0.0, 0.0)
            for i in 0..<14 {
                for j in 0..<i {
                    let value = distance(ions[marker.channel][i], ions[marker.channel][j])
                    if (clusters[i] == marker.cluster) == (clusters[j] == marker.cluster) {
                        within += value
                        pairsWithin += 1
                    } else {
                        between += value
                        pairsBetween += 1
                    }
                }
            }
            let ratio = (between / pairsBetween) / (within / pairsWithin)
            #expect(abs((marker.betweenWithin ?? 0) - ratio) < 1e-12 * ratio)
            #expect(abs((marker.withinBetweenSums ?? 0) - within / between) < 1e-12)
            #expect(marker.score == marker.betweenWithin)
        }
    }

    @Test func `cells of different sizes are compared by their distributions`() throws {
        // {0, 1} and {0, 0, 1, 1} are the same distribution; {2} is 1.5 from both.
        let grid = PixelGrid(width: 8, height: 1)
        let stack = IonStack(
            grid: grid, channels: [Channel(mz: 60)], counts: [0, 1, 0, 0, 1, 1, 2, 4])
        let labels = LabelImage(grid: grid, values: [1, 1, 2, 2, 2, 2, 3, 4])
        let result = try SIMSDiff.run(
            stack, labels: labels, cellIDs: [1, 2, 3, 4], clusters: [1, 1, 2, 2],
            parameters: .init(), monitor: .silent)
        // Within: 0 and 2 over two pairs; between: 1.5, 1.5, 3.5, 3.5 over four.
        #expect(result.markers[0].betweenWithin == 2.5)
        #expect(result.markers[0].withinBetweenSums == 0.2)
    }

    /// The integral of |F_a - F_b| for samples of any sizes.
    private func anyDistance(_ a: [Float], _ b: [Float]) -> Double {
        let levels = Set(a + b).sorted()
        var sum = 0.0
        for (low, high) in zip(levels, levels.dropFirst()) {
            let share = Double(a.count { $0 <= low }) / Double(a.count)
            let other = Double(b.count { $0 <= low }) / Double(b.count)
            sum += abs(share - other) * (Double(high) - Double(low))
        }
        return sum
    }

    @Test(arguments: [(false, false), (false, true), (true, false)])
    func `many cells of many sizes agree with loops over all pairs`(
        fraction: Bool, skewed: Bool
    ) throws {
        var random = Philox(seed: 8)
        // Nearly all of the counts of skewed ions are 0, and one cell is far from the others.
        let cells: [[Float]] = (0..<90).map { cell in
            (0..<(1 + cell * 7 % 23)).map { _ in
                let value = abs(random.gaussian()) * (skewed ? 0.4 : 3)
                let high: Float = skewed && cell == 40 ? 70_000 : 0
                return high + (fraction ? value : value.rounded())
            }
        }
        let pixels = cells.flatMap { $0 }
        let grid = PixelGrid(width: pixels.count, height: 1)
        let stack = IonStack(grid: grid, channels: [Channel(mz: 60)], counts: pixels)
        let owners = cells.indices.flatMap { cell in cells[cell].map { _ in Int32(cell + 1) } }
        let clusters = cycle(90, 3)
        let result = try SIMSDiff.run(
            stack, labels: LabelImage(grid: grid, values: owners),
            cellIDs: (1...90).map { Int32($0) }, clusters: clusters, parameters: .init(),
            monitor: .silent)
        for marker in result.markers {
            var (within, between) = (0.0, 0.0)
            for i in 0..<90 {
                for j in 0..<i {
                    let value = anyDistance(cells[i], cells[j])
                    let same = (clusters[i] == marker.cluster) == (clusters[j] == marker.cluster)
                    if same { within += value } else { between += value }
                }
            }
            #expect(abs((marker.withinBetweenSums ?? 0) - within / between) < 1e-11)
        }
        #expect(result.markers.count == 3)
    }

    @Test func `rows are ranked up first, then down, and cut to exactly k`() throws {
        let ions = random(ions: 9, cells: 12, area: 6)
        let clusters = cycle(12, 3)
        for method in [SIMSDiff.Method.emd, .t, .wilcoxon] {
            let all = try run(ions, clusters) { $0.method = method }.markers
            let top = try run(ions, clusters) {
                $0.method = method
                $0.top = 4
            }.markers
            for cluster in Int32(1)...3 {
                let rows = all.filter { $0.cluster == cluster }
                #expect(rows.map(\.rank) == Array(1...9))
                #expect(Set(rows.map(\.channel)).count == 9)
                let firstDown = rows.firstIndex { $0.direction == .down } ?? 9
                #expect(rows[firstDown...].allSatisfy { $0.direction == .down })
                let up = rows[..<firstDown].compactMap(\.score)
                #expect(up == up.sorted(by: >))
                #expect(top.filter { $0.cluster == cluster } == Array(rows.prefix(4)))
            }
        }
    }

    @Test func `constant ions and absent ones have no scores and come last`() throws {
        var ions = random(ions: 2, cells: 8, area: 4)
        ions.insert([[Float]](repeating: [5, 5, 5, 5], count: 8), at: 0)
        ions.insert([[Float]](repeating: [0, 0, 0, 0], count: 8), at: 0)
        let clusters: [Int32] = [1, 1, 1, 2, 2, 2, 2, 2]
        for method in [SIMSDiff.Method.emd, .t, .wilcoxon] {
            for marker in try run(ions, clusters, { $0.method = method }).markers {
                let constant = marker.channel < 2
                #expect((marker.score == nil) == constant)
                #expect((marker.pValue == nil) == constant)
                #expect((marker.pAdjusted == nil) == constant)
                #expect((marker.rank > 2) == constant)
                if constant {
                    #expect(marker.auc == 0.5)
                    #expect(marker.log2FoldChange == (marker.channel == 0 ? nil : 0))
                }
            }
        }
    }

    @Test func `one cluster, a cluster of one cell and missing ions never give NaN`() throws {
        var ions = random(ions: 3, cells: 6, area: 4)
        ions[1][5] = [0, 0, 0, 0]
        let alone = try run(ions, [1, 1, 1, 1, 1, 2])
        #expect(!alone.warnings.isEmpty)
        for marker in alone.markers {
            #expect(marker.pValue == nil && marker.pAdjusted == nil)
            #expect(marker.betweenWithin?.isFinite == true)
            #expect(marker.log2FoldChange?.isFinite == true)
        }
        let single = try run(ions, [1, 1, 1, 1, 1, 1])
        #expect(!single.warnings.isEmpty)
        #expect(single.markers.map(\.channel) == [0, 1, 2])
        for marker in single.markers {
            #expect(marker.score == nil && marker.auc == nil && marker.log2FoldChange == nil)
        }
    }

    @Test func `two sets of clusters are compared and the others left out`() throws {
        let ions = random(ions: 3, cells: 12, area: 5)
        let clusters = cycle(12, 4)
        let result = try run(ions, clusters) {
            $0.group = [1, 3]
            $0.reference = [4]
        }
        #expect(result.markers.count == 3)
        let kept = clusters.indices.filter { clusters[$0] != 2 }
        let plain = try run(
            ions.map { ion in kept.map { ion[$0] } }, kept.map { clusters[$0] == 4 ? 2 : 1 })
        for (one, other) in zip(result.markers, plain.markers) {
            #expect(one.cluster == 1 && one.channel == other.channel)
            #expect(abs((one.score ?? 0) - (other.score ?? 1)) < 1e-12)
            #expect(one.pValue == other.pValue && one.auc == other.auc)
        }
    }

    @Test func `the order of the cells does not matter`() throws {
        let ions = random(ions: 3, cells: 6, area: 5)
        let (stack, labels) = IdentifyTissue.row(ions, area: 5)
        let forward = try SIMSDiff.run(
            stack, labels: labels, cellIDs: [1, 2, 4, 6], clusters: [1, 2, 1, 2],
            parameters: .init(), monitor: .silent)
        let backward = try SIMSDiff.run(
            stack, labels: labels, cellIDs: [6, 4, 2, 1], clusters: [2, 1, 2, 1],
            parameters: .init(), monitor: .silent)
        #expect(forward.markers == backward.markers)
    }

    @Test func `the same bytes whatever the number of threads`() throws {
        let ions = random(ions: 7, cells: 15, area: 8)
        let clusters = cycle(15, 4)
        let results = try [1, 3].map { threads in
            try Parallel.withThreads(threads) { try run(ions, clusters).markers }
        }
        #expect(results[0] == results[1])
    }

    @Test func `bad input is refused`() throws {
        let ions = random(ions: 1, cells: 4, area: 3)
        let clusters: [Int32] = [1, 1, 2, 2]
        #expect(throws: AnalysisError.tooFewCells(found: 1, needed: 2)) { try run(ions, [1]) }
        #expect(throws: AnalysisError.self) { try run(ions, [1, 1, 0, 2]) }
        #expect(throws: AnalysisError.self) { try run(ions, clusters) { $0.top = 0 } }
        #expect(throws: AnalysisError.self) { try run(ions, clusters) { $0.group = [] } }
        #expect(throws: AnalysisError.self) { try run(ions, clusters) { $0.group = [7] } }
        #expect(throws: AnalysisError.self) { try run(ions, clusters) { $0.reference = [1] } }
        #expect(throws: AnalysisError.self) {
            try run(ions, clusters) {
                $0.group = [1]
                $0.reference = [1, 2]
            }
        }
        let (stack, labels) = IdentifyTissue.row(ions, area: 3)
        for ids: [Int32] in [[1, 2, 3, 9], [1, 2, 2, 3]] {
            #expect(throws: AnalysisError.self) {
                try SIMSDiff.run(
                    stack, labels: labels, cellIDs: ids, clusters: clusters, parameters: .init(),
                    monitor: .silent)
            }
        }
    }
}
