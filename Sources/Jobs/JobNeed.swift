/// What a job takes while it runs, stated before it starts.
public struct JobNeed: Sendable, Hashable {
    /// Bytes of memory at its peak.
    public var memory: Int
    /// Cores that it keeps busy.
    public var cores: Int
    /// Whether a person waits for it and it is soon done: it may use the place kept for such work.
    public var isSmall: Bool

    /// A need; without arguments that of a job that takes a worker and nothing else.
    public init(memory: Int = 0, cores: Int = 1, isSmall: Bool = false) {
        self.memory = max(memory, 0)
        self.cores = max(cores, 1)
        self.isSmall = isSmall
    }
}

/// What all running jobs may take together.
public struct JobBudget: Sendable, Hashable {
    /// Jobs that run at the same time, besides one small one.
    public var workers: Int
    /// Bytes of memory of all but the small jobs' place.
    public var memory: Int
    /// Cores of all but the small jobs' place.
    public var cores: Int
    /// Bytes kept for the one small job that may run besides.
    public var smallMemory: Int
    /// Seconds that the first in line may be passed over since it does not fit; then nothing but
    /// small jobs starts until it does.
    public var patience: Double

    /// A budget; left out, only the number of workers is limited and no place is kept.
    public init(
        workers: Int, memory: Int = .max, cores: Int = .max, smallMemory: Int = 0,
        patience: Double = 120
    ) {
        precondition(workers >= 1, "a pool has at least one worker")
        self.workers = workers
        self.memory = memory
        self.cores = max(cores, 1)
        self.smallMemory = smallMemory
        self.patience = patience
    }

    /// Whether a job of this need can ever run.
    public func allows(_ need: JobNeed) -> Bool { need.memory <= memory }

    /// The need with as many cores as there are at the most: more only makes a job slower.
    func clipped(_ need: JobNeed) -> JobNeed {
        var need = need
        need.cores = min(need.cores, cores)
        return need
    }
}
