/// What waits in the queue.
public struct QueueFigures: Sendable {
    /// When the job was submitted that has been queued longest, or nil for an empty queue.
    public let oldest: String?
    /// Queued jobs of each owner that has any, owners ascending.
    public let byOwner: [(owner: String, jobs: Int)]
}

/// What one owner has in the store.
public struct OwnerFigures: Sendable, Hashable {
    /// The owner's name.
    public let owner: String
    /// Datasets.
    public var datasets = 0
    /// Bytes of the uploads that became them.
    public var datasetBytes = 0
    /// Unfinished resumable uploads.
    public var uploads = 0
    /// Their bytes at full length.
    public var uploadBytes = 0
    /// Jobs in every state, in the order of `JobState.allCases`.
    public var jobs = [Int](repeating: 0, count: JobState.allCases.count)
    /// Bytes of the jobs' results before compression.
    public var resultBytes = 0

    /// An owner who has nothing.
    public init(owner: String) { self.owner = owner }
}

extension Store {
    /// The length of the queue by owner, and its age; linear in the queue's length.
    public func queueFigures() throws(StoreError) -> QueueFigures {
        try pool.read { db throws(StoreError) in
            let byOwner = try db.all(
                "SELECT owner, count(*) FROM jobs WHERE state = 'queued' GROUP BY owner"
                    + " ORDER BY owner"
            ) { (owner: $0.text(0), jobs: $0.int(1)) }
            let oldest = try db.first(
                "SELECT min(submitted_at) FROM jobs WHERE state = 'queued'"
            ) { $0.optionalText(0) }
            return QueueFigures(oldest: oldest ?? nil, byOwner: byOwner)
        }
    }

    /// How many jobs an owner has in the queue; linear in that number.
    public func queuedCount(owner: String) throws(StoreError) -> Int {
        try pool.read { db throws(StoreError) in
            try db.first(
                "SELECT count(*) FROM jobs WHERE owner = ? AND state = 'queued'", [Value(owner)]
            ) { $0.int(0) } ?? 0
        }
    }

    /// How many datasets an owner has.
    public func datasetCount(owner: String) throws(StoreError) -> Int {
        try pool.read { db throws(StoreError) in
            try db.first("SELECT count(*) FROM datasets WHERE owner = ?", [Value(owner)]) {
                $0.int(0)
            } ?? 0
        }
    }

    /// How many unfinished uploads there are, and the bytes received of them.
    public func uploadFigures() throws(StoreError) -> (count: Int, bytes: Int) {
        try pool.read { db throws(StoreError) in
            try db.first("SELECT count(*), coalesce(sum(received), 0) FROM uploads") {
                ($0.int(0), $0.int(1))
            } ?? (0, 0)
        }
    }

    /// What each owner has, or one of them, owners ascending; reads every row of datasets, jobs and
    /// results once.
    public func ownerFigures(_ owner: String? = nil) throws(StoreError) -> [OwnerFigures] {
        try pool.read { db throws(StoreError) in
            var found: [String: OwnerFigures] = [:]
            let only = [Value(owner)]
            try db.each(
                "SELECT owner, count(*), sum(bytes) FROM datasets"
                    + " WHERE ?1 IS NULL OR owner = ?1 GROUP BY owner", only
            ) { row in
                found[row.text(0), default: OwnerFigures(owner: row.text(0))].datasets = row.int(1)
                found[row.text(0)]?.datasetBytes = row.int(2)
            }
            try db.each(
                "SELECT owner, count(*), sum(length) FROM uploads"
                    + " WHERE ?1 IS NULL OR owner = ?1 GROUP BY owner", only
            ) { row in
                found[row.text(0), default: OwnerFigures(owner: row.text(0))].uploads = row.int(1)
                found[row.text(0)]?.uploadBytes = row.int(2)
            }
            try db.each(
                "SELECT owner, state, count(*) FROM jobs"
                    + " WHERE ?1 IS NULL OR owner = ?1 GROUP BY owner, state", only
            ) { row in
                guard let state = JobState(rawValue: row.text(1)),
                    let place = JobState.allCases.firstIndex(of: state)
                else { return }
                found[row.text(0), default: OwnerFigures(owner: row.text(0))].jobs[place] = row.int(
                    2)
            }
            try db.each(
                "SELECT j.owner, sum(a.size) FROM artifacts a JOIN jobs j ON j.row = a.job"
                    + " WHERE ?1 IS NULL OR j.owner = ?1 GROUP BY j.owner", only
            ) { row in
                found[row.text(0), default: OwnerFigures(owner: row.text(0))].resultBytes = row.int(
                    1)
            }
            return found.values.sorted { $0.owner < $1.owner }
        }
    }
}
