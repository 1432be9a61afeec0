import Imaging
import Kernels
import SEAMCore
import Testing

@Suite struct ClusterTests {
    /// Features of cells around well separated centres, and the truth.
    private func features(_ sizes: [Int], columns: Int = 10) -> (values: [Float], truth: [Int]) {
        var random = Philox(seed: 5)
        var values: [Float] = []
        var truth: [Int] = []
        // Types alternate, so that cluster numbers do not follow from the order.
        for place in 0..<(sizes.max() ?? 0) {
            for (type, size) in sizes.enumerated() where place < size {
                for column in 0..<columns {
                    let centre: Float = column % sizes.count == type ? 6 : 0
                    values.append(centre + random.gaussian())
                }
                truth.append(type)
            }
        }
        return (values, truth)
    }

    private func run(
        _ values: [Float], columns: Int = 10, gram: [Double]? = nil,
        _ change: (inout SIMSCluster.Parameters) -> Void = { _ in }
    ) throws -> SIMSCluster.Result {
        var parameters = SIMSCluster.Parameters()
        change(&parameters)
        let cells = values.count / columns
        return try SIMSCluster.run(
            cellIDs: (0..<cells).map { Int32(2 * $0 + 1) }, gram: gram, features: values,
            columns: columns, means: values, channels: columns, parameters: parameters,
            monitor: .silent)
    }

    @Test(arguments: SIMSCluster.Method.allCases)
    func `separate types come back from parts of the cells, a cut through one does not`(
        method: SIMSCluster.Method
    ) throws {
        let (values, _) = features([40, 50, 60])
        let whole = try run(values) {
            ($0.method, $0.clusters, $0.stabilityDraws) = (method, 3, 5)
        }
        #expect(whole.clusterStabilities.allSatisfy { $0 > 0.95 && $0 <= 1 })
        #expect(whole.stabilities.count { $0 > 0.9 } > 140)
        let (one, _) = features([150])
        let cut = try run(one) { ($0.method, $0.clusters, $0.stabilityDraws) = (method, 3, 5) }
        #expect(cut.count == 3)
        #expect(cut.clusterStabilities.allSatisfy { $0 > 0 && $0 < 0.85 })
        let none = try run(values) { ($0.method, $0.clusters) = (method, 3) }
        #expect(none.clusters == whole.clusters)
        #expect(none.stabilities.allSatisfy(\.isNaN) && none.stabilities.count == 150)
    }

    @Test(arguments: SIMSCluster.Method.allCases)
    func `separate types are found and numbered by size`(method: SIMSCluster.Method) throws {
        let (values, truth) = features([20, 45, 30])
        let result = try run(values) {
            $0.method = method
            $0.clusters = 3
        }
        #expect(result.count == 3)
        #expect(result.clusters == truth.map { [3, 1, 2][$0] })
        #expect(result.estimates.isEmpty)
        #expect(result.silhouettes.allSatisfy { $0 > 0.2 && $0 <= 1 })
    }

    @Test(arguments: SIMSCluster.Method.allCases)
    func `the number of types is estimated`(method: SIMSCluster.Method) throws {
        let (values, truth) = features([40, 50, 30, 35])
        let result = try run(values) { $0.method = method }
        #expect(result.count == 4)
        #expect(adjustedRand(result.clusters.map { Int($0) }, truth) == 1)
        let criteria = method == .simlr ? ["simlr_k1", "simlr_k2"] : []
        #expect(result.estimates.map(\.estimator) == ["eigengap", "merge"] + criteria)
        #expect(result.estimates[0].clusters == 4)
        #expect(result.estimates[1].clusters == 4)
        #expect(result.estimates[0].curve.map(\.x) == (2...16).map { Double($0) })
    }

    @Test func `one cloud is not cut into many types`() throws {
        let (values, _) = features([120])
        let found = try run(values)
        #expect(found.count <= 2, "\(found.estimates)")
    }

    @Test func `the distilled representation separates types end to end`() throws {
        let tissue = IdentifyTissue(cells: 40, types: 4)
        var parameters = SIMSID.Parameters()
        parameters.epochs = 30
        let id = try SIMSID.run(
            tissue.stack, labels: tissue.labels, parameters: parameters, monitor: .silent)
        var settings = SIMSCluster.Parameters()
        settings.clusters = 4
        let result = try SIMSCluster.run(
            cellIDs: id.cellIDs, gram: id.gram, features: [], columns: 0, means: id.means,
            channels: 12, parameters: settings, monitor: .silent)
        #expect(adjustedRand(result.clusters.map { Int($0) }, tissue.types) == 1)
    }

