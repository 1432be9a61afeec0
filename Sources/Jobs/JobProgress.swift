/// How far a running job has come.
public struct JobProgress: Sendable, Hashable {
    /// The part of the work that is done, 0...1; never falls while the job runs.
    public let fraction: Double
    /// The stage the work is in, such as `segmentation`; empty before the first report.
    public let stage: String
    /// What it does at the moment, for people; empty before the first report.
    public let message: String
    /// Seconds until the end if the work goes on as it did so far, or nil where that is not known.
    public let etaSeconds: Double?
    /// When the work started, in seconds of the monotonic clock (since the machine's start).
    public let startedAt: Double
    /// Seconds since the last report, or since the start before the first one.
    public let secondsSinceReport: Double
}

/// Progress under a lock, in nanoseconds of the monotonic clock.
struct ProgressState: Sendable {
    private let startedAt: UInt64
    private var reportedAt: UInt64
    private var fraction = 0.0
    private var stage = ""
    private var message = ""

    init(startedAt: UInt64) {
        self.startedAt = startedAt
        reportedAt = startedAt
    }

    mutating func update(fraction new: Double, stage: String, message: String, at now: UInt64) {
        if new > fraction { fraction = min(new, 1) }
        self.stage = stage
        self.message = message
        reportedAt = max(reportedAt, now)
    }

    func snapshot(at now: UInt64) -> JobProgress {
        let silence = seconds(from: reportedAt, to: now)
        return JobProgress(
            fraction: fraction, stage: stage, message: message, etaSeconds: estimate(silence),
            startedAt: Double(startedAt) / 1e9, secondsSinceReport: silence)
    }

    /// The remaining time at the mean pace so far, known after half a second and one percent.
    private func estimate(_ silence: Double) -> Double? {
        let worked = seconds(from: startedAt, to: reportedAt)
        guard fraction >= 0.01, worked >= 0.5 else { return nil }
        return max(0, worked * (1 - fraction) / fraction - silence)
    }

    private func seconds(from: UInt64, to: UInt64) -> Double {
        to > from ? Double(to - from) / 1e9 : 0
    }
}
