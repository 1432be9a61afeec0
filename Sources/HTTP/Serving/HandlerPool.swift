import Glibc
import Synchronization

/// Threads that run handlers, as few as keep the processors busy and as many as handlers that block
/// ask for; work beyond that waits in line.
///
/// Handlers may compute or wait for the disk here, but nothing on these threads waits for a client.
/// A few threads at a time take work as it comes, since handing each piece to another one costs more
/// than answering a small request. Where a piece has waited for some milliseconds they must be
/// blocked, and one more thread joins (`nudge`).
final class HandlerPool: Sendable {
    private struct State {
        var line: [@Sendable () -> Void] = []
        var first = 0
        var threads = 0
        var idle = 0
        var isClosed = false
        /// Pieces taken so far, to see whether any was.
        var taken = 0
        /// `taken` at the last nudge.
        var seen = -1

        var isEmpty: Bool { first == line.count }

        mutating func take() -> (@Sendable () -> Void)? {
            guard !isEmpty else { return nil }
            let work = line[first]
            first += 1
            taken += 1
            if isEmpty {
                line.removeAll(keepingCapacity: true)
                first = 0
            } else if first > 1024 {
                line.removeSubrange(..<first)
                first = 0
            }
            return work
        }
    }

    private enum Help {
        case none
        case wake
        case grow
    }

    private let state = Mutex(State())
    private let ready = Semaphore()
    private let limit: Int
    private let usual: Int

    init(limit: Int) {
        self.limit = max(limit, 1)
        usual = max(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 2)
    }

    /// Runs `work` on one of the threads.
    func run(_ work: @escaping @Sendable () -> Void) {
        let help = state.withLock { state -> Help in
            state.line.append(work)
            return call(&state, atMost: usual)
        }
        act(help)
    }

    /// Whether work waits in line.
    var hasWork: Bool { state.withLock { !$0.isEmpty } }

    /// Called every few milliseconds while there is work: adds a thread where none was taken since.
    func nudge() {
        let help = state.withLock { state -> Help in
            defer { state.seen = state.taken }
            guard !state.isEmpty, state.seen == state.taken else { return .none }
            return call(&state, atMost: limit)
        }
        act(help)
    }

    /// Who is to help with the line, where fewer than `most` threads are at work.
    private func call(_ state: inout State, atMost most: Int) -> Help {
        guard state.threads - state.idle < min(most, limit) else { return .none }
        if state.idle > 0 {
            state.idle -= 1
            return .wake
        }
        state.threads += 1
        return .grow
    }

    private func act(_ help: Help) {
        switch help {
        case .none: break
        case .wake: ready.signal()
        case .grow:
            // Without a thread the work stays in line for those there are, or for the next try.
            if !Thread.start({ [self] in serve() }) { state.withLock { $0.threads -= 1 } }
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
        enum Step {
            case work(@Sendable () -> Void)
            case wait
            case end
        }
        while true {
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
