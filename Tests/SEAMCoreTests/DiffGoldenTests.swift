import Imaging
import SEAMCore
import Testing

/// Numbers computed with SciPy 1.17.1: `wasserstein_distance` over all pairs, `ttest_ind` with
/// `equal_var=False`, `mannwhitneyu` with `method="asymptotic", use_continuity=False`, `t.sf`,
/// `false_discovery_control`. The counts were made up for this test.
@Suite struct DiffGoldenTests {
    private let ions: [[[Float]]] = [
        [
            [3, 5, 2, 4], [6, 4, 5, 3], [2, 7, 4, 4], [1, 0, 2, 1], [0, 1, 0, 3], [2, 2, 1, 0],
            [1, 1, 0, 0],
        ],
        [
            [0, 1, 0, 0], [1, 1, 2, 0], [0, 0, 1, 0], [1, 0, 0, 1], [2, 0, 1, 0], [0, 0, 0, 1],
            [1, 1, 1, 0],
        ],
        [
            [9, 8, 7, 9], [5, 9, 8, 6], [7, 7, 9, 9], [9, 12, 10, 9], [11, 8, 9, 10],
            [12, 9, 9, 13], [10, 9, 8, 12],
        ],
    ]

    private func markers(_ method: SIMSDiff.Method) throws -> [SIMSDiff.Marker] {
        let (stack, labels) = IdentifyTissue.row(ions, area: 4)
        var parameters = SIMSDiff.Parameters()
        parameters.method = method
        let result = try SIMSDiff.run(
            stack, labels: labels, cellIDs: Array(1...7), clusters: [1, 1, 1, 2, 2, 2, 2],
            parameters: parameters, monitor: .silent)
        return result.markers.filter { $0.cluster == 1 }.sorted { $0.channel < $1.channel }
    }

    private func expect(
        _ values: [Double?], _ wanted: [Double], tolerance: Double = 1e-10,
        _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(values.count == wanted.count, sourceLocation: location)
        for (value, number) in zip(values, wanted) {
            #expect(
                abs((value ?? .infinity) - number) <= tolerance * abs(number),
                sourceLocation: location)
        }
    }

    @Test func `earth mover's ratios, Welch's p and its adjustment`() throws {
        let rows = try markers(.emd)
        expect(rows.map(\.betweenWithin), [4.923913043478262, 0.85, 3.1153846153846154])
        expect(
            rows.map(\.withinBetweenSums),
            [0.152317880794702, 0.8823529411764706, 0.24074074074074073])
        expect(
            rows.map(\.pValue), [0.0023457935288648778, 0.8364538445389865, 0.009392971212771186])
        expect(
            rows.map(\.pAdjusted),
            [0.007037380586594633, 0.8364538445389865, 0.014089456819156779])
        expect(
            rows.map(\.log2FoldChange),
            [2.1228567477855336, -0.16992500144231246, -0.3677317845004871])
        #expect(rows.map(\.auc) == [1, 5.0 / 12, 0])
        #expect(rows.map(\.direction) == [.up, .down, .down])
        #expect(rows.map(\.rank) == [1, 3, 2])
    }

    @Test func `Welch's t and the rank sum`() throws {
        expect(
            try markers(.t).map(\.score),
            [9.275856264192662, -0.22549380840084865, -4.810702354423639])
        let rows = try markers(.wilcoxon)
        expect(
            rows.map(\.score), [2.1405182040380275, -0.3704792868174742, -2.1213203435596424])
        expect(
            rows.map(\.pValue), [0.032312911243244105, 0.7110254070787286, 0.03389485352468927])
    }

    @Test(arguments: [
        (0.5, 3, 0.651447964848151), (2.3, 7.25, 0.053738285987949753),
        (-4.1, 1.5, 0.08675998650783838), (12, 900.5, 6.99291512915838e-31),
        (1e-3, 40, 0.9992070862860574), (35, 60, 1.2546994878449734e-41),
    ])
    func `two-sided p of Student's t`(t: Double, degrees: Double, wanted: Double) {
        expect([studentTwoSided(t: t, degrees: degrees)], [wanted])
    }

    @Test func `false discovery control skips what is missing`() {
        let values: [Double?] = [0.01, 0.04, nil, 0.03, 0.005, 0.9, 0.04]
        let adjusted = falseDiscoveryAdjusted(values)
        #expect(adjusted[2] == nil)
        expect(
            adjusted.filter { $0 != nil }, [0.03, 0.048, 0.048, 0.03, 0.9, 0.048],
            tolerance: 1e-14)
    }
}
