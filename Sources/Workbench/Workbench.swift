import Dispatch
import Foundation
import Jobs
import Kernels
import Store
import Synchronization

/// The use cases of the service: import, run, look. The one place that joins store, pool and core.
public final class Workbench: Sendable {
    /// What can be configured.
    public struct Configuration: Sendable {
        /// The folder that holds the store and the spool of uploads.
        public var dataDirectory: String
        /// Seconds to wait for a folder that another process, perhaps a dying one, still serves.
        public var lockPatience = 5.0
        /// Jobs that run at the same time.
        public var workers = 2
        /// Deaths of the process a job may see before it is suspected of causing them.
        public var maximumInterruptions = 10
        /// Attempts of a job that fails by no fault of its data.
        public var maximumAttempts = 3
        /// Bytes of memory that all jobs may take together; 0 for three quarters of the machine's.
        public var jobMemory = 0
        /// Cores that all jobs may take together; 0 for twice the machine's, since they give way.
        public var jobCores = 0
        /// Seconds that a job of a kind may run; without an entry as long as it takes.
        public var deadlines: [JobKind: Double] = [:]
        /// Seconds without a report of progress after which a job is ended.
        public var stallSeconds = 3600.0
        /// Seconds that a job gets to end when told to, before it is given up.
        public var abandonSeconds = 120.0
        /// Queued jobs of one owner.
        public var maximumQueuedPerOwner = 5000
        /// Datasets of one owner.
        public var maximumDatasetsPerOwner = 100_000
        /// Free bytes of the disk below which the service says that it is not ready.
        public var readyFreeBytes = 0
        /// How long results are kept.
        public var retention = RetentionRules()
        /// Who may be told of the ends of jobs.
        public var notices = NoticeRules()
        /// Receives lines for the log.
        public var log: @Sendable (String) -> Void = { _ in }

        /// A configuration with the defaults.
        public init(dataDirectory: String) { self.dataDirectory = dataDirectory }
    }

    let configuration: Configuration
    let store: Store
    let pool: JobPool
    let changes = ChangeSignal()
    /// What happened to jobs, for metrics.
    let metrics = JobMetrics()
    let notices: Notifier
    /// The time for what expires.
    let clock: ServiceClock
    let readiness = Mutex<Readiness?>(nil)
    /// Serialises submission and scheduling: a job is made once, started once.
    let scheduling = Mutex(())
    let stopping = Atomic(false)
    /// Whether a look at the queue after a pause is on its way.
    let pauseArmed = Atomic(false)

    /// Opens the store, puts back what a dead process left running, and starts the workers.
    ///
    /// - Throws: `.failed` with the reason: locked by another process, a newer schema, no access.
    public init(_ configuration: Configuration) throws(WorkbenchError) {
        self.configuration = configuration
        let store = try WorkbenchError.storing { () throws(StoreError) in
            try Store.open(
                directory: configuration.dataDirectory, patience: configuration.lockPatience)
        }
        self.store = store
        clock = ServiceClock(
            lastSeen: try WorkbenchError.storing { () throws(StoreError) in
                try store.lastDeed()
            }.flatMap(Timestamp.microseconds))
        pool = JobPool(budget: Self.budget(configuration), name: "seam.jobs")
        notices = Notifier(
            rules: configuration.notices, store: store, metrics: metrics, log: configuration.log)
        let recovered = try WorkbenchError.storing { () throws(StoreError) in
            try store.requeueInterrupted(
                maxInterruptions: configuration.maximumInterruptions,
                keeping: JobKind.analysis.rawValue)
        }
        for id in recovered { configuration.log("job=\(id) was interrupted and is queued again") }
        try WorkbenchError.storing { () throws(StoreError) in try store.sweepImports() }
        // Requests need not wait until a long queue has been looked at.
        DispatchQueue.global(qos: .userInitiated).async { [weak self] in self?.schedule() }
        notices.start()
        watchOver()
        keepHouse()
    }

    /// What jobs may take together, as configured or by what the machine has.
    private static func budget(_ configuration: Configuration) -> JobBudget {
        let machine = ProcessFigures.memoryLimit()
        let memory = configuration.jobMemory > 0 ? configuration.jobMemory : machine / 4 * 3
        let processors = ProcessInfo.processInfo.activeProcessorCount
        let small = min(memory / 8, 256 << 20)
        return JobBudget(
            workers: configuration.workers, memory: memory - small,
            cores: configuration.jobCores > 0
                ? configuration.jobCores : max(2 * processors, configuration.workers),
            smallMemory: small)
    }

    /// Stops taking work, asks running jobs to stop, and closes the store.
    ///
    /// Jobs that were running go back to the queue.
    public func close(grace seconds: Double) {
        beginStopping()
        if !pool.stop(grace: seconds) { configuration.log("jobs still ran after the grace period") }
        notices.stop()
        store.close()
    }

    /// Tells everybody who waits, and the running jobs, that the service is going down; nothing new
    /// is started. Returns at once.
    public func beginStopping() {
        stopping.store(true, ordering: .sequentiallyConsistent)
        pool.stop(grace: 0)
        changes.notifyAll()
    }

    /// Where uploads are spooled; emptied at start.
    public var spoolDirectory: String { store.spoolDirectory }

    /// Whether the service is going down.
    public var isStopping: Bool { stopping.load(ordering: .sequentiallyConsistent) }

    /// Names the instruction set the kernels use.
    static var instructionSet: String { InstructionSet.name }
}

extension WorkbenchError {
    /// Runs an operation of the store and says its errors in the words of the use cases.
    static func storing<Value>(
        _ body: () throws(StoreError) -> Value
    ) throws(WorkbenchError) -> Value {
        do {
            return try body()
        } catch {
            throw WorkbenchError(error)
        }
    }

    /// A store's error in the words of the use cases.
    init(_ error: StoreError) {
        switch error {
        case .full:
            self = .storageFull("the disk or the store is full; nothing was kept of this request")
        case .notFound(let what): self = .notFound("not found: \(what)")
        case .conflict(let conflict):
            let jobs = conflict.reason == .inUse || conflict.reason == .running
            self = .conflict(conflict.detail, jobs: jobs ? conflict.ids : [])
        case .invalid(let detail): self = .invalid([.init("", detail)])
        case .closed: self = .stopping
        case .corrupt(let failure): self = .damaged("what is stored is damaged: \(failure.message)")
        default: self = .failed("\(error)")
        }
    }
}
