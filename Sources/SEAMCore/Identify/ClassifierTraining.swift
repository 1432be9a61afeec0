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
        /// All weights, in the layout of the shape.
        var weights: [Float]
        /// Mean cross-entropy of every epoch, taken while training.
        var losses: [Double]
    }

    /// Trains from new weights.
    ///
    /// A batch is cut into chunks whose size depends on the plan alone and whose gradients are added
    /// in order, so the weights do not depend on the number of threads.
    func run(attempt: Int, monitor: StageMonitor) throws(AnalysisError) -> Outcome {
        let rows = max(32, plan.batch / 4)
        let passes = (0..<(plan.batch + rows - 1) / rows).map { _ in
            ClassifierPass(shape: shape, rows: rows, training: true)
        }
        let adam = Adam(count: shape.count)
        var outcome = Outcome(
            weights: shape.glorotWeights(seed: seed, attempt: attempt), losses: [])
        var order = Array(0..<targets.count)
        var step = 0
        for epoch in 0..<plan.epochs {
            let index = UInt64(attempt) << 32 | UInt64(epoch)
            var random = Philox(seed: seed, stage: RandomStage.shuffle, index: index)
            random.shuffle(&order)
            var loss = 0.0
            for start in stride(from: 0, to: order.count, by: plan.batch) {
                let batch = start..<min(order.count, start + plan.batch)
                loss += advance(
                    &outcome.weights, passes: passes, adam: adam, rows: rows,
                    batch: order[batch], rate: plan.rate(step))
                step += 1
                if step % 4 == 0 {
                    try monitor.update(
                        Double(step) / Double(plan.steps), message(attempt, epoch, outcome.losses))
                }
            }
            outcome.losses.append(loss / Double(order.count))
        }
        try monitor.update(1, message(attempt, plan.epochs - 1, outcome.losses))
        return outcome
    }

    private func message(_ attempt: Int, _ epoch: Int, _ losses: [Double]) -> String {
        let again = attempt > 0 ? "training \(attempt + 1), " : ""
        let text = again + "epoch \(epoch + 1) of \(plan.epochs)"
        guard let loss = losses.last, loss.isFinite else { return text }
        return text + ", loss " + String(format: "%.3f", loss)
    }

    /// One step of Adam; returns the summed loss of the batch.
    private func advance(
        _ weights: inout [Float], passes: [ClassifierPass], adam: Adam, rows: Int,
        batch: ArraySlice<Int>, rate: Double
    ) -> Double {
        let chunks = (batch.count + rows - 1) / rows
        weights.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            nonisolated(unsafe) let weights = base
            Parallel.forEach(chunks) { chunk in
                let first = batch.startIndex + chunk * rows
                let part = batch[first..<min(batch.endIndex, first + rows)]
                fill(passes[chunk], with: part)
                passes[chunk].forward(rows: part.count, weights: weights)
                passes[chunk].backward(rows: part.count, batch: batch.count, weights: weights)
            }
            adam.update(base, gradients: passes[..<chunks].map(\.gradient), rate: rate)
        }
        return passes[..<chunks].reduce(0) { $0 + $1.loss }
    }

    private func fill(_ pass: ClassifierPass, with pixels: ArraySlice<Int>) {
        let channels = shape.channels
        inputs.withUnsafeBufferPointer { source in
            guard let source = source.baseAddress else { return }
            for (row, pixel) in pixels.enumerated() {
                (pass.input + row * channels).update(
                    from: source + pixel * channels, count: channels)
                pass.targets[row] = targets[pixel]
            }
        }
    }
}
