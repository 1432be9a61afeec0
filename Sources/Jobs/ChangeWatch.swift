import Synchronization

/// Tells whether a thing has changed since one began to watch it, at the price of an atomic load.
///
/// Watching ends when the watch is let go.
public final class ChangeWatch: Sendable {
    final class Flag: Sendable {
        private let value = Atomic<Bool>(false)
        var isSet: Bool { value.load(ordering: .acquiring) }
        func set() { value.store(true, ordering: .releasing) }
        func take() -> Bool { value.exchange(false, ordering: .acquiringAndReleasing) }
    }

    private let flag: Flag
    private let end: @Sendable () -> Void

    init(_ flag: Flag, end: @escaping @Sendable () -> Void) {
        (self.flag, self.end) = (flag, end)
    }

    deinit { end() }

    /// Whether it has changed since the beginning or the last `reset`; never blocks.
    public var hasChanged: Bool { flag.isSet }

    /// Forgets the changes so far; call it before looking at the thing.
    public func reset() { _ = flag.take() }
}
