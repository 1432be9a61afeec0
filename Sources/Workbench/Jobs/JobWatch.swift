import Jobs

/// Tells whether a job has changed, without a thread that waits.
public struct JobWatch: Sendable {
    private let watch: ChangeWatch

    init(_ watch: ChangeWatch) { self.watch = watch }

    /// Whether the job has changed since `reset`; never blocks.
    public var hasChanged: Bool { watch.hasChanged }

    /// Forgets the changes so far; call it before looking at the job.
    public func reset() { watch.reset() }
}
