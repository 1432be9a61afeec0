import Dispatch
import Synchronization

/// Lets threads sleep until something they watch has changed, without polling.
///
/// Whoever changes a thing calls `notify` with its identifier afterwards; a thread that waits for
/// it looks again. No wake-up is lost: a waiter is registered before it looks.
public final class ChangeSignal: Sendable {
    private struct State {
        var nextWaiter = 0
        var waiters: [String: [Int: DispatchSemaphore]] = [:]
        var watches: [String: [Int: ChangeWatch.Flag]] = [:]
    }

    private let state = Mutex(State())

    /// A signal nobody waits for yet.
    public init() {}

    /// Waits until `condition` holds, at most `seconds`, and returns whether it does.
    ///
    /// The condition is asked at once, after every `notify(id)` and at the end of the time, on this
    /// thread and without a lock held. Negative and undefined times count as 0, long ones as a day.
    public func wait<Failure: Error>(
        for id: String, seconds: Double, until condition: () throws(Failure) -> Bool
    ) throws(Failure) -> Bool {
        let wake = DispatchSemaphore(value: 0)
        let waiter = register(wake, for: id)
        defer { unregister(waiter, for: id) }
        let nanoseconds = seconds > 0 ? Int(min(seconds, 86_400) * 1e9) : 0
        let limit = DispatchTime.now() + .nanoseconds(nanoseconds)
        while true {
            if try condition() { return true }
            if wake.wait(timeout: limit) == .timedOut { return try condition() }
        }
    }

    /// Wakes everybody who waits for `id`, so that they look again.
    public func notify(_ id: String) {
        state.withLock { state in
            if let flags = state.watches[id] { for flag in flags.values { flag.set() } }
            guard let waiters = state.waiters[id] else { return }
            for wake in waiters.values { wake.signal() }
        }
    }

    /// Wakes everybody, as when the process is about to end.
    public func notifyAll() {
        state.withLock { state in
            for flags in state.watches.values { for flag in flags.values { flag.set() } }
            for waiters in state.waiters.values { for wake in waiters.values { wake.signal() } }
        }
    }

    /// How many threads wait at the moment.
    public var waiterCount: Int { state.withLock { $0.waiters.values.reduce(0) { $0 + $1.count } } }

    /// Remembers from now on whether `id` changes, for somebody who looks without waiting.
    public func watch(_ id: String) -> ChangeWatch {
        let flag = ChangeWatch.Flag()
        let number = state.withLock { state in
            state.nextWaiter &+= 1
            state.watches[id, default: [:]][state.nextWaiter] = flag
            return state.nextWaiter
        }
        return ChangeWatch(flag) { [self] in
            state.withLock { state in
                state.watches[id]?[number] = nil
                if state.watches[id]?.isEmpty == true { state.watches[id] = nil }
            }
        }
    }

    private func register(_ wake: DispatchSemaphore, for id: String) -> Int {
        state.withLock { state in
            state.nextWaiter &+= 1
            state.waiters[id, default: [:]][state.nextWaiter] = wake
            return state.nextWaiter
        }
    }

    private func unregister(_ waiter: Int, for id: String) {
        state.withLock { state in
            state.waiters[id]?[waiter] = nil
            if state.waiters[id]?.isEmpty == true { state.waiters[id] = nil }
        }
    }
}
