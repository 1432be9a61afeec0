import Dispatch
import Synchronization

/// A place for one parallel loop at a time: what is to be done, and who is in it.
///
/// The owner opens it, takes pieces like everybody, closes it and waits for those inside. Places are
/// never freed, so a helper that comes late finds a closed place or another loop, and no loose memory.
final class ParallelLoop: Sendable {
    /// A loop's body and how far it goes.
    struct Work {
        let count: Int
        /// Of the owner, which its helpers adopt.
        let niceness: Int32
        /// Of the owner when it began; its helpers leave it.
        let core: Int32
        let scope: Parallel.Scope
        let body: @Sendable (Int) -> Void
    }

    /// Whether helpers may come in (bit 63), whether the owner sleeps (62), seats left (bits 16-31) and
    /// helpers inside (bits 0-15).
    private let state = Atomic<UInt64>(0)
    private let next = Atomic<Int>(0)
    /// Set while the place is closed, read only by those inside.
    private nonisolated(unsafe) var work: UnsafePointer<Work>?
    private let homecoming = DispatchSemaphore(value: 0)
    /// Of an outermost loop: how many helpers it and the loops inside it may still take.
    private let free = Atomic<Int>(0)

    private static let opened: UInt64 = 1 << 63
    private static let sleeping: UInt64 = 1 << 62
    private static let seat: UInt64 = 1 << 16
    private static let inside: UInt64 = 0xFFFF

    /// What `join` found.
    enum Joining { case shut, last, more }

    // MARK: seats of an outermost loop

    /// Says how many helpers may be in this loop and those inside it at a time.
    func setSeats(_ count: Int) { free.store(count, ordering: .relaxed) }

    /// Takes up to `wanted` of the seats left.
    func takeSeats(_ wanted: Int) -> Int {
        var left = free.load(ordering: .relaxed)
        while left > 0 {
            let taken = min(left, wanted)
            let (done, found) = free.compareExchange(
                expected: left, desired: left - taken, ordering: .relaxed)
            if done { return taken }
            left = found
        }
        return 0
    }

    func giveSeats(_ count: Int) { free.add(count, ordering: .relaxed) }

    // MARK: the owner

    /// Lets up to `seats` helpers in, at most 65,535; `work` must stay until `finish` returns.
    func open(_ work: UnsafePointer<Work>, seats: Int) {
        self.work = work
        next.store(0, ordering: .relaxed)
        state.store(Self.opened | UInt64(seats) * Self.seat, ordering: .releasing)
    }

    /// Whether another helper may come in.
    var hasSeats: Bool {
        state.load(ordering: .sequentiallyConsistent) / Self.seat & Self.inside > 0
    }

    /// Lets nobody in any more and waits for those inside.
    ///
    /// - Parameter root: the outermost loop, which gets the seats back that nobody took.
    func finish(root: ParallelLoop) {
        let before = state.bitwiseAnd(Self.inside, ordering: .acquiringAndReleasing).oldValue
        root.giveSeats(Int(before / Self.seat & Self.inside))
        // While this thread waits, a helper may take its place in the loops inside; with those this one ends.
        if root === self { giveSeats(1) }
        var wait = BoundedSpin()
        while state.load(ordering: .acquiring) & Self.inside != 0 {
            if wait.turn() { continue }
            // The last one out sees the mark and rings, unless it is out already.
            let found = state.bitwiseOr(Self.sleeping, ordering: .acquiringAndReleasing).oldValue
            if found & Self.inside != 0 { homecoming.wait() }
        }
        state.store(0, ordering: .relaxed)
        work = nil
    }

    // MARK: everybody

    /// Comes in if there is a seat.
    func join() -> Joining {
        var now = state.load(ordering: .relaxed)
        while now & Self.opened != 0, now / Self.seat & Self.inside > 0 {
            let (taken, found) = state.compareExchange(
                expected: now, desired: now - Self.seat + 1, ordering: .acquiringAndReleasing)
            if taken { return now / Self.seat & Self.inside == 1 ? .last : .more }
            now = found
        }
        return .shut
    }

    /// Does pieces until none is left. Every reference it took is given back when it returns.
    @inline(never)
    func takePieces() {
        guard let work else { return }
        Parallel.$scope.withValue(work.pointee.scope) {
            let (count, body) = (work.pointee.count, work.pointee.body)
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                if index >= count { return }
                body(index)
            }
        }
    }

    /// A helper does its pieces and goes out.
    func help(_ choice: inout CoreChoice) {
        if let work {
            Niceness.adopt(work.pointee.niceness)
            choice.leave(work.pointee.core)
        }
        takePieces()
        work?.pointee.scope.root?.giveSeats(1)
        let before = state.subtract(1, ordering: .acquiringAndReleasing).oldValue
        if before == Self.sleeping + 1 { homecoming.signal() }
    }
}
