package import Kernels

/// Trains a Boltzmann machine by persistent contrastive divergence (PCD-25), as the authors do:
/// learning rate 0.1, momentum 0.5 falling to 0 over six epochs, weight decay 0.0002, batches of
/// 100, and the average of all steps of the last five epochs when there are more than five.
package struct BoltzmannTraining: Sendable {
    /// Training epochs, at least 1.
    package let epochs: Int
    /// Number of persistent chains.
    static let chains = 25
    /// Rows of a batch.
    static let batch = 100
    /// Hidden units.
    package static let hidden = 50
    private static let rate: Float = 0.1
    private static let decay: Float = 0.0002

    /// A schedule of the given number of epochs.
    package init(epochs: Int) {
        self.epochs = epochs
    }

    /// A machine trained on at least one row (values 0...1, already shuffled).
    ///
    /// `epochDone` is called after each epoch; training stops early when it gives false.
    ///
    /// - Complexity: O(epochs x n x visible x 50).
    package func train(
        _ rows: BoltzmannRows, random: inout Philox, epochDone: () -> Bool
    ) -> BoltzmannMachine {
        var machine = BoltzmannMachine(
            visible: rows.visible, hidden: Self.hidden, random: &random)
        let step = BoltzmannStep(machine, random: &random)
        var averaged = 0
        for epoch in 1...epochs {
            let averaging = epochs > 5 && epoch > epochs - 5
            step.momentum = max(0, 0.6 - 0.1 * Float(epoch))
            for start in stride(from: 0, to: rows.count, by: Self.batch) {
                if averaging { averaged += 1 }
                step.update(
                    rows, start..<min(start + Self.batch, rows.count), rate: Self.rate,
                    decay: Self.decay, share: averaging ? 1 / Float(averaged) : 1)
            }
            if !epochDone() { break }
        }
        step.weights.store(in: &machine)
        return machine
    }
}
