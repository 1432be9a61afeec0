import Dispatch
import Glibc
import Synchronization

/// A bounded number of workers that run jobs fairly among their owners, within memory and cores.
///
/// Workers are Dispatch threads at niceness 10 (Dispatch itself gives its utility threads 2), so that
/// threads which answer requests come first. A worker exists only while there is work. What waits here is
/// in memory: the caller keeps its jobs in a store and submits them again after a restart. Who comes next
/// is decided by `Scheduler`.
public final class JobPool: Sendable {
    private struct Entry {
        let deadline: Double?
        let work: @Sendable (JobContext) -> Void
    }

    private struct State {
        var scheduler: Scheduler
        var entries: [String: Entry] = [:]
        var contexts: [String: JobContext] = [:]
        /// The tickets of abandoned runs, by their contexts.
        var tickets: [ObjectIdentifier: Int] = [:]
        var isStopping = false
    }

    private struct Begun {
        let work: @Sendable (JobContext) -> Void
        let context: JobContext
    }

    private let budget: JobBudget
    private let queue: DispatchQueue
    private let state: Mutex<State>
    private let ended = ChangeSignal()
    private let clock: @Sendable () -> Double

    /// A pool of at most `workers` jobs at a time.
    ///
    /// - Precondition: `workers` is at least 1.
    public convenience init(workers: Int, name: String) {
        self.init(budget: JobBudget(workers: workers), name: name)
    }

    /// A pool within a budget; `clock` gives seconds that never go back (left out, the
    /// machine's monotonic clock).
    public init(
        budget: JobBudget, name: String, clock: (@Sendable () -> Double)? = nil
    ) {
        self.budget = budget
        self.clock = clock ?? { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }
        queue = DispatchQueue(label: name, qos: .utility, attributes: .concurrent)
        state = Mutex(State(scheduler: Scheduler(budget)))
    }

    /// What all running jobs may take together.
    public var limits: JobBudget { budget }

    /// Hands a job to the pool. Its `work` runs once, on a thread of its own, when its turn comes.
    ///
    /// With a `deadline` (seconds of running) the context says cancelled once the time is up. Returns
    /// false, and never runs `work`, if the pool is stopping, a job of this identifier waits or runs
    /// already, or the budget never allows what it needs.
    @discardableResult
    public func submit(
        id: String, owner: String, priority: Int = 0, need: JobNeed = JobNeed(),
        deadline: Double? = nil, work: @escaping @Sendable (JobContext) -> Void
    ) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isStopping, state.contexts[id] == nil, !state.scheduler.waits(id),
                budget.allows(need)
            else { return false }
            state.scheduler.add(id, owner: owner, priority: priority, need: need, at: clock())
            state.entries[id] = Entry(deadline: deadline, work: work)
            return true
        }
        if isTaken { startReady() }
        return isTaken
    }

    /// Whether a job waits or runs here.
    public func holds(_ id: String) -> Bool {
        state.withLock { $0.contexts[id] != nil || $0.scheduler.waits(id) }
    }

    /// Cancels a job: a waiting one never runs, a running one's context says cancelled.
    ///
    /// Returns whether it waited or ran.
    public func cancel(_ id: String) -> Bool {
        state.withLock { state in
            if state.scheduler.remove(id) {
                state.entries[id] = nil
                return true
            }
            guard let context = state.contexts[id] else { return false }
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
            state.scheduler.removeAll()
            state.entries = [:]
            for context in state.contexts.values { context.requestStop(.stopping) }
        }
        return ended.wait(for: "", seconds: grace) { state.withLock { $0.contexts.isEmpty } }
    }

    /// Identifiers of the jobs that wait, each owner's in the order they will run.
    public var waiting: [String] { state.withLock { $0.scheduler.waiting } }

    /// Identifiers of the jobs that run, ascending.
    public var running: [String] { state.withLock { $0.contexts.keys.sorted() } }

    /// Progress of a running job, or nil if it does not run.
    public func progress(_ id: String) -> JobProgress? {
        state.withLock { $0.contexts[id] }?.progress
    }

    /// How full the pool is.
    public var load: JobLoad {
        state.withLock { state in
            JobLoad(
                waiting: state.scheduler.waitingCount, running: state.contexts.count,
                workers: budget.workers, abandoned: state.scheduler.abandoned.count,
                memoryBudget: budget.memory, memoryInUse: state.scheduler.memory,
                coreBudget: budget.cores, coresInUse: state.scheduler.cores)
        }
    }

    /// The jobs that run, by identifier.
    public var runningJobs: [RunningJob] {
        let now = clock()
        return state.withLock { state in
            state.scheduler.running.sorted { $0.key < $1.key }.compactMap { id, job in
                guard let context = state.contexts[id] else { return nil }
                return RunningJob(
                    id: id, owner: job.owner, need: job.need, seconds: max(0, now - job.startedAt),
                    isAside: job.isAside, progress: context.progress)
            }
        }
    }

    /// Looks after the running jobs: one that has reported nothing for `stall` seconds, or whose time
    /// is up, is told to end; one that does not end within `patience` seconds of being told is given
    /// up: its worker goes to others, and what it does later counts for nothing.
    ///
    /// Call it every few seconds. Returns the identifiers of those told now and of those given up now.
    public func check(
        stall: Double, patience: Double
    ) -> (told: [(id: String, reason: StopReason)], abandoned: [(id: String, reason: StopReason)]) {
        var told: [(id: String, reason: StopReason)] = []
        var abandoned: [(id: String, reason: StopReason)] = []
        state.withLock { state in
            guard !state.isStopping else { return }
            for (id, context) in state.contexts.sorted(by: { $0.key < $1.key }) {
                let wasAsked = context.secondsSinceAsked
                if wasAsked == nil, context.progress.secondsSinceReport >= stall {
                    context.requestStop(.stalled)
                }
                let reason = context.reason
                if wasAsked == nil, reason == .stalled || reason == .deadline {
                    told.append((id, reason))
                }
                guard let wasAsked, wasAsked >= patience,
                    let ticket = state.scheduler.abandon(id, at: clock())
                else { continue }
                state.contexts[id] = nil
                state.tickets[ObjectIdentifier(context)] = ticket
                abandoned.append((id, reason))
            }
        }
        if !abandoned.isEmpty {
            ended.notify("")
            startReady()
        }
        return (told, abandoned)
    }

    /// Starts what may start now.
    private func startReady() {
        while let begun = takeNext() {
            queue.async { self.run(begun) }
        }
    }

    private func takeNext() -> Begun? {
        state.withLock { state in
            guard !state.isStopping, let start = state.scheduler.startNext(at: clock()),
                let entry = state.entries.removeValue(forKey: start.id)
            else { return nil }
            let context = JobContext(
                id: start.id, deadline: entry.deadline, waited: start.waited)
            state.contexts[start.id] = context
            return Begun(work: entry.work, context: context)
        }
    }

    private func run(_ begun: Begun) {
        // Of this thread alone; Linux has a niceness for each.
        if getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) < 10 {
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
        }
        begun.work(begun.context)
        state.withLock { state in
            if let ticket = state.tickets.removeValue(forKey: ObjectIdentifier(begun.context)) {
                state.scheduler.release(ticket)
            } else {
                state.contexts[begun.context.id] = nil
                state.scheduler.end(begun.context.id, at: clock())
            }
        }
        ended.notify("")
        startReady()
    }
}
