import Bytes
import Testing
import Workbench

private func faults(_ kind: JobKind, _ parameters: JSON) -> [WorkbenchError.Fault] {
    do {
        _ = try ParameterValues(
            checking: parameters, specs: kind.parameters, pointer: "/parameters")
        return []
    } catch {
        if case .invalid(let faults) = error { return faults }
        return [.init("?", "\(error)")]
    }
}

@Test(arguments: JobKind.allCases)
func `the defaults of every kind are accepted and complete`(kind: JobKind) throws {
    let values = try ParameterValues(
        checking: .null, specs: kind.parameters, pointer: "/parameters")
    #expect(values.json.members?.map(\.name) == kind.parameters.map(\.name))
    // What was filled in is accepted again, unchanged: a stored job can be read back.
    let again = try ParameterValues(
        checking: values.json, specs: kind.parameters, pointer: "/parameters")
    #expect(again.json == values.json)
}

@Test(
    arguments: [
        (JobKind.clustering, ["n_cluster": 8], "/parameters/n_cluster", "n_clusters"),
        (.clustering, ["n_clusters": 0], "/parameters/n_clusters", "from 1"),
        (.clustering, ["n_clusters": 2.5], "/parameters/n_clusters", "whole"),
        (.clustering, ["n_clusters": "8"], "/parameters/n_clusters", "whole"),
        (.segmentation, ["method": "publishd"], "/parameters/method", "published"),
        (.segmentation, ["beta": 2], "/parameters/beta", "0.3"),
        (.segmentation, ["smoothing": 1], "/parameters/smoothing", "true or false"),
        (.segmentation, ["marker": ""], "/parameters/marker", "m/z or a label"),
        (.view, ["seed": -1], "/parameters/seed", "0"),
        (.diff, ["features": []], "/parameters/features", "at least one"),
        (.diff, ["group": [0]], "/parameters/group", "from 1"),
        (
            .analysis, ["clustering": ["n_clusters": 0]], "/parameters/clustering/n_clusters",
            "from 1"
        ),
        (.analysis, ["clustering": 3], "/parameters/clustering", "object"),
        (.view, [1], "/parameters", "object"),
    ] as [(JobKind, JSON, String, String)])
func `a bad parameter is refused with its place and what was expected`(
    kind: JobKind, parameters: JSON, place: String, words: String
) {
    let found = faults(kind, parameters)
    #expect(found.contains { $0.place == place && $0.detail.contains(words) }, "\(found)")
}

@Test func `all faults are told at once`() {
    #expect(faults(.clustering, ["x": 1, "n_clusters": 0, "method": "y"]).count == 3)
}

@Test func `the nearest name is offered only when it is near`() {
    #expect(Nearest.name(to: "n_cluster", among: ["seed", "n_clusters"]) == "n_clusters")
    #expect(Nearest.name(to: "zzzzzzzz", among: ["seed", "method"]) == nil)
    #expect(Nearest.name(to: "", among: []) == nil)
}
