import Bytes
import Glibc
import Imaging
import Store
import Testing

/// Every sort of damage is found and named, and nothing else.
struct CheckTests {
    /// A store with a dataset of noise, a job with a result of noise and half an upload; closed.
    private struct Stored {
        let folder = Folder()
        let sample = Sample(width: 64, height: 64)
        let result = noise(300_000, seed: 5)
        let job: String
        let upload: UploadRecord

        init() throws {
            let store = try Store.open(directory: folder.path)
            try store.insert(sample)
            job = try store.add(of: sample.record.id)
            try store.finish(
                job, run: try store.markRunning(job), state: .succeeded,
                artifacts: [Artifact(name: "r", bytes: result)])
            try store.createResumableDirectory()
            var hash = SHA256()
            hash.update(Array("abc".utf8))
            upload = UploadRecord(
                owner: "ada", length: 10, hashState: SHA256().snapshot, metadata: "",
                fileName: "a", expiresAt: Timestamp.now(adding: 3600))
            try store.insertUpload(upload) { _ in nil }
            write(Array("abcde".utf8), to: store.resumableDirectory + "/" + upload.id)
            try store.advanceUpload(
                upload.id, received: 3, hashState: hash.snapshot, expiresAt: upload.expiresAt)
            store.close()
        }

        var file: String { folder.path + "/resumable/" + upload.id }

        /// Changes one byte of the database where these bytes are.
        func spoil(_ bytes: some Collection<UInt8>) throws {
            let file = contents(folder.database)
            let pattern = Array(bytes.prefix(64))
            let start = try #require(file.indices.first { file[$0...].starts(with: pattern) })
            write([pattern[10] ^ 1], to: folder.database, at: start + 10)
        }

        func report() throws -> StoreReport {
            let store = try Store.inspect(directory: folder.path)
            defer { store.close() }
            return store.check()
        }
    }

    @Test func `a whole store has no findings, served or not`() throws {
        let stored = try Stored()
        let report = try stored.report()
        #expect(report.faults == [] && report.notes == [])
        #expect(report.datasets == 1 && report.images == 3 && report.jobs == 1)
        #expect(report.artifacts == 1 && report.uploads == 1)
        let server = try Store.open(directory: stored.folder.path)
        #expect(try stored.report() == report)
        #expect(server.isServed)
        server.close()
    }

    @Test func `a look leaves a stopped store as it is`() throws {
        let stored = try Stored()
        let before = contents(stored.folder.database)
        let store = try Store.inspect(directory: stored.folder.path)
        #expect(!store.isServed)
        #expect(storeError { _ = try store.add() } == .closed)
        #expect(store.check().faults == [])
        store.close()
        #expect(contents(stored.folder.database) == before)
        guard case .notFound? = storeError({ _ = try Store.inspect(directory: "/none/such") })
        else {
            Issue.record("a store where there is none")
            return
        }
    }

    @Test func `a damaged image is named`() throws {
        let stored = try Stored()
        guard case .uint8(let pixels) = stored.sample.images[1] else { return }
        try stored.spoil(pixels)
        #expect(
            try stored.report().faults == [
                "the store is damaged: ion 1 of dataset \(stored.sample.record.id): wrong checksum"
                    + " (SQLite code 11)"
            ])
    }

    @Test func `a damaged result is named`() throws {
        let stored = try Stored()
        try stored.spoil(stored.result)
        #expect(
            try stored.report().faults == [
                "artifact r of job \(stored.job): part 0: wrong checksum"
            ])
    }

    @Test func `a damaged page is named, and what it holds`() throws {
        let stored = try Stored()
        let size = contents(stored.folder.database).count
        let start = 16_384 * 8
        write(
            [UInt8](repeating: 0xFF, count: size - start), to: stored.folder.database, at: start)
        let faults = try stored.report().faults
        #expect(faults.count > 1)
    }

    @Test func `an upload without its bytes is named`() throws {
        let stored = try Stored()
        let name = "upload \(stored.upload.id): "
        truncate(stored.file, 2)
        #expect(try stored.report().faults == [name + "its file has 2 bytes of 3"])
        write(Array("abd".utf8), to: stored.file)
        #expect(try stored.report().faults == [name + "its bytes are not those that arrived"])
        unlink(stored.file)
        #expect(
            try stored.report().faults == [
                name + "its file cannot be opened: No such file or directory"
            ])
    }

    @Test func `a file without an upload is a fault beside a server, else cleared away by a start`()
        throws
    {
        let stored = try Stored()
        let stray = stored.folder.path + "/resumable/upl_stray"
        write([1], to: stray)
        write([1], to: stored.folder.path + "/uploads/half")
        let stopped = try stored.report()
        #expect(stopped.faults == [] && stopped.notes.count == 2)
        #expect(stopped.notes.first?.contains("upl_stray") == true)
        let server = try Store.open(directory: stored.folder.path)
        #expect(try stored.report().faults == [], "it may be of an upload that begins")
        var times = [timeval(tv_sec: 1, tv_usec: 0), timeval(tv_sec: 1, tv_usec: 0)]
        utimes(stray, &times)
        #expect(
            try stored.report().faults == [
                "file upl_stray of unfinished uploads belongs to no upload"
            ])
        server.close()
    }
}
