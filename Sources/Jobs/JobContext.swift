import Dispatch
import Synchronization

/// Why a running job is asked to stop.
public enum StopReason: Int, Sendable {
    /// Nobody has asked.
    case none = 0
    /// Somebody cancelled the job.
    case requested = 1
    /// The process is about to end; the job is to run again later.
    case stopping = 2
    /// The job has used up the time it was given.
    case deadline = 3
    /// The job has reported nothing for too long.
    case stalled = 4
}

/// What the work of one job sees of the pool that runs it: it reports progress here and asks
/// whether to go on.
///
/// Every member may be used from any thread.
public final class JobContext: Sendable {
    /// The job's identifier, as given to `JobPool.submit`.
    public let id: String
    /// When the work started, in nanoseconds of the monotonic clock.
    private let startedAt: UInt64
    /// When its time is up, in nanoseconds of the monotonic clock; `.max` for never.
    private let deadline: UInt64
    private let stop = Atomic<Int>(StopReason.none.rawValue)
    /// When it was asked to end, in nanoseconds of the monotonic clock; 0 while it was not.
    private let askedAt = Atomic<UInt64>(0)
    private let progressState: Mutex<ProgressState>

    /// Seconds that the job waited for a worker.
    public let waited: Double

    init(id: String, deadline seconds: Double?, waited: Double = 0) {
        (self.id, self.waited) = (id, waited)
        let now = DispatchTime.now().uptimeNanoseconds
        startedAt = now
        deadline = seconds.map { now.advanced(bySeconds: $0) } ?? .max
        progressState = Mutex(ProgressState(startedAt: now))
    }

    /// Tells that `fraction` (0...1) of the work is done.
    ///
    /// A fraction lower than one reported before counts as that one: progress never goes back.
    /// Costs about as much as taking a lock; nothing is written to disk.
    public func report(_ fraction: Double, stage: String, message: String) {
        let now = DispatchTime.now().uptimeNanoseconds
        progressState.withLock {
            $0.update(fraction: fraction, stage: stage, message: message, at: now)
        }
    }

    /// Whether the work is to end as soon as it can; `reason` says why.
    ///
    /// Cheap enough (an atomic load and a clock read) to be asked every millisecond.
    public var isCancelled: Bool { reason != .none }

    /// Why the work is to end, or `.none` while it is not. The first reason stays.
    public var reason: StopReason {
        if let asked = StopReason(rawValue: stop.load(ordering: .relaxed)), asked != .none {
            return asked
        }
        guard deadline != .max, DispatchTime.now().uptimeNanoseconds >= deadline else {
            return .none
        }
        requestStop(.deadline)
        return StopReason(rawValue: stop.load(ordering: .relaxed)) ?? .deadline
    }

    /// The progress as it stands.
    public var progress: JobProgress {
        let now = DispatchTime.now().uptimeNanoseconds
        return progressState.withLock { $0.snapshot(at: now) }
    }

    /// Asks the work to end; only the first reason counts.
    func requestStop(_ reason: StopReason) {
        let (isFirst, _) = stop.compareExchange(
            expected: StopReason.none.rawValue, desired: reason.rawValue, ordering: .relaxed)
        if isFirst { askedAt.store(DispatchTime.now().uptimeNanoseconds, ordering: .relaxed) }
    }

    /// Seconds since it was asked to end, or nil while it was not.
    var secondsSinceAsked: Double? {
        let asked = askedAt.load(ordering: .relaxed)
        guard asked > 0 else { return nil }
        let now = DispatchTime.now().uptimeNanoseconds
        return now > asked ? Double(now - asked) / 1e9 : 0
    }
}

extension UInt64 {
    /// This instant in nanoseconds plus some seconds; negative and undefined durations count as 0,
    /// very long ones as the end of time.
    func advanced(bySeconds seconds: Double) -> UInt64 {
        guard seconds > 0 else { return self }
        guard seconds < 1e9 else { return .max }
        let (sum, overflow) = addingReportingOverflow(UInt64(seconds * 1e9))
        return overflow ? .max : sum
    }
}
