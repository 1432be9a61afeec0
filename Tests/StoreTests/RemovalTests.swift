import Store
import Testing

struct RemovalTests {
    let folder = Folder()
    let store: Store

    init() throws { store = try Store.open(directory: folder.path) }

    /// segmentation <- representation <- clustering of one dataset, all done.
    private func chain(_ dataset: String) throws -> [String] {
        var ids: [String] = []
        for kind in ["segmentation", "representation", "clustering"] {
            let inputs = ids.last.map { [(role: "input", job: $0)] } ?? []
            let id = try store.add(kind: kind, of: dataset, inputs: inputs)
            try store.markRunning(id)
            try store.finish(
                id, state: .succeeded, artifacts: [Artifact(name: "r", bytes: noise(500, seed: 2))])
            ids.append(id)
        }
        return ids
    }

    @Test func `a job in use goes only with those that use it`() throws {
        let ids = try chain(try store.add().id)
        let refused = conflict { try store.deleteJob(ids[0]) }
        #expect(refused?.reason == .inUse)
        #expect(refused?.ids == [ids[1], ids[2]])
        #expect(try store.deleteJob(ids[2]) == [ids[2]])
        #expect(try store.deleteJob(ids[0], cascade: true) == [ids[1], ids[0]])
        #expect(try store.job(ids[0]) == nil)
        #expect(try store.artifact(job: ids[1], name: "r") == nil)
        #expect(storeError { try store.deleteJob(ids[0]) } == .notFound("job \(ids[0])"))
        #expect(try store.checkIntegrity() == [])
    }

    @Test func `a running job keeps itself, its inputs and its dataset`() throws {
        let dataset = try store.add().id
        let ids = try chain(dataset)
        let running = try store.add(kind: "diff", of: dataset, inputs: [("clustering", ids[2])])
        try store.markRunning(running)
        for body in [
            { try store.deleteJob(running) }, { try store.deleteJob(ids[0], cascade: true) },
            { try store.deleteDataset(dataset) },
        ] {
            let refused = conflict { _ = try body() }
            #expect(refused?.reason == .running)
            #expect(refused?.ids == [running])
        }
        try store.cancelJob(running)
        #expect(try store.deleteDataset(dataset) == [running] + ids.reversed())
        #expect(try store.counts().jobs == [0, 0, 0, 0, 0])
    }

    @Test func `a dataset goes with everything that hangs on it`() throws {
        let dataset = try store.add().id
        let kept = try store.add(name: "kept").id
        let ids = try chain(dataset)
        try store.putRegion(dataset: dataset, name: "vein", geoJSON: "{}")
        #expect(Set(try store.deleteDataset(dataset)) == Set(ids))
        #expect(try store.dataset(dataset) == nil)
        #expect(try store.regions(dataset: dataset) == [])
        #expect(try store.ions(dataset: dataset) == [])
        #expect(try store.listJobs(visibleTo: nil).items.isEmpty)
        #expect(try store.ions(dataset: kept).count == 3)
        #expect(try store.checkIntegrity() == [])
    }

    @Test func `jobs of other datasets that use its jobs are named, and go only if asked`() throws {
        let one = try store.add().id
        let two = try store.add(name: "two").id
        let a = try chain(one)
        let b = try chain(two)
        let both = try store.add(
            kind: "intersection", of: two, inputs: [("a", a[2]), ("b", b[2])])
        #expect(conflict { try store.deleteDataset(one) }?.ids == [both])
        #expect(try store.deleteDataset(one, cascade: true).count == 4)
        #expect(try store.job(both) == nil)
        #expect(try store.job(b[2]) != nil)
    }

    @Test func `room of what was removed can be given back`() throws {
        let sample = Sample(ions: 20, width: 256, height: 256)
        try store.insert(sample)
        let before = try store.counts()
        try store.deleteDataset(sample.record.id)
        let freed = try store.counts()
        #expect(freed.freeBytes > 1_000_000)
        try store.reclaim()
        let after = try store.counts()
        #expect(after.freeBytes == 0)
        #expect(after.usedBytes < before.usedBytes - 1_000_000)
    }
}
