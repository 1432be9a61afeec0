import Glibc
public import Store
import Synchronization

/// The time for what expires, by a system clock that may jump.
///
/// Beside the system's clock it keeps one of its own, which goes on from where the service was last seen by the
/// clock that counts from the machine's start (`CLOCK_BOOTTIME`, sleep included). While both agree, the system's is
/// followed. When they do not, somebody or something has set the system's clock, rightly or wrongly: what cannot be
/// taken back waits for the later of them to agree, what lets somebody in ends with the earlier. Once the system's
/// clock has stood by its new time for a while it is believed.
public final class ServiceClock: Sendable {
    private struct State {
        /// Microseconds from the machine's start to 1970's, as believed.
        var offset: Int64
        /// Another offset that the system's clock has shown, and since when.
        var other: (offset: Int64, since: Int64)?
    }

    private let state: Mutex<State>
    private let wall: @Sendable () -> Int64
    private let boot: @Sendable () -> Int64
    /// Differences up to here are a clock that is being corrected.
    private static let tolerance: Int64 = 5_000_000
    /// Seconds for which a clock that was set must stand by its time.
    public static let patience = 3600.0

    /// A clock of a service that was last seen at some time.
    ///
    /// - Parameters:
    ///   - lastSeen: Microseconds since 1970 of the last trace that the service has left, or nil.
    ///   - wall: The system's clock in microseconds since 1970.
    ///   - boot: A clock in microseconds that nobody can set.
    public init(
        lastSeen: Int64?, wall: @escaping @Sendable () -> Int64 = Timestamp.microsecondsNow,
        boot: @escaping @Sendable () -> Int64 = ServiceClock.sinceBoot
    ) {
        (self.wall, self.boot) = (wall, boot)
        let (start, now) = (boot(), wall())
        state = Mutex(State(offset: min(now, lastSeen ?? now) - start))
        _ = look()
    }

    /// Microseconds since the machine was started, sleep included.
    public static func sinceBoot() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }

    /// The instant to compare with where something would be removed: the earlier one, unless the
    /// system's clock has stood by its time for `patience` seconds.
    public func forRemoving(patience: Double = ServiceClock.patience) -> Int64 {
        let now = look()
        return now.agreesSince.map { $0 >= patience } ?? true ? now.wall : min(now.wall, now.kept)
    }

    /// The instant to compare with where somebody would be let in: the later one.
    public func forAdmitting() -> Int64 {
        let now = look()
        return max(now.wall, now.kept)
    }

    private struct Look {
        var wall: Int64
        var kept: Int64
        /// Seconds for which the system's clock has stood by another time; nil where both agree.
        var agreesSince: Double?
    }

    /// Looks at both clocks; two looks make a clock that was set one to be believed.
    private func look() -> Look {
        state.withLock { state in
            let (wall, boot) = (wall(), boot())
            let offset = wall - boot
            if abs(offset - state.offset) <= Self.tolerance {
                (state.offset, state.other) = (offset, nil)
                return Look(wall: wall, kept: wall)
            }
            let since: Int64
            if let other = state.other, abs(other.offset - offset) <= Self.tolerance {
                since = other.since
            } else {
                since = boot
            }
            state.other = (offset, since)
            let seconds = Double(boot - since) / 1e6
            let kept = boot + state.offset
            if seconds >= Self.patience { (state.offset, state.other) = (offset, nil) }
            return Look(wall: wall, kept: kept, agreesSince: seconds)
        }
    }
}

extension ServiceClock {
    /// `forRemoving` as a text of the store, so many seconds before.
    public func instantForRemoving(
        before seconds: Double = 0, patience: Double = ServiceClock.patience
    ) -> String {
        let shift = Int64(min(max(seconds, 0), 3.2e9) * 1e6)
        return Timestamp.text(microseconds: forRemoving(patience: patience) - shift)
    }

    /// `forAdmitting` as a text of the store.
    public func instantForAdmitting() -> String {
        Timestamp.text(microseconds: forAdmitting())
    }
}
