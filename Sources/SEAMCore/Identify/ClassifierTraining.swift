import Foundation
import Kernels

/// Trains the pixel classifier: one class a cell.
struct ClassifierTraining {
    /// The layout of the weights.
    let shape: ClassifierShape
    /// Batch, rate and passes.
    let plan: TrainingPlan
    /// Scaled total-normalised counts, P x M.
    let inputs: [Float]
    /// Cell of each pixel, P.
    let targets: [Int32]
    /// Names every random stream.
    let seed: UInt64

    /// What a training gave.
    struct Outcome {
        /// The trained classifier.
        var network: SoftmaxNetwork
        /// Mean cross-entropy of every epoch, taken while training.
        var losses: [Double]
    }

    /// Trains from new weights; the result does not depend on the number of threads.
    func run(attempt: Int, monitor: StageMonitor) throws(AnalysisError) -> Outcome {
        let weights = shape.glorotWeights(seed: seed, attempt: attempt)
        let trainer = NetworkTrainer(
            SoftmaxNetwork(widths: shape.widths, weights: weights), inputs: inputs,
            targets: targets, batch: plan.batch)
        var losses: [Double] = []
        var order = Array(0..<targets.count)
        for epoch in 0..<plan.epochs {
            let index = UInt64(attempt) << 32 | UInt64(epoch)
            var random = Philox(seed: seed, stage: RandomStage.shuffle, index: index)
            random.shuffle(&order)
            let text = message(attempt, epoch, losses)
            var stopped = false
            let loss = trainer.pass(order.map { Int32($0) }, rate: plan.rate) { step in
                guard step % 4 == 0 else { return true }
                do {
                    try monitor.update(Double(step) / Double(plan.steps), text)
                } catch {
                    stopped = true
                }
                return !stopped
            }
            if stopped { throw .cancelled }
            losses.append(loss / Double(order.count))
        }
        try monitor.update(1, message(attempt, plan.epochs - 1, losses))
        return Outcome(network: trainer.network, losses: losses)
    }

    private func message(_ attempt: Int, _ epoch: Int, _ losses: [Double]) -> String {
        let again = attempt > 0 ? "training \(attempt + 1), " : ""
        let text = again + "epoch \(epoch + 1) of \(plan.epochs)"
        guard let loss = losses.last, loss.isFinite else { return text }
        return text + ", loss " + String(format: "%.3f", loss)
    }
}
