import Glibc
import Synchronization

/// Writes the log from a thread of its own, so that a slow disk or reader of it holds no request.
///
/// Lines that come within a few milliseconds are handed over together. Above a bound lines are
/// dropped, and their number is told.
final class LineWriter: Sendable {
    private struct State {
        var lines: [String] = []
        var dropped = 0
        var isIdle = true
        var isClosed = false
    }

    private static let mostLines = 1 << 16
    private static let gatheringMicroseconds: UInt32 = 5000
    private let write: @Sendable ([String]) -> Void
    private let state = Mutex(State())
    private let ready = Semaphore()
    private let isDone = Atomic<Bool>(false)

    init(_ write: @escaping @Sendable ([String]) -> Void) { self.write = write }

    /// Starts the thread; without one, lines are written where they are told.
    func start() {
        if !Thread.start({ [self] in serve() }) { isDone.store(true, ordering: .releasing) }
    }

    /// Takes a line; never waits for its writing.
    func add(_ line: String) {
        guard !isDone.load(ordering: .acquiring) else { return write([line]) }
        let wakes = state.withLock { state in
            guard state.lines.count < Self.mostLines else {
                state.dropped += 1
                return false
            }
            state.lines.append(line)
            defer { state.isIdle = false }
            return state.isIdle
        }
        if wakes { ready.signal() }
    }

    /// Waits, for at most a second, until all lines are written.
    func close() {
        let wakes = state.withLock { state in
            state.isClosed = true
            defer { state.isIdle = false }
            return state.isIdle
        }
        if wakes { ready.signal() }
        let deadline = Monotonic.now + 1
        while !isDone.load(ordering: .acquiring), Monotonic.now < deadline { usleep(1000) }
    }

    private func serve() {
        ready.wait()
        while true {
            if !state.withLock({ $0.isClosed }) { usleep(Self.gatheringMicroseconds) }
            var (lines, dropped) = state.withLock { state in
                defer { (state.lines, state.dropped) = ([], 0) }
                return (state.lines, state.dropped)
            }
            if dropped > 0 { lines.append("\(dropped) lines of the log were dropped") }
            if !lines.isEmpty { write(lines) }
            let isLast = state.withLock { state -> Bool? in
                guard state.lines.isEmpty else { return nil }
                if state.isClosed { return true }
                state.isIdle = true
                return false
            }
            guard let isLast else { continue }
            guard !isLast else { break }
            ready.wait()
        }
        isDone.store(true, ordering: .releasing)
    }
}
