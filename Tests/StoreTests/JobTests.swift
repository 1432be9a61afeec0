import Bytes
import Store
import Testing

struct JobTests {
    let folder = Folder()
    let store: Store
    let dataset: String

    init() throws {
        store = try Store.open(directory: folder.path)
        dataset = try store.add().id
    }

    @Test func `a job goes from queued to done with its result in one commit`() throws {
        let id = try store.add(of: dataset)
        #expect(try store.job(id)?.state == .queued)
        let run = try store.markRunning(id, at: "2026-01-01T00:00:00.000000Z")
        #expect(run == 1)
        store.updateProgress(id, fraction: 0.25, stage: "cut", message: "level 3")
        #expect(try store.job(id)?.progress.message == "level 3")
        let bytes = noise(1000, seed: 5)
        try store.finish(
            id, run: run, state: .succeeded, warnings: ["odd"], provenance: #"{"seed":0}"#,
            artifacts: [Artifact(name: "result.npy", bytes: bytes), Artifact(name: "e", bytes: [])])
        let job = try #require(try store.job(id))
        #expect(job.state == .succeeded)
        #expect(job.progress == StoredProgress(fraction: 1))
        #expect(job.warnings == ["odd"])
        #expect(job.provenanceJSON == #"{"seed":0}"#)
        #expect(job.attempts == 1)
        #expect(job.startedAt == "2026-01-01T00:00:00.000000Z")
        #expect(job.finishedAt != nil)
        #expect(try store.artifactNames(job: id) == ["e", "result.npy"])
        #expect(try store.artifact(job: id, name: "result.npy") == bytes)
        #expect(try store.artifact(job: id, name: "e") == [])
        #expect(try store.artifact(job: id, name: "none") == nil)
    }

    @Test func `an artifact of many parts comes back whole`() throws {
        let id = try store.add(of: dataset)
        try store.markRunning(id)
        let half = noise(9 << 20, seed: 9)
        let bytes = half + [UInt8](repeating: 3, count: 9 << 20)
        try store.finish(id, state: .succeeded, artifacts: [Artifact(name: "big", bytes: bytes)])
        #expect(try store.artifact(job: id, name: "big") == bytes)
        #expect(try store.artifacts(job: id).map(\.size) == [18 << 20])
        #expect(try store.counts().usedBytes < 10_500_000)
    }

    @Test func `a late end of an earlier run changes nothing`() throws {
        let id = try store.add(of: dataset)
        let first = try store.markRunning(id)
        #expect(try store.requeueInterrupted(maxInterruptions: 10) == [id])
        let second = try store.markRunning(id)
        #expect(second == first + 1)
        let late = conflict {
            try store.finish(
                id, run: first, state: .succeeded, artifacts: [Artifact(name: "r", bytes: [1])])
        }
        #expect(late?.reason == .state)
        #expect(try store.job(id)?.state == .running)
        #expect(try store.artifactNames(job: id) == [])
        try store.finish(
            id, run: second, state: .succeeded, artifacts: [Artifact(name: "r", bytes: [2])])
        #expect(try store.artifact(job: id, name: "r") == [2])
        #expect(conflict { try store.finish(id, state: .failed) }?.reason == .state)
        #expect(conflict { try store.markRunning(id) }?.reason == .state)
    }

