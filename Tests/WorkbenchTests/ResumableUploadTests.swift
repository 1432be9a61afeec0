import Bytes
import Foundation
import Ingest
import Testing
import Workbench

struct ResumableUploadTests {
    private final class Place {
        let folder = NSTemporaryDirectory() + "/seam-uploads-" + UUID().uuidString
        var workbench: Workbench
        var uploads: ResumableUploads
        let ada = Caller(owner: "ada", role: .member)

        init(_ change: (inout ResumableUploads.Limits) -> Void = { _ in }) throws {
            var limits = ResumableUploads.Limits()
            change(&limits)
            workbench = try Workbench(.init(dataDirectory: folder))
            uploads = ResumableUploads(workbench: workbench, limits: limits)
            try uploads.prepare()
        }

        func restart() throws {
            workbench.close(grace: 1)
            workbench = try Workbench(.init(dataDirectory: folder))
            uploads = ResumableUploads(workbench: workbench)
            try uploads.prepare()
        }

        func begin(_ length: Int) throws -> String {
            try uploads.create(length: length, metadata: "", fileName: "a.zip", caller: ada)
                .identifier
        }

        func arrived(_ id: String) throws -> Int {
            try uploads.upload(id, caller: ada).arrivedBytes
        }

        deinit {
            workbench.close(grace: 1)
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    @Test func `pieces are one upload, with its hash, whatever restarts come between`() throws {
        let place = try Place()
        let body = (0..<1000).map { UInt8($0 % 251) }
        let id = try place.begin(body.count)
        for (start, end) in [(0, 1), (1, 64), (64, 700), (700, 1000)] {
            let appender = try place.uploads.append(
                id, at: start, isWhole: false, caller: place.ada)
            try appender.append(Array(body[start..<end]))
            try appender.commit()
            try place.restart()
            #expect(try place.arrived(id) == end)
        }
        let used = try place.uploads.use(id, caller: place.ada) { upload in
            (
                (upload.sha256, FileManager.default.contents(atPath: upload.files[0].path)), true
            )
        }
        #expect(used.0 == SHA256.hexadecimal(of: body))
        #expect(used.1.map { [UInt8]($0) } == body)
        #expect(throws: WorkbenchError.self) { try place.arrived(id) }
    }

    @Test func `what was not committed does not count and is written over`() throws {
        let place = try Place()
        let id = try place.begin(10)
        do {
            let cut = try place.uploads.append(id, at: 0, isWhole: true, caller: place.ada)
            try cut.append([1, 2, 3, 4, 5])
        }
        try place.restart()
        #expect(try place.arrived(id) == 0)
        let appender = try place.uploads.append(id, at: 0, isWhole: false, caller: place.ada)
        try appender.append([9, 9])
        try appender.commit()
        #expect(try place.arrived(id) == 2)
        #expect(
            FileManager.default.contents(atPath: place.folder + "/resumable/" + id)
                == Data([9, 9]))
    }

    @Test func `one writes at a time, at the right place, and not too much`() throws {
        let place = try Place()
        let id = try place.begin(4)
        do {
            let appender = try place.uploads.append(id, at: 0, isWhole: false, caller: place.ada)
            guard
                case .busy? = fault({
                    _ = try place.uploads.append(
                        id, at: 0, isWhole: false, caller: place.ada)
                })
            else {
                Issue.record("two writers")
                return
            }
            guard case .busy? = fault({ try place.uploads.delete(id, caller: place.ada) })
            else {
                Issue.record("deleted while written")
                return
            }
            guard case .tooLong(length: 4)? = fault({ try appender.append([1, 2, 3, 4, 5]) })
            else {
                Issue.record("too long")
                return
            }
            try appender.append([1, 2])
            try appender.commit()
        }
        guard
            case .offset(2)? = fault({
                _ = try place.uploads.append(
                    id, at: 0, isWhole: false, caller: place.ada)
            })
        else {
            Issue.record("at the wrong place")
            return
        }
        guard
            case .incomplete(received: 2, length: 4)? = fault({
                _ = try place.uploads.use(id, caller: place.ada) { _ in ((), true) }
            })
        else {
            Issue.record("used before it was whole")
            return
        }
    }

    @Test func `another owner sees nothing, an admin all`() throws {
        let place = try Place()
        let id = try place.begin(4)
        let bob = Caller(owner: "bob", role: .member)
        #expect(throws: WorkbenchError.self) { try place.uploads.upload(id, caller: bob) }
        guard
            case .workbench(.notFound)? = fault({
                _ = try place.uploads.append(
                    id, at: 0, isWhole: false, caller: bob)
            })
        else {
            Issue.record("written by another")
            return
        }
        guard case .workbench(.notFound)? = fault({ try place.uploads.delete(id, caller: bob) })
        else {
            Issue.record("deleted by another")
            return
        }
        _ = try place.uploads.upload(id, caller: Caller(owner: "root", role: .admin))
    }

    @Test func `what is on its way counts until it is let go`() throws {
        let place = try Place { $0.ownerBytes = 150 }
        var first: UploadReservation? = place.uploads.reserve(caller: place.ada)
        let second = place.uploads.reserve(caller: place.ada)
        try first?.grow(to: 100)
        #expect(throws: WorkbenchError.self) { try second.grow(to: 51) }
        try second.grow(to: 50)
        try first?.grow(to: 100)
        #expect(throws: WorkbenchError.self) { try first?.grow(to: 101) }
        #expect(throws: WorkbenchError.self) {
            try place.uploads.checkQuota(adding: 1, caller: place.ada)
        }
        #expect(throws: WorkbenchError.self) { try place.begin(1) }
        try place.uploads.reserve(caller: Caller(owner: "bob", role: .member)).grow(to: 150)
        first = nil
        try second.grow(to: 150)
        #expect(throws: WorkbenchError.self) { try second.grow(to: .max) }
    }

    @Test func `limits are kept, at the limit and above`() throws {
        let place = try Place {
            $0.uploadBytes = 100
            $0.ownerBytes = 150
            $0.ownerUploads = 3
        }
        #expect(throws: WorkbenchError.self) { try place.begin(101) }
        let first = try place.begin(100)
        #expect(throws: WorkbenchError.self) { try place.begin(51) }
        _ = try place.begin(50)
        _ = try place.begin(0)
        #expect(throws: WorkbenchError.self) { try place.begin(0) }
        try place.uploads.checkQuota(adding: 0, caller: place.ada)
        #expect(throws: WorkbenchError.self) {
            try place.uploads.checkQuota(adding: 1, caller: place.ada)
        }
        try place.uploads.delete(first, caller: place.ada)
        try place.uploads.checkQuota(adding: 100, caller: place.ada)
        #expect(throws: WorkbenchError.self) {
            try place.uploads.create(
                length: 1, metadata: "", fileName: "",
                caller: Caller(owner: "eve", role: .reader))
        }
    }

    @Test func `an upload whose bytes are gone is forgotten at start`() throws {
        let place = try Place()
        let id = try place.begin(4)
        do {
            let appender = try place.uploads.append(id, at: 0, isWhole: false, caller: place.ada)
            try appender.append([1, 2])
            try appender.commit()
        }
        try FileManager.default.removeItem(atPath: place.folder + "/resumable/" + id)
        try place.restart()
        #expect(throws: WorkbenchError.self) { try place.arrived(id) }
    }

    private func fault(_ body: () throws -> Void) -> ResumableError? {
        do {
            try body()
            return nil
        } catch {
            return error as? ResumableError
        }
    }
}
