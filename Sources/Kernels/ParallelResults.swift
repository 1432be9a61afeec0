import Synchronization

/// One value for every index, computed on up to `Parallel.threads` threads, in the order of indices.
public struct ParallelResults<Value: Sendable> {
    /// The values.
    public let values: [Value]

    /// Computes `count` values.
    public init(count: Int, _ body: @Sendable (Int) -> Value) {
        let slots = Mutex<[Value?]>([Value?](repeating: nil, count: count))
        Parallel.forEach(count) { index in
            let value = body(index)
            slots.withLock { $0[index] = value }
        }
        values = slots.withLock { $0.compactMap { $0 } }
    }
}
