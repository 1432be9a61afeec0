#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

import Dispatch
import Synchronization

/// The threads that help with parallel loops, started when first wanted and kept.
///
/// A helper that has nothing to do spins for some hundred microseconds, since the next loop of a
/// computation mostly comes sooner than a sleeping thread wakes, and then sleeps. A loop's owner
/// does the pieces that no helper takes, so no loop waits for a helper that is asleep or elsewhere, and
/// loops may start inside loops and on any number of threads.
final class HelperPool: Sendable {
    static let shared = HelperPool()
    /// The most threads of one loop.
    static let most = 256

    private let places = (0..<64).map { _ in ParallelLoop() }
    /// Places taken by an owner, and places with a seat left, one bit each.
    private let taken = Atomic<UInt64>(0)
    private let open = Atomic<UInt64>(0)
    private let sleepers = Atomic<Int>(0)
    private let spinners = Atomic<Int>(0)
    private let started = Atomic<Int>(0)
    private let starting = Mutex<Bool>(false)
    private let bell = DispatchSemaphore(value: 0)

    /// Calls `body` for 0..<`count` on up to `workers` threads, this one among them, and no more helpers
    /// than the loop around this one has left.
    func run(
        _ count: Int, workers: Int, scope: Parallel.Scope, _ body: @escaping @Sendable (Int) -> Void
    ) {
        let wanted = min(workers, Self.most) - 1
        let seats = scope.root.map { $0.takeSeats(wanted) } ?? wanted
        guard seats > 0, let place = takePlace() else {
            scope.root?.giveSeats(seats)
            for index in 0..<count { body(index) }
            return
        }
        let loop = places[place]
        if scope.root == nil { loop.setSeats(max(0, scope.threads - 1 - seats)) }
        let root = scope.root ?? loop
        start(seats)
        let bit = UInt64(1) << UInt64(place)
        let work = ParallelLoop.Work(
            count: count, niceness: Niceness.current, core: CoreChoice.current,
            scope: Parallel.Scope(limit: scope.limit, root: root), body: body)
        withUnsafePointer(to: work) { work in
            loop.open(work, seats: seats)
            open.bitwiseOr(bit, ordering: .sequentiallyConsistent)
            // One that came before its bit was set may have taken the last seat.
            if !loop.hasSeats { open.bitwiseAnd(~bit, ordering: .sequentiallyConsistent) }
            wake(min(2, seats))
            loop.takePieces()
            open.bitwiseAnd(~bit, ordering: .sequentiallyConsistent)
            loop.finish(root: root)
        }
        taken.bitwiseAnd(~bit, ordering: .releasing)
    }

    /// A place nobody has, or nil when all are taken.
    private func takePlace() -> Int? {
        var now = taken.load(ordering: .relaxed)
        while now != .max {
            let place = (~now).trailingZeroBitCount
            let (done, found) = taken.compareExchange(
                expected: now, desired: now | 1 << UInt64(place), ordering: .acquiring)
            if done { return place }
            now = found
        }
        return nil
    }

    // MARK: helpers

    private func help() {
        var choice = CoreChoice()
        while true {
            if !helpOne(&choice), !spin() { sleep() }
        }
    }

    /// Helps with a loop that has a seat; false if there is none.
    private func helpOne(_ choice: inout CoreChoice) -> Bool {
        var now = open.load(ordering: .sequentiallyConsistent)
        while now != 0 {
            let place = now.trailingZeroBitCount
            let joined = places[place].join()
            // Still inside, so the bit is this loop's.
            if joined == .last {
                open.bitwiseAnd(~(1 << UInt64(place)), ordering: .sequentiallyConsistent)
            }
            if joined != .shut {
                if joined == .more { wake(2) }
                places[place].help(&choice)
                return true
            }
            now &= now - 1
        }
        return false
    }

    /// Waits a short while for a loop; false if none came or as many spin as there are other cores.
    private func spin() -> Bool {
        defer { spinners.subtract(1, ordering: .relaxed) }
        guard spinners.add(1, ordering: .relaxed).newValue < Parallel.configured else {
            return false
        }
        var wait = BoundedSpin()
        while wait.turn() {
            if open.load(ordering: .relaxed) != 0 { return true }
        }
        return false
    }

    /// Waits for the bell, unless a loop came after this helper counted itself among the sleepers.
    private func sleep() {
        sleepers.add(1, ordering: .sequentiallyConsistent)
        if open.load(ordering: .sequentiallyConsistent) != 0, takeSleeper() { return }
        bell.wait()
    }

    /// Rings for up to `count` sleepers, each of which rings for more where there are seats.
    private func wake(_ count: Int) {
        for _ in 0..<count {
            guard takeSleeper() else { return }
            bell.signal()
        }
    }

    /// One sleeper less, who is rung for or did not sleep; false if there is none.
    private func takeSleeper() -> Bool {
        var now = sleepers.load(ordering: .sequentiallyConsistent)
        while now > 0 {
            let (done, found) = sleepers.compareExchange(
                expected: now, desired: now - 1, ordering: .sequentiallyConsistent)
            if done { return true }
            now = found
        }
        return false
    }

    // MARK: threads

    /// Sees to it that there are `count` helpers, if the system gives as many.
    private func start(_ count: Int) {
        guard started.load(ordering: .relaxed) < count else { return }
        starting.withLock { _ in
            while started.load(ordering: .relaxed) < count, startThread() {
                started.add(1, ordering: .relaxed)
            }
        }
    }

    private func startThread() -> Bool {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_attr_setstacksize(&attributes, 8 << 20)
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        return pthread_create(
            &thread, &attributes,
            { _ in
                HelperPool.shared.help()
                return nil
            }, nil) == 0
    }
}
