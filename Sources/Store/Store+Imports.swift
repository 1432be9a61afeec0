import Glibc

extension Store {
    /// Where the files of imports that are still to be done are, a folder a job; kept when a server opens
    /// the store.
    public var importsDirectory: String { directory + "/imports" }

    /// The files of a job's import, in order.
    public func importFiles(of job: String, count: Int) -> [String] {
        (0..<max(0, count)).map { importsDirectory + "/\(job)/\($0)" }
    }

    /// Keeps files for a job's import under a second name, durable on return.
    public func keepImport(_ job: String, files: [String]) throws(StoreError) {
        let folder = importsDirectory + "/" + job
        try DataFolder.create(folder)
        do throws(StoreError) {
            for (file, name) in zip(files, importFiles(of: job, count: files.count)) {
                try Self.sync(file)
                guard link(file, name) == 0 else { throw .system("keeping an upload") }
            }
            try DataFolder.sync(folder)
        } catch {
            forgetImport(job)
            throw error
        }
    }

    /// Lets go of the files of a job's import.
    public func forgetImport(_ job: String) {
        let folder = importsDirectory + "/" + job
        guard DataFolder.isFolder(folder, following: false) else { return }
        try? DataFolder.empty(folder)
        rmdir(folder)
    }

    /// Lets go of the files of imports that are done, or that no job was ever made for.
    public func sweepImports() throws(StoreError) {
        guard DataFolder.isFolder(importsDirectory) else { return }
        for name in try DataFolder.entries(importsDirectory) {
            if let job = try job(name), !job.state.isFinal { continue }
            forgetImport(name)
        }
    }

    private static func sync(_ path: String) throws(StoreError) {
        let descriptor = Glibc.open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("opening an upload") }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system("syncing an upload") }
    }
}
