/// One owner's waiting jobs and the work done for them.
///
/// The work is virtual time: seconds of cores, counted as they pass. Whoever has had least comes next.
struct OwnerShare: Sendable {
    /// The waiting jobs, the next to run last, so that taking it moves nothing.
    private(set) var waiting: [WaitingJob] = []
    /// Work of ended jobs, or what an owner who comes back begins with.
    var settled = 0.0
    /// Running jobs and the sums that make their work at any time: Σ cores, Σ cores x start.
    private(set) var running = 0
    private var cores = 0.0
    private var coreStarts = 0.0
    /// When a job of this owner was last started, in numbers of starts; settles ties.
    var lastStart = 0

    /// Whether nothing waits or runs.
    var isIdle: Bool { waiting.isEmpty && running == 0 }

    /// The work done for this owner until now.
    func work(at now: Double) -> Double { settled + cores * now - coreStarts }

    /// A job of this owner starts.
    mutating func started(cores count: Int, at now: Double) {
        running += 1
        cores += Double(count)
        coreStarts += Double(count) * now
    }

    /// A job of this owner has ended; the shortest count as a tenth of a second.
    mutating func ended(cores count: Int, startedAt start: Double, at now: Double) {
        running -= 1
        cores -= Double(count)
        coreStarts -= Double(count) * start
        settled += Double(count) * max(now - start, 0.1)
        if running == 0 { (cores, coreStarts) = (0, 0) }  // no rounding is carried on
    }

    /// Adds a job at its place, by bisection.
    mutating func add(_ job: WaitingJob) {
        var low = 0
        var high = waiting.count
        while low < high {
            let middle = (low + high) / 2
            if job.precedes(waiting[middle]) { low = middle + 1 } else { high = middle }
        }
        waiting.insert(job, at: low)
    }

    /// A waiting job.
    func job(_ id: String) -> WaitingJob? { waiting.last { $0.id == id } }

    /// Takes one job out; nil if it does not wait here.
    mutating func remove(_ id: String) -> WaitingJob? {
        guard let place = waiting.lastIndex(where: { $0.id == id }) else { return nil }
        return waiting.remove(at: place)
    }
}

/// A job that waits for a worker.
struct WaitingJob: Sendable {
    let id: String
    let owner: String
    let priority: Int
    let order: Int
    let need: JobNeed
    let since: Double

    /// Whether this one is to run before another of the same owner.
    func precedes(_ other: WaitingJob) -> Bool {
        priority != other.priority ? priority > other.priority : order < other.order
    }
}
