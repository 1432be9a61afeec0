import Kernels
import Synchronization

/// What two independent computations give, at the same time where there is a thread for each.
///
/// - Throws: the error of the first, else of the second.
func together<A: Sendable, B: Sendable>(
    _ first: @Sendable () throws(AnalysisError) -> A,
    _ second: @Sendable () throws(AnalysisError) -> B
) throws(AnalysisError) -> (A, B) {
    let slots = Mutex<(Result<A, AnalysisError>?, Result<B, AnalysisError>?)>((nil, nil))
    Parallel.forEach(2) { index in
        if index == 0 {
            let result = Result { () throws(AnalysisError) -> A in try first() }
            slots.withLock { $0.0 = result }
        } else {
            let result = Result { () throws(AnalysisError) -> B in try second() }
            slots.withLock { $0.1 = result }
        }
    }
    let (a, b) = slots.withLock { $0 }
    guard let a, let b else { preconditionFailure("both computations ran") }
    return (try a.get(), try b.get())
}
