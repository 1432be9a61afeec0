import Imaging
import SEAMCore
import Simulation
import Testing

/// A small simulated section with what the stages before one give it.
struct StageChain {
    let stack: IonStack
    let labels: LabelImage
    let adenine: Int
    let cells: SIMSID.Result
    let clusters: SIMSCluster.Result

    /// One section for all tests.
    static let shared = Result { try StageChain() }

    private init() throws {
        var parameters = try #require(SectionParameters.preset("tiny"))
        parameters.size = 56
        parameters.ions = 24
        let section = try Simulator.section(parameters)
        stack = section.stack
        labels = section.truth
        adenine = section.adenine
        cells = try Self.identify(stack, labels, .silent)
        clusters = try Self.cluster(cells, .simlr, .silent)
    }

    /// Every stage by its name, giving a text of all it found.
    static let stages:
        [(name: String, run: @Sendable (StageChain, StageMonitor) throws -> String)] =
            [
                (
                    "view",
                    { chain, monitor in
                        var parameters = SIMSView.Parameters()
                        parameters.neighbours = 15
                        parameters.components = 8
                        parameters.epochs = 30
                        let result = try SIMSView.run(
                            chain.stack, parameters: parameters, monitor: monitor)
                        return "\(result.rgb) \(bits(result.embedding))"
                    }
                ),
                ("segmentation, mdl", { try segment($0, .mdl, $1) }),
                ("segmentation, published", { try segment($0, .published, $1) }),
                (
                    "representation",
                    { chain, monitor in
                        let result = try identify(chain.stack, chain.labels, monitor)
                        return
                            "\(bits(result.gram ?? [])) \(bits(result.losses)) \(bits(result.means))"
                            + " \(bits(result.logMeans))"
                    }
                ),
                (
                    "representation, matrix",
                    { chain, monitor in
                        let network = try #require(chain.cells.network)
                        return bits(
                            try SIMSID.matrix(
                                chain.stack, labels: chain.labels, network: network, temperature: 5,
                                monitor: monitor))
                    }
                ),
                (
                    "representation, joint",
                    { _, monitor in
                        let tissue = CoupledTissue(cells: 60, coupling: 0.5)
                        var parameters = SIMSID.Parameters()
                        parameters.method = .joint
                        let result = try SIMSID.run(
                            tissue.stack, labels: tissue.labels, parameters: parameters,
                            monitor: monitor)
                        return "\(bits(result.gram ?? [])) \(bits(result.components ?? []))"
                    }
                ),
                ("clustering, communities", { text(try cluster($0.cells, .leiden, $1)) }),
                ("clustering, SIMLR", { text(try cluster($0.cells, .simlr, $1)) }),
                ("clustering, k-means", { text(try cluster($0.cells, .kmeans, $1)) }),
                (
                    "embedding",
                    { chain, monitor in
                        bits(
                            try SIMSEmbedding.run(
                                cellIDs: chain.cells.cellIDs, gram: chain.cells.gram, features: [],
                                columns: 0, parameters: SIMSEmbedding.Parameters(), monitor: monitor
                            ).coordinates)
                    }
                ),
                (
                    "diff",
                    { chain, monitor in
                        let result = try SIMSDiff.run(
                            chain.stack, labels: chain.labels, cellIDs: chain.clusters.cellIDs,
                            clusters: chain.clusters.clusters, parameters: SIMSDiff.Parameters(),
                            monitor: monitor)
                        return "\(result.markers)"
                    }
                ),
            ]

    private static func segment(
        _ chain: StageChain, _ method: SIMSCut.Method, _ monitor: StageMonitor
    ) throws -> String {
        var parameters = SIMSCut.Parameters()
        parameters.method = method
        parameters.epochs = 2
        let result = try SIMSCut.run(
            chain.stack, marker: chain.adenine, parameters: parameters, monitor: monitor)
        let figures = result.diagnostics.sorted { $0.key < $1.key }
        return "\(result.labels.values) \(result.cells) \(figures)"
    }

    private static func identify(
        _ stack: IonStack, _ labels: LabelImage, _ monitor: StageMonitor
    ) throws -> SIMSID.Result {
        var parameters = SIMSID.Parameters()
        parameters.epochs = 12
        return try SIMSID.run(stack, labels: labels, parameters: parameters, monitor: monitor)
    }

    private static func cluster(
        _ cells: SIMSID.Result, _ method: SIMSCluster.Method, _ monitor: StageMonitor
    ) throws -> SIMSCluster.Result {
        var parameters = SIMSCluster.Parameters()
        parameters.method = method
        parameters.restarts = 7
        return try SIMSCluster.run(
            cellIDs: cells.cellIDs, gram: cells.gram, features: cells.means, columns: 24,
            means: cells.means, channels: 24, parameters: parameters, monitor: monitor)
    }

    private static func text(_ result: SIMSCluster.Result) -> String {
        let curves = result.estimates.map { "\($0.estimator) \($0.clusters) \($0.curve)" }
        return "\(result.clusters) \(bits(result.silhouettes)) \(curves) \(result.warnings)"
    }

    private static func bits(_ values: [Float]) -> String { "\(values.map(\.bitPattern))" }
    private static func bits(_ values: [Double]) -> String { "\(values.map(\.bitPattern))" }
}
