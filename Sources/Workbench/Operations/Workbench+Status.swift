public import Bytes
import Jobs
import Store

extension Workbench {
    /// What each owner has and may have, or one of them; owners ascending.
    ///
    /// - Parameter ownerBytes: Most bytes of an owner's uploads.
    public func usage(of owner: String?, ownerBytes: Int) throws(WorkbenchError) -> [JSON] {
        var figures = try WorkbenchError.storing { () throws(StoreError) in
            try store.ownerFigures(owner)
        }
        if let owner, figures.isEmpty { figures = [OwnerFigures(owner: owner)] }
        return figures.map { owner -> JSON in
            [
                "owner": .string(owner.owner), "datasets": .int(owner.datasets),
                "dataset_bytes": .int(owner.datasetBytes), "uploads": .int(owner.uploads),
                "upload_bytes": .int(owner.uploadBytes), "result_bytes": .int(owner.resultBytes),
                "jobs": Self.states(owner.jobs),
                "limits": [
                    "bytes": .int(ownerBytes),
                    "datasets": .int(configuration.maximumDatasetsPerOwner),
                    "queued_jobs": .int(configuration.maximumQueuedPerOwner),
                ],
            ]
        }
    }

    private static func states(_ counts: [Int]) -> JSON {
        .object(
            zip(JobState.allCases, counts).map { JSON.Member($0.rawValue, .int($1)) })
    }

    /// What the service does at the moment, for admins.
    public func status() throws(WorkbenchError) -> JSON {
        let (counts, queue, uploads) = try WorkbenchError.storing { () throws(StoreError) in
            (try store.counts(), try store.queueFigures(), try store.uploadFigures())
        }
        let now = ProcessFigures.now()
        let disk = DiskSpace(of: store.directory)
        let load = pool.load
        var reason: String?
        do { try checkReady() } catch { reason = error.cause }
        let started = Timestamp.text(microseconds: Int64(now.startedAt * 1e6))
        return [
            "version": .string(Software.version),
            "instruction_set": .string(Self.instructionSet), "started_at": .string(started),
            "uptime_s": .double(Timestamp.age(started) ?? 0),
            "ready": .bool(reason == nil), "not_ready_reason": .optional(reason),
            "queue": [
                "queued": .int(queue.byOwner.reduce(0) { $0 + $1.jobs }),
                "ready": .int(load.waiting), "oldest_submitted_at": .optional(queue.oldest),
                "owners": .array(
                    queue.byOwner.map { ["owner": .string($0.owner), "queued": .int($0.jobs)] }),
            ],
            "running": .array(pool.runningJobs.map(Self.document)),
            "workers": [
                "limit": .int(load.workers), "busy": .int(load.running),
                "abandoned": .int(load.abandoned), "memory_budget_bytes": .int(load.memoryBudget),
                "memory_reserved_bytes": .int(load.memoryInUse),
                "cores_budget": .int(load.coreBudget), "cores_reserved": .int(load.coresInUse),
            ],
            "jobs": Self.states(counts.jobs),
            "store": [
                "datasets": .int(counts.datasets), "uploaded_bytes": .int(counts.uploadedBytes),
                "used_bytes": .int(counts.usedBytes), "free_bytes": .int(counts.freeBytes),
                "wal_bytes": .int(counts.logBytes), "unfinished_uploads": .int(uploads.count),
                "unfinished_bytes": .int(uploads.bytes),
            ],
            "disk": [
                "free_bytes": .optional(disk?.free), "total_bytes": .optional(disk?.total),
            ],
            "process": [
                "resident_bytes": .int(now.residentBytes), "cpu_s": .double(now.cpuSeconds),
                "threads": .int(now.threads), "open_files": .int(now.descriptors),
            ],
        ]
    }

    private static func document(_ job: RunningJob) -> JSON {
        [
            "job": .string(job.id), "owner": .string(job.owner),
            "kind": .string(job.progress.stage),
            "running_s": .double((job.seconds * 10).rounded() / 10),
            "silent_s": .double((job.progress.secondsSinceReport * 10).rounded() / 10),
            "fraction": .double((job.progress.fraction * 1e4).rounded() / 1e4),
            "message": .string(job.progress.message), "memory_bytes": .int(job.need.memory),
            "cores": .int(job.need.cores), "small": .bool(job.isAside),
        ]
    }

    /// Refuses one more dataset of an owner who has as many as may be.
    func checkDatasets(of owner: String) throws(WorkbenchError) {
        let limit = configuration.maximumDatasetsPerOwner
        let count = try WorkbenchError.storing { () throws(StoreError) in
            try store.datasetCount(owner: owner)
        }
        guard count < limit else {
            throw .tooLarge("an owner has at most \(limit) datasets; delete one first")
        }
    }
}
