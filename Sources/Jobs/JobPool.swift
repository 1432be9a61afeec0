import Dispatch
import Glibc
import Synchronization

/// A bounded number of workers that run jobs fairly among their owners.
///
/// Workers are Dispatch threads at niceness 10 (Dispatch itself gives its utility threads 2), so that
/// threads which answer requests come first. A worker exists only while there is work. What waits here is
/// in memory: the caller keeps its jobs in a store and submits them again after a restart.
public final class JobPool: Sendable {
    private struct State {
        var waiting = WaitingJobs()
        var running: [String: JobContext] = [:]
        var workers = 0
        var isStopping = false
    }

    private let limit: Int
    private let queue: DispatchQueue
    private let state = Mutex(State())
    private let ended = ChangeSignal()

    /// A pool of at most `workers` jobs at a time.
    ///
    /// - Precondition: `workers` is at least 1.
    public init(workers: Int, name: String) {
        precondition(workers >= 1, "a pool has at least one worker")
        limit = workers
        queue = DispatchQueue(label: name, qos: .utility, attributes: .concurrent)
    }

    /// Hands a job to the pool. Its `work` runs once, on a thread of its own, when its turn comes.
    ///
    /// Owners with waiting work take turns; inside an owner the higher priority comes first, then
    /// the earlier submission. With a `deadline` (seconds of running) the context says cancelled
    /// once the time is up. Returns false, and never runs `work`, if the pool is stopping or a job
    /// of this identifier waits or runs already.
    @discardableResult
    public func submit(
        id: String, owner: String, priority: Int = 0, deadline: Double? = nil,
        work: @escaping @Sendable (JobContext) -> Void
    ) -> Bool {
        let needsWorker: Bool? = state.withLock { state in
            guard !state.isStopping, state.running[id] == nil, !state.waiting.contains(id) else {
                return nil
            }
            let order = state.waiting.nextOrder()
            state.waiting.add(
                WaitingJobs.Entry(
                    id: id, owner: owner, priority: priority, order: order, deadline: deadline,
                    work: work))
            guard state.workers < limit else { return false }
            state.workers += 1
            return true
        }
        if needsWorker == true { queue.async { self.work() } }
        return needsWorker != nil
    }

    /// Cancels a job: a waiting one never runs, a running one's context says cancelled.
    ///
    /// Returns whether it waited or ran.
    public func cancel(_ id: String) -> Bool {
        state.withLock { state in
            if state.waiting.remove(id) { return true }
            guard let context = state.running[id] else { return false }
            context.requestStop(.requested)
            return true
        }
    }

    /// Ends the pool: nothing new is taken, what waits is dropped, what runs is told `.stopping`.
    ///
    /// Waits at most `grace` seconds for the running work and returns whether all of it has ended.
    @discardableResult
    public func stop(grace: Double) -> Bool {
        state.withLock { state in
            state.isStopping = true
            state.waiting.removeAll()
            for context in state.running.values { context.requestStop(.stopping) }
        }
        return ended.wait(for: "", seconds: grace) { state.withLock { $0.running.isEmpty } }
    }

    /// Identifiers of the jobs that wait, each owner's in the order they will run.
    public var waiting: [String] { state.withLock { $0.waiting.ids } }

    /// Identifiers of the jobs that run, ascending.
    public var running: [String] { state.withLock { $0.running.keys.sorted() } }

    /// Progress of a running job, or nil if it does not run.
    public func progress(_ id: String) -> JobProgress? {
        state.withLock { $0.running[id] }?.progress
    }

    /// One worker: runs jobs until none waits.
    private func work() {
        // Of this thread alone; Linux has a niceness for each.
        if getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) < 10 {
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
        }
        while let (entry, context) = takeNext() {
            entry.work(context)
            state.withLock { $0.running[entry.id] = nil }
            ended.notify("")
        }
    }

    private func takeNext() -> (WaitingJobs.Entry, JobContext)? {
        state.withLock { state in
            guard let entry = state.waiting.takeNext() else {
                state.workers -= 1
                return nil
            }
            let context = JobContext(id: entry.id, deadline: entry.deadline)
            state.running[entry.id] = context
            return (entry, context)
        }
    }
}
