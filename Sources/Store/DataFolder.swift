import Glibc

/// The folder that holds everything of a store.
enum DataFolder {
    static let database = "seam.sqlite"
    static let lock = "seam.lock"
    static let spool = "uploads"

    /// Makes a folder with those above it, for the owner's eyes only, and makes it durable.
    static func create(_ path: String) throws(StoreError) {
        if isFolder(path) { return }
        let parent = self.parent(of: path)
        if parent != path { try create(parent) }
        guard mkdir(path, 0o700) == 0 || (errno == EEXIST && isFolder(path)) else {
            throw .system("making the folder \(name(of: path))")
        }
        try sync(parent)
    }

    /// Makes an empty file for the owner's eyes only, where there is none; SQLite gives the files
    /// beside it the same rights.
    ///
    /// A file that is there is not opened: closing it would drop the locks this process has on it.
    static func createFile(_ path: String) throws(StoreError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
        } else if errno != EEXIST {
            throw .system("making \(name(of: path))")
        }
    }

    /// Makes the names in a folder durable.
    static func sync(_ path: String) throws(StoreError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("opening the folder \(name(of: path))") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw .system("syncing the folder \(name(of: path))")
        }
    }

    /// Removes everything in a folder; links are removed, not followed.
    static func empty(_ path: String) throws(StoreError) {
        for entry in try entries(path) {
            let inner = path + "/" + entry
            if isFolder(inner, following: false) {
                try empty(inner)
                guard rmdir(inner) == 0 else { throw .system("removing a spool folder") }
            } else {
                guard unlink(inner) == 0 || errno == ENOENT else {
                    throw .system("removing a spool file")
                }
            }
        }
    }

    /// Whether there is a folder of this path.
    static func isFolder(_ path: String, following: Bool = true) -> Bool {
        var information = stat()
        let code = following ? stat(path, &information) : lstat(path, &information)
        return code == 0 && information.st_mode & S_IFMT == S_IFDIR
    }

    /// Length of a file, or nil if there is none.
    static func size(_ path: String) -> Int? {
        var information = stat()
        guard stat(path, &information) == 0 else { return nil }
        return Int(information.st_size)
    }

    /// The path without its last part.
    static func parent(of path: String) -> String {
        var parts = path.split(separator: "/", omittingEmptySubsequences: true)
        guard !parts.isEmpty else { return path.hasPrefix("/") ? "/" : "." }
        parts.removeLast()
        let joined = parts.joined(separator: "/")
        if path.hasPrefix("/") { return "/" + joined }
        return joined.isEmpty ? "." : joined
    }

    private static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// The names in the folder of uploads.
    static func entries(_ path: String) throws(StoreError) -> [String] {
        guard let folder = opendir(path) else { throw .system("reading the spool folder") }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}
