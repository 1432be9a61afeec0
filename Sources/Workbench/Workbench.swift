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
        /// Receives lines for the log.
        public var log: @Sendable (String) -> Void = { _ in }

        /// A configuration with the defaults.
        public init(dataDirectory: String) { self.dataDirectory = dataDirectory }
    }

    let configuration: Configuration
    let store: Store
    let pool: JobPool
    let changes = ChangeSignal()
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
        store = try WorkbenchError.storing { () throws(StoreError) in
            try Store.open(
                directory: configuration.dataDirectory, patience: configuration.lockPatience)
        }
        pool = JobPool(workers: configuration.workers, name: "seam.jobs")
        let recovered = try WorkbenchError.storing { () throws(StoreError) in
            try store.requeueInterrupted(
                maxInterruptions: configuration.maximumInterruptions,
                keeping: JobKind.analysis.rawValue)
        }
        for id in recovered { configuration.log("job \(id) was interrupted and is queued again") }
        schedule()
    }

    /// Stops taking work, asks running jobs to stop, and closes the store.
    ///
    /// Jobs that were running go back to the queue.
    public func close(grace seconds: Double) {
        beginStopping()
        if !pool.stop(grace: seconds) { configuration.log("jobs still ran after the grace period") }
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
