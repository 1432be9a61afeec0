/// Decides which waiting job runs next, by a clock that the caller reads.
///
/// - Owners share the machine: next comes the one for whom least work has been done, counted in
///   seconds of cores. Who comes back after idling begins level with the least of the others, so nobody
///   saves up and nobody pays for an empty machine. So a thousand jobs of one owner delay another's
///   first by what runs already.
/// - Inside an owner's share the higher priority comes first, then the earlier submission.
/// - A job starts only while memory and cores last. One that does not fit lets others pass for
///   `JobBudget.patience` seconds; then they wait until it has run.
/// - One small job may run besides the others, in memory kept for it, so that it never waits for
///   large ones.
///
/// Adding costs O(log n) in the waiting jobs of an owner (and a move of memory), taking one out O(n),
/// starting O(owners).
package struct Scheduler: Sendable {
    /// A job that runs.
    package struct Running: Sendable {
        /// Whose it is.
        package let owner: String
        /// What it takes.
        package let need: JobNeed
        /// When it started.
        package let startedAt: Double
        /// Whether it has the place for small jobs.
        package let isAside: Bool
    }

    /// What was decided: the job to start now, and how long it had waited.
    package struct Start: Sendable {
        /// The job.
        package let id: String
        /// Seconds since it was added.
        package let waited: Double
    }

    /// The limits.
    package let budget: JobBudget
    /// The jobs that run, by identifier.
    package private(set) var running: [String: Running] = [:]
    /// Memory held by jobs that were abandoned and still have it, by ticket.
    package private(set) var abandoned: [Int: Int] = [:]
    private var shares: [String: OwnerShare] = [:]
    private var owners: [String: String] = [:]
    private var submitted = 0
    private var starts = 0
    /// The first in line that did not fit, and since when.
    private var passedOver: (id: String, owner: String, since: Double)?
    private var memoryInUse = 0
    private var coresInUse = 0
    private var places = 0
    private var tickets = 0
    /// The most work that an owner had when a job of theirs started: where the first newcomer to an
    /// idle machine begins.
    private var level = 0.0

    /// A scheduler with nothing to do.
    package init(_ budget: JobBudget) { self.budget = budget }

    /// Jobs that wait.
    package var waitingCount: Int { owners.count }
    /// Bytes of memory that running jobs take, those abandoned among them.
    package var memory: Int { memoryInUse }
    /// Cores that running jobs take.
    package var cores: Int { coresInUse }

    /// Whether a job waits.
    package func waits(_ id: String) -> Bool { owners[id] != nil }

    /// Identifiers of the waiting jobs, owners ascending, each owner's in the order they will run.
    package var waiting: [String] {
        shares.sorted { $0.key < $1.key }.flatMap { $0.value.waiting.reversed().map(\.id) }
    }

    /// Adds a job that waits.
    ///
    /// - Precondition: no job of this identifier waits or runs, and the budget allows its need.
    package mutating func add(
        _ id: String, owner: String, priority: Int, need: JobNeed, at now: Double
    ) {
        precondition(owners[id] == nil && running[id] == nil, "a job is added once")
        precondition(budget.allows(need), "a job fits into the empty machine")
        submitted += 1
        owners[id] = owner
        if shares[owner] == nil || shares[owner]?.isIdle == true { join(owner, at: now) }
        shares[owner, default: OwnerShare()].add(
            WaitingJob(
                id: id, owner: owner, priority: priority, order: submitted,
                need: budget.clipped(need), since: now))
    }

    /// Takes a waiting job out; false if it does not wait.
    package mutating func remove(_ id: String) -> Bool {
        guard let owner = owners.removeValue(forKey: id) else { return false }
        _ = shares[owner]?.remove(id)
        if passedOver?.id == id { passedOver = nil }
        return true
    }

    /// Takes all waiting jobs out.
    package mutating func removeAll() {
        for id in owners.keys { _ = remove(id) }
    }

    /// The next job to start now, which counts as running from here on, or nil.
    package mutating func startNext(at now: Double) -> Start? {
        let hasPlace = places < budget.workers
        let hasAside = budget.smallMemory > 0 && !running.values.contains(where: \.isAside)
        guard hasPlace || hasAside, !owners.isEmpty else { return nil }
        // While an abandoned job holds memory, waiting for more of it might never end.
        let held = passedOver.flatMap {
            abandoned.isEmpty && now - $0.since >= budget.patience ? $0 : nil
        }
        if let held, hasPlace, let job = shares[held.owner]?.job(held.id), fits(job.need) {
            return start(job, aside: false, at: now)
        }
        var isFirst = true
        for owner in ranking(at: now) {
            guard let share = shares[owner] else { continue }
            // The first of an owner's line, or one behind it that fits where it does not.
            for job in share.waiting.reversed().prefix(Self.depth) {
                if hasPlace, held == nil, fits(job.need) {
                    return start(job, aside: false, at: now)
                }
                if hasAside, job.need.isSmall, job.need.memory <= budget.smallMemory {
                    return start(job, aside: true, at: now)
                }
                if isFirst, hasPlace, passedOver == nil { passedOver = (job.id, owner, now) }
                isFirst = false
            }
        }
        return nil
    }

    /// How many of an owner's jobs are looked at for one that fits.
    private static let depth = 16

    /// A running job has ended.
    package mutating func end(_ id: String, at now: Double) {
        guard let job = leave(id, at: now) else { return }
        if !job.isAside { memoryInUse -= job.need.memory }
    }

    /// Gives up on a running job that does not end: its worker and cores are free for others, the
    /// memory it holds is not, until `release` with the ticket that is returned.
    package mutating func abandon(_ id: String, at now: Double) -> Int? {
        guard let job = leave(id, at: now) else { return nil }
        if job.isAside { memoryInUse += job.need.memory }
        tickets += 1
        abandoned[tickets] = job.need.memory
        return tickets
    }

    /// An abandoned job has let go at last.
    package mutating func release(_ ticket: Int) {
        memoryInUse -= abandoned.removeValue(forKey: ticket) ?? 0
    }

    private mutating func leave(_ id: String, at now: Double) -> Running? {
        guard let job = running.removeValue(forKey: id) else { return nil }
        shares[job.owner]?.ended(cores: job.need.cores, startedAt: job.startedAt, at: now)
        if !job.isAside {
            places -= 1
            coresInUse -= job.need.cores
        }
        if shares.count > Self.remembered { forgetIdle(at: now) }
        return job
    }

    private mutating func start(_ job: WaitingJob, aside: Bool, at now: Double) -> Start {
        level = max(level, shares[job.owner]?.work(at: now) ?? 0)
        owners[job.id] = nil
        starts += 1
        _ = shares[job.owner]?.remove(job.id)
        shares[job.owner]?.started(cores: job.need.cores, at: now)
        shares[job.owner]?.lastStart = starts
        running[job.id] = Running(
            owner: job.owner, need: job.need, startedAt: now, isAside: aside)
        if !aside {
            places += 1
            memoryInUse += job.need.memory
            coresInUse += job.need.cores
        }
        if passedOver?.id == job.id { passedOver = nil }
        return Start(id: job.id, waited: now - job.since)
    }

    private func fits(_ need: JobNeed) -> Bool {
        let memory = memoryInUse.addingReportingOverflow(need.memory)
        let cores = coresInUse.addingReportingOverflow(need.cores)
        return !memory.overflow && memory.partialValue <= budget.memory && !cores.overflow
            && cores.partialValue <= budget.cores
    }

    /// Owners with waiting jobs, the one to be served first at the front.
    private func ranking(at now: Double) -> [String] {
        shares.filter { !$0.value.waiting.isEmpty }
            .map { (owner: $0.key, work: $0.value.work(at: now), last: $0.value.lastStart) }
            .sorted { ($0.work, $0.last, $0.owner) < ($1.work, $1.last, $1.owner) }
            .map(\.owner)
    }

    /// An owner who had nothing to do begins no lower than those who have.
    private mutating func join(_ owner: String, at now: Double) {
        let least = shares.values.filter { !$0.isIdle }.map { $0.work(at: now) }.min() ?? level
        shares[owner, default: OwnerShare()].settled = max(
            shares[owner]?.work(at: now) ?? 0, least)
    }

    /// Idle owners that are remembered before they are forgotten all at once.
    private static let remembered = 10_000

    private mutating func forgetIdle(at now: Double) {
        shares = shares.filter { !$0.value.isIdle }
    }
}
