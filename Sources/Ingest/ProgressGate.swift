import Synchronization

/// Passes progress on from many threads, one call at a time and never falling, and remembers a stop.
final class ProgressGate: Sendable {
    private struct State {
        var fraction = 0.0
        var isStopped = false
    }

    private let state = Mutex(State())
    private let report: @Sendable (Double) -> Bool

    /// A gate in front of a caller's function.
    init(_ report: @escaping @Sendable (Double) -> Bool) { self.report = report }

    /// Whether the caller asked to stop.
    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Adds to the part done.
    func advance(by step: Double) {
        state.withLock { state in
            guard !state.isStopped else { return }
            state.fraction = min(1, state.fraction + step)
            if !report(state.fraction) { state.isStopped = true }
        }
    }
}
