/// What a running stage tells its caller and asks of it: progress, warnings and cancellation.
///
/// A stage calls `update` at least every half second of compute.
public struct StageMonitor: Sendable {
    private let report: @Sendable (Double, String) -> Void
    private let cancelled: @Sendable () -> Bool
    private let lower: Double
    private let upper: Double

    /// A monitor that hands progress (a fraction 0...1 and a message) to `report` and asks
    /// `isCancelled` whether to go on. Both may be called from any thread.
    public init(
        report: @escaping @Sendable (Double, String) -> Void,
        isCancelled: @escaping @Sendable () -> Bool
    ) {
        self.init(report: report, cancelled: isCancelled, lower: 0, upper: 1)
    }

    private init(
        report: @escaping @Sendable (Double, String) -> Void,
        cancelled: @escaping @Sendable () -> Bool, lower: Double, upper: Double
    ) {
        self.report = report
        self.cancelled = cancelled
        self.lower = lower
        self.upper = upper
    }

    /// Listens to nothing and never cancels.
    public static let silent = StageMonitor(report: { _, _ in }, isCancelled: { false })

    /// Whether the caller wants the stage to stop.
    public var isCancelled: Bool { cancelled() }

    /// Reports that `fraction` (0...1) of this monitor's part is done.
    ///
    /// - Throws: `.cancelled` if the caller wants the stage to stop.
    public func update(_ fraction: Double, _ message: String) throws(AnalysisError) {
        if cancelled() { throw .cancelled }
        report(lower + (upper - lower) * min(max(fraction, 0), 1), message)
    }

    /// What `work` gives, which calls the closure it gets with the share done, 0...1, now and then,
    /// stops where that says no, and then gives nil.
    ///
    /// - Throws: `.cancelled` if `work` gave nil.
    func watching<R>(
        _ message: String, _ work: (_ proceed: (Double) -> Bool) -> R?
    ) throws(AnalysisError) -> R {
        let result = work { share in
            if cancelled() { return false }
            report(lower + (upper - lower) * min(max(share, 0), 1), message)
            return true
        }
        guard let result else { throw .cancelled }
        return result
    }

    /// A monitor whose 0...1 is the part `from`...`to` of this one.
    public func part(from: Double, to: Double) -> StageMonitor {
        StageMonitor(
            report: report, cancelled: cancelled, lower: lower + (upper - lower) * from,
            upper: lower + (upper - lower) * to)
    }
}
