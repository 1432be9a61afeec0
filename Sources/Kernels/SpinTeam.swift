#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

import Synchronization

/// Many short parallel loops, one after the other, without the cost of waking threads for each.
///
/// One thread drives; the others wait by spinning for the next loop and take pieces of it. A thread
/// that has not come yet, or that the system does not run, takes no piece, so nothing waits for it.
public final class SpinTeam: Sendable {
    private let work: @Sendable (_ phase: Int, _ index: Int) -> Void
    /// Next index (bits 0-23), number of indices (24-47) and phase (48-62) of the present loop.
    private let ticket = Atomic<UInt64>(0)
    private let done = Atomic<Int>(0)
    private static let closed = UInt64.max
    private static let mask: UInt64 = 0xFF_FFFF

    private init(work: @escaping @Sendable (Int, Int) -> Void) { self.work = work }

    /// Runs `drive`, which starts loops by `run`, with up to `Parallel.threads` threads.
    ///
    /// `work` is called once for each index of each loop; it must write to places of its own only.
    /// A loop sees all that the loops before it have written.
    ///
    /// - Parameters:
    ///   - work: one piece: the phase that `run` was given, and the index.
    ///   - drive: called once, on any thread.
    public static func lead(
        _ work: @Sendable (_ phase: Int, _ index: Int) -> Void, _ drive: (SpinTeam) -> Void
    ) {
        withoutActuallyEscaping(work) { work in
            let team = SpinTeam(work: work)
            withoutActuallyEscaping(drive) { drive in
                nonisolated(unsafe) let drive = drive
                // Index 0 is always taken first, so whoever helps has a driver.
                Parallel.forEach(Parallel.threads) { member in
                    if member == 0 {
                        drive(team)
                        team.ticket.store(Self.closed, ordering: .releasing)
                    } else {
                        team.help()
                    }
                }
            }
        }
    }

    /// Calls the team's work for every index in 0..<`count` and comes back when all are done.
    ///
    /// - Precondition: called by the driver; `phase` is 0...32766, `count` at most 2^24 - 1.
    public func run(_ phase: Int, count: Int) {
        precondition((0...32_766).contains(phase) && count <= Int(Self.mask), "a ticket's range")
        guard count > 0 else { return }
        done.store(0, ordering: .relaxed)
        ticket.store(UInt64(phase) << 48 | UInt64(count) << 24, ordering: .releasing)
        while takeOne() {}
        var turns = 0
        while done.load(ordering: .acquiring) < count { Self.rest(&turns) }
    }

    /// Does one piece, if one is left.
    private func takeOne() -> Bool {
        var now = ticket.load(ordering: .acquiring)
        while now != Self.closed, now & Self.mask < (now >> 24) & Self.mask {
            let (taken, found) = ticket.compareExchange(
                expected: now, desired: now + 1, ordering: .acquiringAndReleasing)
            if taken {
                work(Int(now >> 48), Int(now & Self.mask))
                done.add(1, ordering: .acquiringAndReleasing)
                return true
            }
            now = found
        }
        return false
    }

    private func help() {
        var turns = 0
        while ticket.load(ordering: .acquiring) != Self.closed {
            if takeOne() { turns = 0 } else { Self.rest(&turns) }
        }
    }

    /// Spins for some microseconds, then lets others run.
    private static func rest(_ turns: inout Int) {
        turns += 1
        if turns > 2_000 { sched_yield() }
    }
}
