import Foundation
import Glibc
import Imaging
import Store
import Synchronization
import Testing

struct BackupTests {
    @Test func `a backup made while others write is a whole store`() throws {
        let folder = Folder()
        let store = try Store.open(directory: folder.path)
        let first = try store.add()
        let beside = try Store.inspect(directory: folder.path)
        let isDone = Atomic(false)
        let added = Atomic(0)
        let writing = Thread { [id = first.id] in
            while !isDone.load(ordering: .relaxed) {
                let number = added.load(ordering: .relaxed)
                guard (try? store.add(of: id, key: "\(number)")) != nil else { return }
                added.store(number + 1, ordering: .releasing)
            }
        }
        writing.start()
        for round in 0..<20 {
            let copy = Folder()
            let summary = try beside.backup(to: copy.database)
            #expect(summary.datasets == 1)
            let looking = try Store.inspect(backup: copy.database)
            let report = looking.check()
            #expect(report.faults == [] && report.jobs == summary.jobs, "round \(round)")
            looking.close()
            let restored = try Store.open(directory: copy.path)
            #expect(try restored.dataset(first.id) == store.dataset(first.id))
            #expect(try restored.stack(dataset: first.id).counts.count == 3 * 48)
            restored.close()
        }
        isDone.store(true, ordering: .relaxed)
        while !writing.isFinished { usleep(1000) }
        #expect(added.load(ordering: .acquiring) > 0)
        #expect(
            try beside.backup(to: folder.path + "/last").jobs == added.load(ordering: .acquiring))
    }

    @Test func `unfinished uploads are left out, and told of`() throws {
        let folder = Folder()
        let store = try Store.open(directory: folder.path)
        try store.insertUpload(
            UploadRecord(
                owner: "ada", length: 3, hashState: [UInt8](repeating: 0, count: 40), metadata: "",
                fileName: "a", expiresAt: Timestamp.now(adding: 60))
        ) { _ in nil }
        let copy = Folder()
        #expect(try store.backup(to: copy.database).uploadsLeftOut == 1)
        let restored = try Store.open(directory: copy.path)
        #expect(try restored.uploads() == [])
        #expect(try store.uploads().count == 1)
    }

    @Test func `a backup replaces nothing unasked, and leaves nothing half-made`() throws {
        let folder = Folder()
        let store = try Store.open(directory: folder.path)
        let copy = Folder()
        write([1, 2, 3], to: copy.database)
        guard case .invalid(let text)? = storeError({ try store.backup(to: copy.database) }) else {
            Issue.record("a file was replaced")
            return
        }
        #expect(text.contains(copy.database))
        #expect(contents(copy.database) == [1, 2, 3])
        write([UInt8](repeating: 9, count: 100_000), to: copy.database + ".partial")
        try store.backup(to: copy.database, replacing: true)
        #expect(try Store.inspect(backup: copy.database).check().faults == [])
        #expect(access(copy.database + ".partial", F_OK) != 0)
        guard
            case .invalid? = storeError({
                try store.backup(to: store.databasePath, replacing: true)
            })
        else {
            Issue.record("the store was overwritten by its own backup")
            return
        }
        guard case .io? = storeError({ try store.backup(to: folder.path + "/none/x") }) else {
            Issue.record("a backup into nowhere")
            return
        }
    }

    @Test func `two backups to one name do not mix`() throws {
        let folder = Folder()
        let store = try Store.open(directory: folder.path)
        let copy = Folder()
        let other = open(copy.database + ".partial", O_RDWR | O_CREAT, 0o600)
        #expect(flock(other, LOCK_EX) == 0)
        guard case .locked? = storeError({ try store.backup(to: copy.database) }) else {
            Issue.record("the second one was begun")
            return
        }
        #expect(access(copy.database + ".partial", F_OK) == 0)
        close(other)
        try store.backup(to: copy.database)
    }
}
