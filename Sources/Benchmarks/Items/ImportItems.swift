import Foundation
import Ingest
import Workbench

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Reading an upload, and reading and storing it durably.
enum ImportItems {
    static let all = [
        BenchItem(
            "import/read", "an upload to images in memory",
            limit: "inflate and the number parser"
        ) { workspace in
            let files = [UploadedFile(path: workspace.upload, name: "upload.zip")]
            var task = BenchTask {
                _ = try DatasetReader.read(files: files, options: ImportOptions()) { _ in true }
            }
            task.work = { .bytes(Double(fileSize(workspace.upload))) }
            return task
        },
        stored(
            "import/warm", "an upload to a durable dataset, file in the page cache", cold: false),
        stored("import/cold", "an upload to a durable dataset, file not in the cache", cold: true),
    ]

    private static func stored(_ name: String, _ title: String, cold: Bool) -> BenchItem {
        BenchItem(name, title, limit: "inflate, the number parser and the disk's sync") {
            workspace in
            let server = ScratchServer(workspace, name: name)
            var task = BenchTask { _ = try server.importUpload(workspace.upload) }
            task.before = {
                try server.reset()
                if cold { try dropFromCache(workspace.upload) }
            }
            task.work = { .bytes(Double(fileSize(workspace.upload))) }
            task.finish = { _ in
                server.remove()
                return []
            }
            return task
        }
    }

    static func fileSize(_ path: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }

    /// Lets the kernel forget what it holds of a file.
    private static func dropFromCache(_ path: String) throws(BenchmarkError) {
        let file = open(path, O_RDONLY)
        guard file >= 0 else { throw BenchmarkError("\(path) cannot be opened") }
        defer { close(file) }
        fdatasync(file)
        guard posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) == 0 else {
            throw BenchmarkError("\(path) cannot be dropped from the page cache")
        }
    }
}
