import Dispatch

/// Makes `count` independent values on all cores; the order is that of the indices.
func parallelMap<T: Sendable>(_ count: Int, _ make: @Sendable (Int) -> T) -> [T] {
    guard count > 1 else { return (0..<max(count, 0)).map(make) }
    return [T](unsafeUninitializedCapacity: count) { buffer, filled in
        nonisolated(unsafe) let places = buffer
        DispatchQueue.concurrentPerform(iterations: count) { index in
            places.initializeElement(at: index, to: make(index))
        }
        filled = count
    }
}
