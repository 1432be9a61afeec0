import Synchronization

/// What happened to jobs since the process began, for metrics.
public final class JobMetrics: Sendable {
    /// A part of a job's time on a worker.
    public enum Stage: String, Sendable, CaseIterable {
        /// Reading what the stage works on.
        case load
        /// The analysis itself, with reading pixels and coding the result.
        case run
        /// Storing the result.
        case store
    }

    struct Timed: Hashable { var kind: String, stage: Stage }
    struct Ended: Hashable { var kind: String, state: String }

    struct State {
        var times: [Timed: Histogram] = [:]
        var waits: [String: Histogram] = [:]
        var ends: [Ended: Int] = [:]
        var stalls = 0
        var deadlines = 0
        var refusals = 0
        var notices: [String: Int] = [:]
    }

    private let state = Mutex(State())

    init() {}

    /// A stage of a job of some kind took so long.
    func observe(_ kind: String, _ stage: Stage, seconds: Double) {
        state.withLock {
            $0.times[Timed(kind: kind, stage: stage), default: .ofJobs].observe(seconds)
        }
    }

    /// A job of some kind waited so long for a worker after its inputs were done.
    func waited(_ kind: String, seconds: Double) {
        state.withLock { $0.waits[kind, default: .ofJobs].observe(seconds) }
    }

    /// A job of some kind came to an end, or went back to the queue (`retried`, `interrupted`).
    func ended(_ kind: String, _ outcome: String) {
        state.withLock { $0.ends[Ended(kind: kind, state: outcome), default: 0] += 1 }
    }

    /// A running job was told to end: it reported nothing, or its time was up.
    func told(toEndForSilence isStall: Bool) {
        state.withLock { if isStall { $0.stalls += 1 } else { $0.deadlines += 1 } }
    }

    /// A submission was refused because its owner has too many jobs in the queue.
    func refused() { state.withLock { $0.refusals += 1 } }

    /// A notice to another program was delivered, or tried in vain, or given up.
    func noticed(_ outcome: String) { state.withLock { $0.notices[outcome, default: 0] += 1 } }

    /// Writes what was counted.
    public func write(to text: inout MetricsText) {
        let state = state.withLock { $0 }
        text.begin(
            "seam_job_duration_seconds", .histogram,
            "Time of jobs on a worker by kind and stage (load, run, store).")
        for (key, histogram) in state.times.sorted(by: {
            ($0.key.kind, $0.key.stage.rawValue) < ($1.key.kind, $1.key.stage.rawValue)
        }) {
            text.add(
                "seam_job_duration_seconds",
                [("kind", key.kind), ("stage", key.stage.rawValue)], histogram)
        }
        text.begin(
            "seam_job_wait_seconds", .histogram,
            "Time that jobs whose inputs were done waited for a worker, by kind.")
        for (kind, histogram) in state.waits.sorted(by: { $0.key < $1.key }) {
            text.add("seam_job_wait_seconds", [("kind", kind)], histogram)
        }
        text.begin(
            "seam_jobs_ended_total", .counter,
            "Runs of jobs that ended, by kind and outcome (also retried and interrupted).")
        for (key, count) in state.ends.sorted(by: {
            ($0.key.kind, $0.key.state) < ($1.key.kind, $1.key.state)
        }) {
            text.add("seam_jobs_ended_total", [("kind", key.kind), ("outcome", key.state)], count)
        }
        text.single(
            "seam_jobs_stalled_total", .counter,
            "Running jobs that were ended since they reported no progress.", state.stalls)
        text.single(
            "seam_jobs_deadline_total", .counter,
            "Running jobs that were ended since their time was up.", state.deadlines)
        text.single(
            "seam_jobs_refused_total", .counter,
            "Submissions refused since their owner had too many queued jobs.", state.refusals)
        text.begin(
            "seam_notices_total", .counter,
            "Notices of ended jobs to other programs, by outcome (delivered, failed, given_up).")
        for outcome in ["delivered", "failed", "given_up"] {
            text.add("seam_notices_total", [("outcome", outcome)], state.notices[outcome] ?? 0)
        }
    }
}