    @Test func `the same bytes whatever the number of threads`() throws {
        let (values, _) = features([30, 25, 35])
        let results = try [1, 4].map { threads in
            try Parallel.withThreads(threads) { try run(values) }
        }
        #expect(results[0].clusters == results[1].clusters)
        #expect(results[0].silhouettes == results[1].silhouettes)
        #expect(results[0].estimates == results[1].estimates)
    }

    @Test(arguments: [3, 4, 5, 7, 12, 21])
    func `few cells work for every k`(cells: Int) throws {
        let (values, _) = features([(cells + 1) / 2, cells / 2])
        for k in [nil] + (1...cells).map(Optional.some) {
            for method in SIMSCluster.Method.allCases {
                let result = try run(values) {
                    $0.method = method
                    $0.clusters = k
                }
                #expect(result.clusters.count == cells)
                #expect(Set(result.clusters).sorted() == (1...Int32(result.count)).map { $0 })
                #expect(result.silhouettes.allSatisfy { $0.isFinite && abs($0) <= 1 })
            }
        }
    }

    @Test(arguments: [[60, 50, 16], [200, 150, 12], [300, 200, 16], [300, 200, 8]])
    func `a small type survives`(sizes: [Int]) throws {
        let (values, truth) = features(sizes, columns: 40)
        let result = try run(values, columns: 40)
        #expect(result.estimates.first?.clusters == result.count)
        let found = result.clusters
        let own = Set(truth.indices.filter { truth[$0] == 2 }.map { found[$0] })
        #expect(own.count == 1)
        let others = truth.indices.filter { truth[$0] != 2 && own.contains(found[$0]) }
        #expect(others.isEmpty, "\(others.count) cells of other types")
    }

    @Test func `what only the vectors see makes types`() throws {
        let (values, truth) = features([30, 30, 30])
        let gram = (0..<90).flatMap { i in
            (0..<90).map { j in
                (0..<10).reduce(0.0) { $0 + Double(values[i * 10 + $1] * values[j * 10 + $1]) }
            }
        }
        let alike = [Float](repeating: 1, count: 900)
        let found = try run(alike, gram: gram)
        #expect(adjustedRand(found.clusters.map { Int($0) }, truth) == 1)
        #expect(try run(alike).count == 1)
    }

    @Test func `finer communities are asked for by the resolution`() throws {
        let (values, _) = features([60, 60])
        let curves: [Int] = try [0.5, 8].map { resolution in
            let found = try run(values) { $0.resolution = resolution }
            return try #require(found.estimates.first { $0.estimator == "merge" }).curve.count
        }
        #expect(curves[0] < curves[1])
        #expect(throws: AnalysisError.self) { try run(values) { $0.resolution = 0 } }
        #expect(throws: AnalysisError.self) { try run(values) { $0.resolution = .nan } }
    }

    @Test func `equal cells are one cluster with a warning`() throws {
        let result = try run([Float](repeating: 2, count: 40)) { $0.clusters = 3 }
        #expect(result.count == 1)
        #expect(result.warnings.count == 1)
        #expect(try run([Float](repeating: 2, count: 40)).count == 1)
    }

    @Test func `bad parameters are refused`() throws {
        let (values, _) = features([5, 5])
        #expect(throws: AnalysisError.tooFewCells(found: 2, needed: 3)) {
            try run(Array(values.prefix(20)))
        }
        #expect(throws: AnalysisError.self) { try run(values) { $0.clusters = 11 } }
        #expect(throws: AnalysisError.self) { try run(values) { $0.clusters = 0 } }
        #expect(throws: AnalysisError.self) { try run(values) { $0.restarts = 0 } }
        #expect(throws: AnalysisError.self) { try run(values) { $0.neighbours = 0 } }
        #expect(throws: AnalysisError.self) { try run([.nan] + values.dropFirst()) }
        #expect(try run(values) { $0.neighbours = .max }.clusters.count == 10)
    }

    @Test func `a cancelled run says so`() throws {
        let (values, _) = features([5, 5])
        let monitor = StageMonitor(report: { _, _ in }, isCancelled: { true })
        #expect(throws: AnalysisError.cancelled) {
            try SIMSCluster.run(
                cellIDs: (1...10).map { $0 }, gram: nil, features: values, columns: 10,
                means: values, channels: 10, parameters: .init(), monitor: monitor)
        }
    }
}
