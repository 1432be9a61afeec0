import Foundation
import Kernels

/// The distilled representation: training, with restarts, and the similarities of cells.
struct Distillation {
    private static let attempts = 6

    private let inputs: [Float]
    private let cells: CellPixels
    private let parameters: SIMSID.Parameters
    private let plan: TrainingPlan
    private let shape: ClassifierShape

    init(
        counts: consuming [Float], cells: CellPixels, parameters: SIMSID.Parameters
    ) {
        let channels = counts.count / cells.count
        plan = TrainingPlan(
            parameters.schedule, pixels: cells.count, channels: channels, epochs: parameters.epochs)
        inputs = normalisedInputs(consume counts, channels: channels, scale: plan.inputScale)
        shape = ClassifierShape(channels: channels, cells: cells.cellCount)
        self.cells = cells
        self.parameters = parameters
    }

    /// Trains and fills in what the method adds to a result.
    func fill(_ result: inout SIMSID.Result, monitor: StageMonitor) throws(AnalysisError) {
        let training = ClassifierTraining(
            shape: shape, plan: plan, inputs: inputs, targets: cells.cellOfPixel,
            seed: parameters.seed)
        let limit = 0.98 * log(Double(cells.cellCount))
        var outcome = try training.run(attempt: 0, monitor: monitor.part(from: 0, to: 0.93))
        var attempt = 1
        while !((outcome.losses.last ?? 0) <= limit), attempt < Self.attempts {
            outcome = try training.run(attempt: attempt, monitor: monitor.part(from: 0, to: 0.93))
            attempt += 1
        }
        result.warnings += warnings(outcome, limit: limit, attempts: attempt)
        let gram = CellGram(
            network: outcome.network, channels: shape.channels, cells: shape.cells,
            temperature: Float(parameters.temperature))
        let products = try gram.products(
            inputs: inputs, monitor: monitor.part(from: 0.93, to: 1))
        guard products.allSatisfy(\.isFinite) else {
            throw .unsuitableData("the training of the classifier diverged on these counts")
        }
        result.gram = products
        result.dimension = cells.count
        result.losses = outcome.losses
        result.network = SIMSID.Network(
            layers: shape.layers(outcome.network.weights), widths: shape.widths,
            inputScale: plan.inputScale)
    }

    private func warnings(
        _ outcome: ClassifierTraining.Outcome, limit: Double, attempts: Int
    ) -> [String] {
        let loss = outcome.losses.last ?? 0
        if !(loss <= limit) {
            return [
                "the classifier learned nothing in \(attempts) trainings (loss "
                    + String(format: "%.3f", loss) + ", without learning "
                    + String(format: "%.3f", limit / 0.98)
                    + "): the cells' pixels do not differ, or there were too few epochs"
            ]
        }
        return attempts > 1 ? ["training was started \(attempts) times until the loss fell"] : []
    }
}
