import Glibc
import Synchronization

/// Threads that run handlers: made as they are needed, up to a bound; work beyond that waits in line.
///
/// Handlers may compute or wait for the disk here, but nothing on these threads waits for a client.
final class HandlerPool: Sendable {
    private struct State {
        var line: [@Sendable () -> Void] = []
        var first = 0
        var threads = 0
        var idle = 0
        var isClosed = false

        mutating func take() -> (@Sendable () -> Void)? {
            guard first < line.count else { return nil }
            defer {
                first += 1
                if first == line.count {
                    line.removeAll(keepingCapacity: true)
                    first = 0
                } else if first > 1024 {
                    line.removeSubrange(..<first)
                    first = 0
                }
            }
            return line[first]
        }
    }

    private let state = Mutex(State())
    private let ready = Semaphore()
    private let limit: Int

    init(limit: Int) { self.limit = max(limit, 1) }

    /// Runs `work` on one of the threads.
    func run(_ work: @escaping @Sendable () -> Void) {
        let (wakes, grows) = state.withLock { state -> (Bool, Bool) in
            state.line.append(work)
            if state.idle > 0 {
                state.idle -= 1
                return (true, false)
            }
            guard state.threads < limit else { return (false, false) }
            state.threads += 1
            return (false, true)
        }
        if wakes { ready.signal() }
        // Without a thread the work stays in line for those there are, or for the next try.
        if grows, !Thread.start({ [self] in serve() }) {
            state.withLock { $0.threads -= 1 }
        }
    }

    /// Lets the threads end when nothing is in line.
    func close() {
        let idle = state.withLock { state in
            state.isClosed = true
            defer { state.idle = 0 }
            return state.idle
        }
        for _ in 0..<idle { ready.signal() }
    }

    private func serve() {
        while true {
            enum Step { case work(@Sendable () -> Void), wait, end }
            let step = state.withLock { state -> Step in
                if let work = state.take() { return .work(work) }
                if state.isClosed { return .end }
                state.idle += 1
                return .wait
            }
            switch step {
            case .work(let work): work()
            case .wait: ready.wait()
            case .end: return
            }
        }
    }
}

/// A counting semaphore of the system.
final class Semaphore: @unchecked Sendable {
    // Safe on all threads: `sem_t` is, and its place never moves.
    private let value = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(value, 0, 0) }

    deinit {
        sem_destroy(value)
        value.deallocate()
    }

    func signal() { sem_post(value) }

    func wait() { while sem_wait(value) != 0 && errno == EINTR {} }
}
