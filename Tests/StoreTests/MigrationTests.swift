import Bytes
import Glibc
import Imaging
import Store
import Testing

/// Stores as earlier versions of the service left them (`Tests/Service/make_store_fixture.py`).
struct MigrationTests {
    /// The version of an empty store that this program makes, read from the file's header.
    private static func current() throws -> UInt8 {
        let folder = Folder()
        try Store.open(directory: folder.path).close()
        return contents(folder.database)[63]
    }

    private static func fixture(_ version: Int) throws -> Folder {
        let here = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        let packed = contents("/\(here)/Fixtures/version\(version).sqlite.gz")
        let folder = Folder()
        let file = try Deflate.decompress(packed, limit: 1 << 24, wrapping: .gzip)
        #expect(Array(file[60..<64]) == [0, 0, 0, UInt8(version)], "version\(version).sqlite.gz")
        write(file, to: folder.database)
        return folder
    }

    @Test(arguments: 1..<Int(try MigrationTests.current()))
    func `a store of an earlier version is brought to the present and keeps all it had`(
        version: Int
    ) throws {
        let folder = try Self.fixture(version)
        let old = try Store.inspect(directory: folder.path)
        let before = old.check()
        #expect(before.version == version)
        old.close()
        let store = try Store.open(directory: folder.path)
        let after = store.check()
        #expect(after.version == Int(try Self.current()))
        #expect(after.datasets == before.datasets && after.datasets > 0)
        #expect(after.images == before.images && after.images > 0)
        #expect(after.jobs == before.jobs && after.jobs > 0)
        #expect(after.artifacts == before.artifacts && after.artifacts > 0)
        for dataset in try store.listDatasets(visibleTo: nil).items {
            let stack = try store.stack(dataset: dataset.id)
            #expect(stack.channels.count == dataset.ionCount)
        }
        let sample = Sample(name: "after")
        try store.insert(sample)
        let job = try store.add(of: sample.record.id)
        try store.finish(
            job, run: try store.markRunning(job), state: .succeeded,
            artifacts: [Artifact(name: "r", bytes: [1])])
        try store.insertToken(
            TokenRecord(
                id: "tok_new", owner: "eve", role: "member", hash: [UInt8](repeating: 1, count: 32))
        )
        try store.deleteDataset(sample.record.id)
    }

    @Test func `what version 1 had is there`() throws {
        let folder = try Self.fixture(1)
        let store = try Store.open(directory: folder.path)
        let dataset = try #require(try store.dataset("ds_01m7z1gxh19ja88me1kwc96x1v"))
        #expect(dataset.name == "first" && dataset.owner == "local")
        #expect(dataset.visibility == .private)
        #expect(try store.image(dataset: dataset.id, ion: 0).count == 4)
        let jobs = try store.listJobs(visibleTo: nil).items
        #expect(jobs.map(\.kind) == ["view", "segmentation"])
        #expect(jobs.allSatisfy { $0.state == .succeeded })
        #expect(try store.findIdempotent(owner: "local", key: "k1")?.job == jobs[1].id)
        #expect(try store.hasTokens() == false)
        #expect(try store.checkIntegrity() == [])
    }

    @Test func `what version 2 had is there: jobs in every state, tokens, the audit, an upload`()
        throws
    {
        let folder = try Self.fixture(2)
        let store = try Store.open(directory: folder.path)
        #expect(
            try store.listDatasets(visibleTo: nil).items.map(\.name) == [
                "third", "second", "first",
            ])
        #expect(try store.listDatasets(visibleTo: "ada").items.map(\.name) == ["third", "first"])
        #expect(try store.counts().jobs == [1, 1, 3, 3, 1])
        let jobs = try store.listJobs(visibleTo: nil).items
        let view = try #require(jobs.first { $0.annotationsJSON != nil })
        #expect(view.kind == "view" && view.owner == "ada" && view.state == .succeeded)
        for info in try store.artifacts(job: view.id) {
            #expect(try store.artifact(job: view.id, name: info.name)?.count == info.size)
        }
        let queued = try #require(jobs.first { $0.state == .queued })
        #expect(try store.findIdempotent(owner: "ben", key: "k2")?.job == queued.id)
        let running = try #require(jobs.first { $0.state == .running })
        #expect(try store.requeueInterrupted(maxInterruptions: 10) == [running.id])
        #expect(try store.tokens().map(\.owner) == ["ada", "ben", "ben"])
        #expect(try store.tokens().map { $0.revokedAt != nil } == [false, false, true])
        #expect(try store.listAudit().items.contains { $0.action == "token revoke" })
        let upload = try #require(try store.uploads().first)
        #expect(upload.owner == "ada" && upload.length == 10 && upload.received == 3)
        #expect(
            try store.checkIntegrity() == [
                "upload \(upload.id): its file cannot be opened: No such file or directory"
            ])
        try store.createResumableDirectory()
        write(Array("abc".utf8), to: store.resumableDirectory + "/" + upload.id)
        #expect(try store.checkIntegrity() == [])
    }

    @Test func `a tool beside a server does not change the schema under it`() throws {
        let folder = try Self.fixture(1)
        let looking = try Store.inspect(directory: folder.path)
        #expect(looking.check().faults == [])
        looking.close()
        #expect(Array(contents(folder.database)[60..<64]) == [0, 0, 0, 1])
        let store = try Store.open(directory: folder.path, exclusive: false)
        #expect(try store.hasTokens() == false)
        store.close()
        #expect(contents(folder.database)[63] == (try Self.current()))
    }
}
