import Evaluation
import Testing

/// Groupings with the scores that scikit-learn 1.x gives.
private struct Golden: Sendable {
    let a: [Int32]
    let b: [Int32]
    let ari: Double
    let nmi: Double

    static let cases = [
        Golden(
            a: [1, 1, 2, 1, 2, 0, 1, 0, 1, 2, 2, 1], b: [1, 0, 2, 1, 2, 0, 1, 0, 1, 2, 0, 1],
            ari: 0.5411764705882353, nmi: 0.6365181584040692),
        Golden(
            a: [
                1, 2, 3, 1, 1, 3, 3, 3, 0, 1, 3, 3, 3, 2, 2, 1, 2, 2, 1, 1, 0, 3, 2, 0, 0, 0, 0, 1,
                2,
                3,
            ],
            b: [
                1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 1, 0, 0, 0, 0, 1,
                0,
                1,
            ], ari: 0.1929843266872801, nmi: 0.3243089989353198),
        Golden(
            a: [
                0, 4, 1, 2, 0, 4, 1, 2, 3, 0, 4, 4, 1, 4, 2, 4, 0, 2, 1, 3, 4, 0, 0, 2, 1,
            ],
            b: [
                0, 4, 1, 2, 3, 1, 0, 2, 3, 0, 4, 0, 2, 2, 2, 4, 1, 2, 1, 3, 4, 4, 0, 2, 1,
            ], ari: 0.28160919540229884, nmi: 0.4903309271496655),
        Golden(a: [0, 0, 1, 1], b: [0, 1, 0, 1], ari: -0.5, nmi: 0),
    ]
}

@Test(arguments: Golden.cases)
private func `indices agree with scikit-learn`(golden: Golden) {
    let ari = ClusterEvaluation.adjustedRandIndex(golden.a, golden.b)
    let nmi = ClusterEvaluation.normalizedMutualInformation(golden.a, golden.b)
    #expect(abs(ari - golden.ari) < 1e-12 && abs(nmi - golden.nmi) < 1e-12)
}

@Test(arguments: Golden.cases)
private func `indices are symmetric and blind to names`(golden: Golden) {
    let renamed = golden.b.map { -17 * $0 + 3 }
    let ari = ClusterEvaluation.adjustedRandIndex(golden.a, golden.b)
    let nmi = ClusterEvaluation.normalizedMutualInformation(golden.a, golden.b)
    #expect(abs(ClusterEvaluation.adjustedRandIndex(renamed, golden.a) - ari) < 1e-12)
    #expect(abs(ClusterEvaluation.normalizedMutualInformation(renamed, golden.a) - nmi) < 1e-12)
}

@Test(arguments: [[Int32]]([[], [4], [1, 1, 1], [1, 2, 3], [1, 1, 2, 2, 2, 3]]))
func `a grouping is the same as itself`(groups: [Int32]) {
    #expect(ClusterEvaluation.adjustedRandIndex(groups, groups) == 1)
    #expect(ClusterEvaluation.normalizedMutualInformation(groups, groups) == 1)
}

@Test func `all together says nothing of a grouping`() {
    let one: [Int32] = [0, 0, 0, 0, 0, 0]
    let three: [Int32] = [0, 0, 1, 1, 2, 2]
    #expect(ClusterEvaluation.adjustedRandIndex(one, three) == 0)
    #expect(ClusterEvaluation.normalizedMutualInformation(one, three) == 0)
}
