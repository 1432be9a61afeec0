#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

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

    /// A machine trained on `rows` (n x `visible`, n at least 1, values 0...1, already shuffled).
    ///
    /// `epochDone` is called after each epoch; training stops early when it gives false.
    ///
    /// - Complexity: O(epochs x n x visible x 50).
    package func train(
        _ rows: [Float], visible: Int, random: inout Philox, epochDone: () -> Bool
    ) -> BoltzmannMachine {
        let count = rows.count / visible
        var machine = BoltzmannMachine(visible: visible, hidden: Self.hidden, random: &random)
        var step = BoltzmannStep(visible: visible, hidden: Self.hidden, random: &random)
        var averaged = 0
        for epoch in 1...epochs {
            let averaging = epochs > 5 && epoch > epochs - 5
            step.momentum = max(0, 0.6 - 0.1 * Float(epoch))
            for start in stride(from: 0, to: count, by: Self.batch) {
                let end = min(start + Self.batch, count)
                if averaging { averaged += 1 }
                rows.withUnsafeBufferPointer { all in
                    step.update(
                        &machine,
                        UnsafeBufferPointer(rebasing: all[start * visible..<end * visible]),
                        rows: end - start, rate: Self.rate, decay: Self.decay,
                        share: averaging ? 1 / Float(averaged) : 1, random: &random)
                }
            }
            if !epochDone() { break }
        }
        return machine
    }
}
