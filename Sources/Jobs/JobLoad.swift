/// How full a pool is.
public struct JobLoad: Sendable, Hashable {
    /// Jobs that wait for a worker.
    public let waiting: Int
    /// Jobs that run.
    public let running: Int
    /// Jobs that may run, besides a small one.
    public let workers: Int
    /// Jobs that were given up and still hold a thread and memory.
    public let abandoned: Int
    /// Bytes that jobs may take together.
    public let memoryBudget: Int
    /// Bytes that the running jobs have stated.
    public let memoryInUse: Int
    /// Cores that jobs may take together.
    public let coreBudget: Int
    /// Cores that the running jobs have stated.
    public let coresInUse: Int
}

/// A job that runs.
public struct RunningJob: Sendable {
    /// Its identifier.
    public let id: String
    /// Whose it is.
    public let owner: String
    /// What it stated.
    public let need: JobNeed
    /// Seconds since it started.
    public let seconds: Double
    /// Whether it has the place kept for small jobs.
    public let isAside: Bool
    /// How far it has come.
    public let progress: JobProgress
}