    @Test func `a cancelled job stays cancelled whatever its work does`() throws {
        let waiting = try store.add(of: dataset)
        #expect(try store.cancelJob(waiting) == .queued)
        #expect(conflict { try store.markRunning(waiting) }?.reason == .state)
        let running = try store.add(of: dataset)
        let run = try store.markRunning(running)
        #expect(try store.cancelJob(running) == .running)
        #expect(
            conflict { try store.finish(running, run: run, state: .succeeded) }?.reason == .state)
        #expect(try store.requeueInterrupted(maxInterruptions: 10) == [])
        #expect(try store.job(running)?.state == .cancelled)
        #expect(try store.cancelJob(running) == .cancelled)
        #expect(storeError { try store.cancelJob("job_x") } == .notFound("job job_x"))
    }

    @Test func `what ran when the process ended is queued behind the others`() throws {
        let ids = try (0..<3).map { _ in try store.add(of: dataset) }
        try store.markRunning(ids[1])
        try store.markRunning(ids[0])
        #expect(try store.requeueInterrupted(maxInterruptions: 10) == [ids[0], ids[1]])
        #expect(try store.queuedJobs().map(\.id) == [ids[2], ids[0], ids[1]])
        let job = try #require(try store.job(ids[0]))
        #expect(job.interruptions == 1)
        #expect(job.attempts == 0)
    }

    @Test func `too many interruptions fail a job as suspected of killing the process`() throws {
        let id = try store.add(of: dataset)
        for _ in 0..<2 {
            try store.markRunning(id)
            #expect(try store.requeueInterrupted(maxInterruptions: 2) == [id])
        }
        try store.markRunning(id)
        #expect(try store.requeueInterrupted(maxInterruptions: 2) == [])
        let job = try #require(try store.job(id))
        #expect(job.state == .failed)
        #expect(job.interruptions == 3)
        #expect(job.errorJSON?.contains("/errors/suspected-crash") == true)
    }

    @Test func `a fault keeps the place and counts as an attempt, a stop as an interruption`()
        throws
    {
        let id = try store.add(of: dataset)
        let other = try store.add(of: dataset)
        let run = try store.markRunning(id)
        try store.retry(id, run: run, error: "{}", notBefore: Timestamp.now(adding: 60))
        #expect(try store.queuedJobs().map(\.id) == [id, other])
        #expect(try store.readyJobs().map(\.id) == [other])
        #expect(try store.readyJobs(at: Timestamp.now(adding: 61)).map(\.id) == [id, other])
        let second = try store.markRunning(id)
        #expect(try store.job(id)?.attempts == 2)
        #expect(conflict { try store.interrupt(id, run: run) }?.reason == .state)
        try store.interrupt(id, run: second)
        #expect(try store.queuedJobs().map(\.id) == [other, id])
        #expect(try store.job(id)?.attempts == 1)
        #expect(try store.job(id)?.interruptions == 1)
    }

    @Test(arguments: [(5.0, true), (86_400.0, false)])
    func `a pause set before the clock went back is over`(seconds: Double, holds: Bool) throws {
        let id = try store.add(of: dataset)
        let run = try store.markRunning(id)
        try store.retry(id, run: run, error: "{}", notBefore: Timestamp.now(adding: seconds))
        #expect((try store.job(id)?.notBefore != nil) == holds)
    }

    @Test func `a job is ready when all of its inputs are done`() throws {
        let first = try store.add(of: dataset)
        let second = try store.add(of: dataset)
        let user = try store.add(
            kind: "intersection", of: dataset, inputs: [("b", second), ("a", first)])
        #expect(try store.job(user)?.inputs.map(\.role) == ["a", "b"])
        #expect(try store.inputs(of: user).map(\.job.id) == [first, second])
        #expect(try store.dependents(of: second).map(\.id) == [user])
        #expect(try store.readyJobs().map(\.id) == [first, second])
        for id in [first, second] {
            try store.markRunning(id)
            #expect(try !store.readyJobs().map(\.id).contains(user))
            #expect(try store.readyDependents(of: id).isEmpty)
            try store.finish(id, state: .succeeded)
        }
        #expect(try store.readyDependents(of: first).map(\.id) == [user])
        #expect(try store.readyDependents(of: user).isEmpty)
        #expect(try store.readyJobs().map(\.id) == [user])
        try store.failQueued(user, error: "{}")
        #expect(try store.job(user)?.state == .failed)
        #expect(conflict { try store.failQueued(user, error: "{}") }?.reason == .state)
        #expect(
            storeError { _ = try store.add(of: dataset, inputs: [("a", "job_x")]) }
                == .notFound("job job_x"))
        #expect(storeError { _ = try store.add(of: "ds_x") } == .notFound("dataset ds_x"))
    }

    @Test func `jobs of one key are one while one of them lives`() throws {
        let first = try store.add(of: dataset, key: "k")
        #expect(try store.findJob(key: "k")?.id == first)
        let refused = conflict { _ = try store.add(of: dataset, key: "k") }
        #expect(refused?.reason == .duplicate)
        #expect(refused?.ids == [first])
        try store.cancelJob(first)
        #expect(try store.findJob(key: "k") == nil)
        let second = try store.add(of: dataset, key: "k")
        try store.markRunning(second)
        try store.finish(second, state: .succeeded)
        #expect(try store.findJob(key: "k")?.id == second)
        #expect(try store.findJob(key: "") == nil)
    }

    @Test func `a chain of jobs is stored whole or not at all`() throws {
        let first = JobRecord(dataset: dataset, owner: "ada", kind: "segmentation")
        let second = JobRecord(dataset: dataset, owner: "ada", kind: "representation")
        try store.insertJobs([
            .init(first), .init(second, inputs: [JobInput(role: "segmentation", job: first.id)]),
        ])
        #expect(try store.job(second.id)?.inputs.map(\.job) == [first.id])
        let third = JobRecord(dataset: dataset, owner: "ada", kind: "segmentation")
        let broken = JobRecord(dataset: "ds_x", owner: "ada", kind: "diff")
        #expect(storeError { try store.insertJobs([.init(third), .init(broken)]) } != nil)
        #expect(try store.job(third.id) == nil)
    }

    @Test func `an idempotency key is used once by an owner`() throws {
        func insert(_ owner: String) throws -> String {
            let job = JobRecord(dataset: dataset, owner: owner, kind: "view")
            try store.insertJob(job, idempotency: (owner: owner, key: "k1", requestHash: "h"))
            return job.id
        }
        let first = try insert("ada")
        let refused = conflict { _ = try insert("ada") }
        #expect(refused?.ids == [first])
        _ = try insert("bob")
        #expect(try store.findIdempotent(owner: "ada", key: "k1")?.requestHash == "h")
        #expect(try store.findIdempotent(owner: "ada", key: "k2") == nil)
        #expect(try store.forgetIdempotency(before: Timestamp.now(adding: 1)) == 2)
        #expect(try store.findIdempotent(owner: "ada", key: "k1") == nil)
    }

    @Test func `a list can be narrowed and paged`() throws {
        let other = try store.add(name: "other").id
        var views: [String] = []
        for index in 0..<5 {
            views.append(try store.add(kind: "view", of: index < 3 ? dataset : other))
            _ = try store.add(kind: "diff", of: dataset)
        }
        try store.cancelJob(views[0])
        func list(
            _ dataset: String?, _ kind: String?, _ state: JobState?
        ) throws -> [String] {
            try store.listJobs(dataset: dataset, kind: kind, state: state, visibleTo: "ada")
                .items.map(\.id)
        }
        #expect(try list(nil, "view", nil) == views.reversed())
        #expect(try list(dataset, "view", .queued) == [views[2], views[1]])
        #expect(try list(other, "diff", nil) == [])
        #expect(try list(nil, nil, .cancelled) == [views[0]])
        var seen: [String] = []
        var cursor: String?
        repeat {
            let page = try store.listJobs(kind: "view", after: cursor, limit: 2, visibleTo: nil)
            seen += page.items.map(\.id)
            cursor = page.next
        } while cursor != nil
        #expect(seen == views.reversed())
    }

    @Test func `a rendering is kept once, and only of a finished result`() throws {
        let id = try store.add(of: dataset)
        let picture = Artifact(name: "p.png", mediaType: "image/png", bytes: [9, 9])
        #expect(conflict { try store.addArtifact(job: id, picture) }?.reason == .state)
        try store.markRunning(id)
        try store.finish(id, state: .succeeded)
        #expect(try store.addArtifact(job: id, picture))
        #expect(
            try store.addArtifact(job: id, Artifact(name: "p.png", bytes: [1])) == false)
        let info = try #require(try store.artifacts(job: id).first)
        #expect(info.mediaType == "image/png")
        #expect(info.isRendering)
        #expect(info.sha256 == SHA256.hexadecimal(of: [9, 9]))
        #expect(try store.artifact(job: id, name: "p.png") == [9, 9])
    }

    @Test func `a finished job can be stored in one go`() throws {
        let job = JobRecord(dataset: dataset, owner: "ada", kind: "segmentation", key: "given")
        try store.insertFinishedJob(
            job, provenance: "{}", artifacts: [Artifact(name: "result.npy", bytes: [1])])
        let stored = try #require(try store.job(job.id))
        #expect(stored.state == .succeeded)
        #expect(stored.finishedAt == job.submittedAt)
        #expect(try store.artifact(job: job.id, name: "result.npy") == [1])
        #expect(try store.queuedJobs().isEmpty)
        let again = JobRecord(dataset: dataset, owner: "ada", kind: "segmentation", key: "given")
        #expect(
            conflict { try store.insertFinishedJob(again, artifacts: []) }?.ids == [job.id])
    }

    @Test func `annotations count the version`() throws {
        let id = try store.add(of: dataset)
        #expect(try store.setAnnotations(id, #"{"1":"vein"}"#) == 2)
        #expect(try store.job(id)?.annotationsJSON == #"{"1":"vein"}"#)
        #expect(conflict { try store.setAnnotations(id, "{}", expectedVersion: 1) } != nil)
        #expect(try store.setAnnotations(id, nil, expectedVersion: 2) == 3)
        #expect(try store.job(id)?.annotationsJSON == nil)
        #expect(storeError { try store.setAnnotations("job_x", nil) } == .notFound("job job_x"))
    }
}
