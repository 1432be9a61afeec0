import Store
import Testing

struct OperationsTests {
    @Test(arguments: [
        Int64(0), 1, 951_782_400_000_000, 951_868_799_999_999, 1_772_323_199_000_001,
        4_102_444_800_000_000, -1, -62_135_596_800_000_000, 253_402_300_799_999_999,
    ])
    func `an instant is read back from its text`(microseconds: Int64) {
        #expect(
            Timestamp.microseconds(of: Timestamp.text(microseconds: microseconds)) == microseconds)
    }

    @Test(arguments: [
        "", "2026", "2026-01-31T12:00:00Z", "2026-13-31T12:00:00.000000Z",
        "2026-01-31 12:00:00.000000Z", "2026-01-31T12:00:00.00000xZ",
    ])
    func `another form is no instant`(text: String) {
        #expect(Timestamp.microseconds(of: text) == nil)
        #expect(Timestamp.age(text) == nil)
    }

    @Test func `notices wait for the end of their job and are due in time`() throws {
        let place = Folder()
        let store = try Store.open(directory: place.path)
        defer { store.close() }
        let job = JobRecord(dataset: nil, owner: "ada", kind: "view")
        try store.insertJob(job)
        try store.insertNotice(job: job.id, owner: "ada", target: "http://a/")
        try store.insertNotice(job: job.id, owner: "ada", target: "http://a/")
        try store.insertNotice(job: job.id, owner: "bob", target: "http://a/")
        #expect(try store.dueNotices().isEmpty)
        #expect(try store.nextNotice() == nil)
        _ = try store.cancelJob(job.id)
        let due = try store.dueNotices()
        #expect(due.map(\.owner) == ["ada", "bob"] && due.allSatisfy { $0.attempts == 0 })
        try store.postponeNotice(due[0].row, until: Timestamp.now(adding: 3600))
        try store.deleteNotice(due[1].row)
        #expect(try store.dueNotices().isEmpty)
        #expect(try store.dueNotices(at: Timestamp.now(adding: 3601)).first?.attempts == 1)
        #expect(throws: StoreError.self) {
            try store.insertNotice(job: "job_none", owner: "a", target: "x")
        }
        try store.deleteJob(job.id)
        #expect(try store.nextNotice() == nil)
    }

    @Test func `what may go is told the longest unused first, without what others need`() throws {
        let place = Folder()
        let store = try Store.open(directory: place.path)
        defer { store.close() }
        func made(_ kind: String, inputs: [(role: String, job: String)] = [], endedAt: String)
            throws -> String
        {
            let job = JobRecord(dataset: nil, owner: "ada", kind: kind)
            try store.insertJob(job, inputs: inputs)
            let run = try store.markRunning(job.id)
            try store.finish(
                job.id, run: run, state: .succeeded,
                artifacts: [.init(name: "a", mediaType: "x/y", bytes: [1, 2, 3])],
                at: endedAt)
            return job.id
        }
        let old = try made("a", endedAt: "2020-01-02T00:00:00.000000Z")
        let older = try made("b", endedAt: "2020-01-01T00:00:00.000000Z")
        let needed = try made("c", endedAt: "2019-01-01T00:00:00.000000Z")
        let user = try made(
            "d", inputs: [(role: "c", job: needed)], endedAt: "2026-01-01T00:00:00.000000Z")
        let instant = "2025-01-01T00:00:00.000000Z"
        #expect(try store.expiredJobs(succeeded: instant, other: nil).map(\.id) == [older, old])
        #expect(try store.expiredJobs(succeeded: nil, other: instant).isEmpty)
        #expect(try store.expiredJobs(succeeded: instant, other: nil).allSatisfy { $0.bytes == 3 })
        try store.noteUse(of: old, atMostOnceIn: 60)
        #expect(try store.expiredJobs(succeeded: instant, other: nil).map(\.id) == [older])
        let all = try store.expiredJobs(succeeded: Timestamp.now(adding: 1), other: nil).map(\.id)
        #expect(Set(all) == [old, older, needed, user])
        #expect(try store.removeExpired([needed]) == 0, "its user stays")
        #expect(try store.removeExpired(all) == 4)
        #expect(try store.ownerFigures("ada").isEmpty)
    }
}
