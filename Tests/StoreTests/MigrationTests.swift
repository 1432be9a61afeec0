import Bytes
import Imaging
import Store
import Testing

struct MigrationTests {
    /// A store as version 1 of the schema left it: a private dataset `first` of `local`, a
    /// segmentation made with the idempotency key `k1`, and a view, both succeeded.
    private static func version1() throws -> Folder {
        let here = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        let packed = contents("/" + here + "/Fixtures/version1.sqlite.gz")
        let folder = Folder()
        let file = try Deflate.decompress(packed, limit: 1 << 20, wrapping: .gzip)
        #expect(Array(file[60..<64]) == [0, 0, 0, 1])
        write(file, to: folder.database)
        return folder
    }

    @Test func `a store of version 1 is brought to the present and keeps all it had`() throws {
        let folder = try Self.version1()
        let store = try Store.open(directory: folder.path)
        let dataset = try #require(try store.dataset("ds_01m7z1gxh19ja88me1kwc96x1v"))
        #expect(dataset.name == "first")
        #expect(dataset.owner == "local")
        #expect(dataset.visibility == .private)
        #expect(try store.image(dataset: dataset.id, ion: 0).count == 4)
        let jobs = try store.listJobs(visibleTo: nil).items
        #expect(jobs.map(\.kind) == ["view", "segmentation"])
        #expect(jobs.allSatisfy { $0.state == .succeeded })
        #expect(try store.findIdempotent(owner: "local", key: "k1")?.job == jobs[1].id)
        #expect(try store.hasTokens() == false)
        #expect(try store.checkIntegrity() == [])
        try store.insertToken(
            TokenRecord(
                id: "tok_a", owner: "ada", role: "member",
                hash: [UInt8](repeating: 1, count: 32)))
        store.close()
        #expect(Array(contents(folder.database)[60..<64]) == [0, 0, 0, 3])
        let again = try Store.open(directory: folder.path)
        #expect(try again.token("tok_a")?.owner == "ada")
        #expect(try again.dataset(dataset.id) != nil)
    }

    @Test func `a tool beside a server does not change the schema under it`() throws {
        let folder = try Self.version1()
        let store = try Store.open(directory: folder.path, exclusive: false)
        #expect(try store.hasTokens() == false)
        store.close()
        #expect(Array(contents(folder.database)[60..<64]) == [0, 0, 0, 3])
    }
}
