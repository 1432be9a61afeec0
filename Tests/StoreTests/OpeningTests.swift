import Foundation
import Glibc
import Store
import Testing

struct OpeningTests {
    @Test func `a new store has its unchangeable choices in the header and no findings`() throws {
        let folder = Folder()
        let store = try Store.open(directory: folder.path + "/a/b")
        _ = try store.add()
        #expect(try store.checkIntegrity() == [])
        store.close()
        let header = contents(folder.path + "/a/b/seam.sqlite")
        #expect(Array(header[16..<18]) == [0x40, 0])  // page size 16,384
        #expect(Array(header[18..<20]) == [2, 2])  // write-ahead log
        #expect(Array(header[60..<63]) == [0, 0, 0] && header[63] > 2)  // user_version
        #expect(Array(header[64..<68]) == [0, 0, 0, 1])  // incremental vacuum
        #expect(Array(header[68..<72]) == Array("SEAM".utf8))  // application_id
        var information = stat()
        #expect(stat(folder.path + "/a/b/seam.sqlite", &information) == 0)
        #expect(information.st_mode & 0o777 == 0o600)
        #expect(stat(folder.path + "/a/b", &information) == 0)
        #expect(information.st_mode & 0o777 == 0o700)
    }

    @Test func `what was stored is there after closing and opening again`() throws {
        let folder = Folder()
        let sample = Sample()
        let job: String
        do {
            let store = try Store.open(directory: folder.path)
            try store.insert(sample)
            job = try store.add(of: sample.record.id)
            store.close()
        }
        let store = try Store.open(directory: folder.path)
        #expect(try store.dataset(sample.record.id)?.name == "liver")
        #expect(try store.ions(dataset: sample.record.id) == sample.ions)
        #expect(try store.image(dataset: sample.record.id, ion: 2) == sample.images[2])
        #expect(try store.job(job)?.state == .queued)
    }

    @Test func `a second server is refused, a tool beside it is not`() throws {
        let folder = Folder()
        let store = try Store.open(directory: folder.path)
        let record = try store.add()
        guard
            case .locked(let text)? = storeError({
                _ = try Store.open(directory: folder.path, patience: 0)
            })
        else {
            Issue.record("a second server was let in")
            return
        }
        #expect(text.hasPrefix("process "))
        let beside = try Store.open(directory: folder.path, exclusive: false)
        #expect(try beside.dataset(record.id) != nil)
        _ = try beside.add(name: "brain")
        #expect(try store.counts().datasets == 2)
        store.close()
        beside.close()
        _ = try Store.open(directory: folder.path)
    }

    @Test func `a lock that is let go within the patience is taken`() throws {
        let folder = Folder()
        let store = try Store.open(directory: folder.path)
        let record = try store.add()
        let closing = Thread {
            usleep(200_000)
            store.close()
        }
        closing.start()
        let next = try Store.open(directory: folder.path, patience: 60)
        #expect(try next.dataset(record.id) != nil)
    }

    @Test func `a store of a newer version is refused and left alone`() throws {
        let folder = Folder()
        try Store.open(directory: folder.path).close()
        let current = contents(folder.database)[63]
        write([0, 0, 0, 99], to: folder.database, at: 60)
        let before = contents(folder.database)
        let supported = Int(current)
        #expect(
            storeError { _ = try Store.open(directory: folder.path) }
                == .newerSchema(found: 99, supported: supported))
        #expect(
            storeError { _ = try Store.inspect(directory: folder.path) }
                == .newerSchema(found: 99, supported: supported))
        #expect(contents(folder.database) == before)
    }

    @Test(arguments: [
        Array("this is not a database, only a text of some length ".utf8),
        [UInt8](repeating: 7, count: 40_000),
    ])
    func `a file that is no database is refused`(bytes: [UInt8]) throws {
        let folder = Folder()
        write(bytes, to: folder.database)
        guard case .corrupt? = storeError({ _ = try Store.open(directory: folder.path) }) else {
            Issue.record("opened")
            return
        }
        #expect(contents(folder.database) == bytes)
    }

    @Test func `another program's database is refused`() throws {
        let folder = Folder()
        try Store.open(directory: folder.path).close()
        write([0, 0, 0, 5], to: folder.database, at: 68)
        guard case .corrupt? = storeError({ _ = try Store.open(directory: folder.path) }) else {
            Issue.record("opened")
            return
        }
    }

    @Test func `an empty file becomes a store`() throws {
        let folder = Folder()
        write([], to: folder.database)
        let store = try Store.open(directory: folder.path)
        _ = try store.add()
        #expect(try store.counts().datasets == 1)
    }

    @Test func `the one that serves keeps some room, and gives it up only for want of room`() throws
    {
        let folder = Folder()
        try Store.open(directory: folder.path, exclusive: false).close()
        #expect(access(folder.path + "/seam.reserve", F_OK) != 0)
        let store = try Store.open(directory: folder.path)
        let held = contents(folder.path + "/seam.reserve").count
        #expect(held > 1 << 20)
        let record = try store.add()
        try store.setSizeLimit(bytes: 1)
        try store.deleteDataset(record.id)
        #expect(contents(folder.path + "/seam.reserve").count == held)
    }

    @Test func `the spool is emptied by a server and left alone by a tool`() throws {
        let folder = Folder()
        let spool = try Store.open(directory: folder.path).spoolDirectory
        write([1, 2, 3], to: spool + "/half.part")
        _ = try Store.open(directory: folder.path, exclusive: false)
        #expect(contents(spool + "/half.part") == [1, 2, 3])
        _ = try Store.open(directory: folder.path)
        #expect(contents(spool + "/half.part") == [])
    }

    @Test func `a closed store says so`() throws {
        let folder = Folder()
        let store = try Store.open(directory: folder.path)
        store.close()
        store.close()
        #expect(storeError { _ = try store.dataset("ds_x") } == .closed)
        #expect(storeError { _ = try store.cancelJob("job_x") } == .closed)
    }

    @Test func `the state changes with every commit of any process, and with nothing else`() throws
    {
        let folder = Folder()
        let store = try Store.open(directory: folder.path)
        let beside = try Store.open(directory: folder.path, exclusive: false)
        let first = try #require(store.state)
        #expect(try store.hasTokens() == false)
        #expect(store.state == first, "reading is no change")
        func insert(_ id: String, _ store: Store) throws(StoreError) {
            try store.insertToken(
                TokenRecord(
                    id: id, owner: "ada", role: "member",
                    hash: [UInt8](repeating: UInt8(id.utf8.last ?? 0), count: 32)))
        }
        try insert("tok_a", store)
        let second = try #require(store.state)
        #expect(second != first)
        #expect(beside.state == second)
        try insert("tok_b", beside)
        let third = try #require(store.state)
        #expect(third != second)
        #expect(throws: StoreError.self) { try insert("tok_b", store) }
        #expect(store.state == third, "what failed is no change")
        beside.close()
        #expect(beside.state == nil)
        _ = try store.revokeToken("tok_a")
        #expect(store.state != third)
        store.close()
        #expect(store.state == nil)
    }
}
