import Evaluation
import Testing

private let mz = [100.0, 110.02, 120.04, 130.06]
private let fold = [[2.0, 1, 1, 1.4], [1, 1.6, 1, 1], [1, 1, 3, 1]]

private func row(_ cluster: Int32, _ rank: Int, _ mz: Double, up: Bool = true) -> MarkerRow {
    MarkerRow(cluster: cluster, rank: rank, mz: mz, isUp: up)
}

@Test func `a type's ions count only in the cluster that matches it best`() {
    let found = MarkerEvaluation.check(
        types: [0, 0, 0, 1, 1, 1], clusters: [5, 5, 2, 2, 2, 2], fold: fold, mz: mz,
        markers: [row(5, 1, 100.01), row(5, 2, 130.06), row(2, 1, 100), row(2, 2, 110.02)])
    #expect(found.map(\.cluster) == [5, 2, nil])
    #expect(found.map(\.nuclei) == [3, 3, 0])
    #expect(found.map(\.hits) == [[100.01], [110.02], []])
    #expect(found[0].overlap == 0.8 && found[2].overlap == 0)
}

@Test func `down markers, late ranks and unknown masses are no hits`() {
    let found = MarkerEvaluation.check(
        types: [0, 0], clusters: [1, 1], fold: fold, mz: mz,
        markers: [
            row(1, 1, 100, up: false), row(1, 1, 130.06), row(1, 2, 100.5), row(1, 3, 110.02),
            row(1, 4, 100),
        ], top: 3)
    #expect(found[0].hits.isEmpty)
}
