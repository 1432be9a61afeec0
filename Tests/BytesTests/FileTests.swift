import Bytes
import Foundation
import Testing

@Suite struct FileTests {
    private let folder = TemporaryFolder()

    @Test func `a durable file replaces one and leaves nothing beside it`() throws {
        let path = folder.path + "/a"
        try DurableFile.write([1, 2, 3], to: path)
        try DurableFile.write([4], to: path)
        #expect(try ReadableFile.contents(of: path, limit: 10) == [4])
        #expect(folder.names == ["a"])
    }

    @Test func `a writer that is dropped leaves nothing and harms nothing`() throws {
        let path = folder.file([9], name: "a")
        do {
            let writer = try DurableFile.Writer(path: path)
            try writer.write([UInt8](repeating: 1, count: 10_000))
            #expect(writer.size == 10_000)
            #expect(folder.names.count == 2)
        }
        #expect(folder.names == ["a"])
        #expect(try ReadableFile.contents(of: path, limit: 10) == [9])
    }

    @Test func `errors name the operation, the path and the reason`() {
        let path = folder.path + "/none/a"
        let error = #expect(throws: FileError.self) { try DurableFile.write([1], to: path) }
        #expect(error?.errorNumber == ENOENT)
        #expect(error?.operation == "create")
        #expect(error?.description.contains("No such file") == true)
        #expect(error?.isNoSpace == false)
        let missing = #expect(throws: FileError.self) { try ReadableFile(path: path) }
        #expect(missing?.path == path)
        let directory = #expect(throws: FileError.self) { try ReadableFile(path: folder.path) }
        #expect(directory?.errorNumber == EISDIR)
    }

    @Test func `a pipe is refused without waiting for its writer`() {
        let path = folder.path + "/pipe"
        #expect(mkfifo(path, 0o600) == 0)
        let error = #expect(throws: FileError.self) { try ReadableFile(path: path) }
        #expect(error?.errorNumber == EINVAL)
    }

    @Test func `a file may have as many bytes as the limit and not one more`() throws {
        let path = folder.file([1, 2, 3])
        #expect(try ReadableFile.contents(of: path, limit: 3) == [1, 2, 3])
        #expect(
            throws: FileError(operation: "read", path: path, reason: .tooLarge(limit: 2))
        ) { try ReadableFile.contents(of: path, limit: 2) }
    }

    @Test(arguments: [(0, 4), (3, 1), (-1, 1), (0, -1), (Int.max, 1), (1, Int.max)])
    func `a range outside the file is refused`(offset: Int, count: Int) throws {
        let file = try ReadableFile(path: folder.file([1, 2, 3]))
        #expect(throws: FileError(operation: "read", path: file.path, reason: .endOfFile)) {
            try file.read(count, at: offset)
        }
        #expect(try file.read(2, at: 1) == [2, 3])
        #expect(try file.read(0, at: 3) == [])
    }
}
