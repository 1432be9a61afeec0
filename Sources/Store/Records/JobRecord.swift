/// Where a job stands.
public enum JobState: String, Sendable, CaseIterable {
    /// It waits for its inputs or for a worker.
    case queued
    /// Its work has started.
    case running
    /// Its result is stored.
    case succeeded
    /// It ended without a result; its error says why.
    case failed
    /// Somebody stopped it.
    case cancelled

    /// Whether it stays as it is for good.
    public var isFinal: Bool { self != .queued && self != .running }
}

/// A job whose result another one takes.
public struct JobInput: Sendable, Hashable {
    /// What it is used as: `segmentation`, `a`, …
    public let role: String
    /// The identifier of the job whose result is used.
    public let job: String

    /// An input.
    public init(role: String, job: String) {
        self.role = role
        self.job = job
    }
}

/// How far a job has come, as last told by its work; kept in memory only.
public struct StoredProgress: Sendable, Hashable {
    /// The part that is done, 0...1.
    public var fraction: Double
    /// The stage it is in.
    public var stage: String
    /// What it does at the moment, for people.
    public var message: String

    /// A progress.
    public init(fraction: Double = 0, stage: String = "", message: String = "") {
        self.fraction = fraction
        self.stage = stage
        self.message = message
    }
}

/// A job as stored.
public struct JobRecord: Sendable, Hashable {
    /// Its identifier, `job_…`.
    public var id: String
    /// The dataset it belongs to and follows, or nil for one without (an import).
    public var dataset: String?
    /// Whose it is.
    public var owner: String
    /// Its kind, such as `segmentation`.
    public var kind: String
    /// Its parameters, all of them, as JSON text.
    public var parametersJSON: String
    /// The jobs whose results it takes, in order of their roles.
    public var inputs: [JobInput]
    /// What fixes its result (kind, inputs, parameters, software) in a fixed form; jobs of the same
    /// key are the same. Empty for one that is never shared.
    public var key: String
    /// Higher runs first among the same owner's jobs.
    public var priority: Int
    /// Where it stands.
    public var state: JobState
    /// How far it has come: 1 once it has succeeded.
    public var progress: StoredProgress
    /// How often its work was begun, without those that the end of the process interrupted.
    public var attempts: Int
    /// How often the end of the process interrupted it.
    public var interruptions: Int
    /// How often its work was begun in all; what a finish is checked against.
    public var run: Int
    /// The instant before which it is not to run again, or nil.
    public var notBefore: String?
    /// What went wrong, as JSON text, or nil.
    public var errorJSON: String?
    /// What its work found odd; each a line of text.
    public var warnings: [String]
    /// How its result was made, as JSON text, or nil before it is.
    public var provenanceJSON: String?
    /// What people added (names and colours of clusters, notes), as JSON text, or nil.
    public var annotationsJSON: String?
    /// When it was accepted.
    public var submittedAt: String
    /// When its work last started, or nil.
    public var startedAt: String?
    /// When it ended, or nil.
    public var finishedAt: String?
    /// Counts its changes of state and annotations from 1.
    public var version: Int

    /// A new job; identifier and time are made here where they are not given.
    public init(
        id: String = Identifier.make(prefix: "job"), dataset: String?, owner: String, kind: String,
        parametersJSON: String = "{}", inputs: [JobInput] = [], key: String = "", priority: Int = 0,
        submittedAt: String = Timestamp.now()
    ) {
        self.id = id
        self.dataset = dataset
        self.owner = owner
        self.kind = kind
        self.parametersJSON = parametersJSON
        self.inputs = inputs
        self.key = key
        self.priority = priority
        self.submittedAt = submittedAt
        state = .queued
        progress = StoredProgress()
        attempts = 0
        interruptions = 0
        run = 0
        warnings = []
        version = 1
    }
}

/// What was answered to a request that carried an idempotency key.
public struct IdempotencyRecord: Sendable, Hashable {
    /// A hash of the request, to tell a retry from another request with the same key.
    public let requestHash: String
    /// The job that was made.
    public let job: String
    /// When.
    public let createdAt: String
}
