import Glibc
import Imaging
import Store
import Testing

struct FaultTests {
    @Test func `without room a change is undone and the store goes on`() throws {
        let folder = Folder()
        let store = try Store.open(directory: folder.path)
        let kept = try store.add()
        let counts = try store.counts()
        try store.setSizeLimit(bytes: counts.usedBytes + counts.freeBytes + 200_000)
        let large = Sample(ions: 10, width: 256, height: 256)
        guard case .full? = storeError({ try store.insert(large) }) else {
            Issue.record("no error without room")
            return
        }
        #expect(try store.dataset(large.record.id) == nil)
        let job = try store.add(of: kept.id)
        let run = try store.markRunning(job)
        let result = [Artifact(name: "r", bytes: noise(500_000, seed: 1))]
        guard
            case .full? = storeError({
                try store.finish(job, run: run, state: .succeeded, artifacts: result)
            })
        else {
            Issue.record("no error without room")
            return
        }
        #expect(try store.job(job)?.state == .running)
        #expect(try store.artifactNames(job: job) == [])
        #expect(try store.image(dataset: kept.id, ion: 0).count == 48)
        try store.checkWritable()
        try store.setSizeLimit(bytes: nil)
        try store.finish(job, run: run, state: .succeeded, artifacts: result)
        try store.insert(large)
        #expect(try store.checkIntegrity() == [])
    }

    @Test func `a damaged image is named, and the others are served`() throws {
        let folder = Folder()
        let sample = Sample(width: 64, height: 64)
        do {
            let store = try Store.open(directory: folder.path)
            try store.insert(sample)
            store.close()
        }
        guard case .uint8(let pixels) = sample.images[1] else { return }
        let file = contents(folder.database)
        let start = try #require(file.indices.first { file[$0...].starts(with: pixels.prefix(64)) })
        write([pixels[10] ^ 1], to: folder.database, at: start + 10)
        let store = try Store.open(directory: folder.path)
        let name = "ion 1 of dataset \(sample.record.id)"
        guard
            case .corrupt(let failure)? = storeError({
                _ = try store.image(dataset: sample.record.id, ion: 1)
            })
        else {
            Issue.record("not noticed")
            return
        }
        #expect(failure.message == "\(name): wrong checksum")
        #expect(try store.image(dataset: sample.record.id, ion: 0) == sample.images[0])
        #expect(storeError { _ = try store.stack(dataset: sample.record.id) } != nil)
        let findings = try store.checkIntegrity()
        #expect(findings.count == 1)
        #expect(findings.first?.contains(name) == true)
    }

    @Test func `many threads may use a store at once`() async throws {
        let folder = Folder()
        let store = try Store.open(directory: folder.path)
        let dataset = try store.add().id
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for index in 0..<20 {
                        let job = try store.add(of: dataset, key: "\(worker) \(index)")
                        let run = try store.markRunning(job)
                        try store.finish(
                            job, run: run, state: .succeeded,
                            artifacts: [Artifact(name: "r", bytes: [UInt8(worker)])])
                        #expect(try store.artifact(job: job, name: "r") == [UInt8(worker)])
                        _ = try store.listJobs(limit: 5, visibleTo: nil)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try store.counts().jobs == [0, 0, 160, 0, 0])
        #expect(try store.checkIntegrity() == [])
    }

    /// A child process stores datasets and jobs, notes each one in a file once it is acknowledged,
    /// and kills itself at an odd moment; everything noted must be whole, everything else whole or
    /// absent.
    @Test(arguments: [15_000, 40_000, 80_000, 130_000])
    func `a killed process loses nothing it acknowledged`(microseconds: Int) async throws {
        let folder = Folder()
        let path = folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, microseconds = microseconds as Int] in
            try FaultTests.storeUntilKilled(path, after: UInt32(microseconds))
        }
        let noted = String(decoding: contents(path + "/noted"), as: UTF8.self)
            .split(separator: "\n").map(String.init)
        let store = try Store.open(directory: path)
        #expect(try store.checkIntegrity() == [])
        for id in noted where id.hasPrefix("ds_") {
            #expect(try store.stack(dataset: id).counts.count == 40 * 64 * 64)
        }
        for id in noted where id.hasPrefix("job_") { #expect(try store.job(id) != nil) }
        let datasets = try store.listDatasets(visibleTo: nil, limit: 500).items
        #expect(datasets.count >= noted.filter { $0.hasPrefix("ds_") }.count)
        for dataset in datasets { #expect(try store.ions(dataset: dataset.id).count == 40) }
        let running = try store.listJobs(state: .running, limit: 500, visibleTo: nil).items
        #expect(try store.requeueInterrupted(maxInterruptions: 10).count == running.count)
    }

    private static func storeUntilKilled(_ path: String, after microseconds: UInt32) throws {
        let store = try Store.open(directory: path)
        let notes = open(path + "/noted", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        func note(_ id: String) {
            let line = Array((id + "\n").utf8)
            _ = Glibc.write(notes, line, line.count)
        }
        var thread = pthread_t()
        let delay = UnsafeMutableRawPointer(bitPattern: UInt(microseconds))
        pthread_create(
            &thread, nil,
            { delay in
                usleep(UInt32(UInt(bitPattern: delay)))
                kill(getpid(), SIGKILL)
                return nil
            }, delay)
        var seed: UInt64 = 0
        while true {
            seed += 1
            let sample = Sample(ions: 40, width: 64, height: 64, seed: seed)
            try store.insert(sample)
            note(sample.record.id)
            let job = try store.add(of: sample.record.id)
            note(job)
            try store.markRunning(job)
        }
    }
}
