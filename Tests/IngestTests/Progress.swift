import Synchronization

/// Collects what a progress function is told.
final class Progress: Sendable {
    private let told = Mutex<[Double]>([])

    var fractions: [Double] { told.withLock { $0 } }

    /// Keeps a fraction and answers to go on.
    func add(_ fraction: Double) -> Bool {
        told.withLock { $0.append(fraction) }
        return true
    }
}
