import Bytes
import Glibc

/// Compares the unfinished uploads with their files: each row has its bytes, each file its row.
struct UploadCheck {
    let pool: ConnectionPool
    /// The folder of the files.
    let folder: String
    /// The folder that the next start empties.
    let spool: String
    /// Whether a server works on the folder at the moment.
    let isServed: Bool

    /// Seconds that a file may be there before its row, and after it.
    private static let grace = 60

    private struct Found: Sendable {
        let id: String
        let received: Int
        let state: [UInt8]
    }

    /// Adds what is found to a report.
    func run(_ report: inout StoreReport) {
        report.part("checking uploads") { report throws(StoreError) in
            let rows = try uploads()
            report.uploads = rows.count
            for row in rows {
                if let fault = try fault(of: row) { report.faults.append(fault) }
            }
            try strays(Set(rows.map(\.id)), &report)
        }
    }

    private func uploads() throws(StoreError) -> [Found] {
        try pool.read { db throws(StoreError) in
            guard
                try db.first(
                    "SELECT 1 FROM sqlite_schema WHERE name = 'uploads'", [], { _ in true })
                    != nil
            else { return [] }
            return try db.all("SELECT id, received, hash_state FROM uploads ORDER BY row") {
                Found(id: $0.text(0), received: $0.int(1), state: $0.bytes(2))
            }
        }
    }

    private func fault(of upload: Found) throws(StoreError) -> String? {
        guard let cause = cause(upload) else { return nil }
        // It may have been ended since its row was read.
        let still = try pool.read { db throws(StoreError) in
            try db.first("SELECT 1 FROM uploads WHERE id = ?", [Value(upload.id)]) { _ in true }
        }
        return still == nil ? nil : "upload \(upload.id): \(cause)"
    }

    private func cause(_ upload: Found) -> String? {
        guard !upload.id.contains("/") else { return "an impossible name" }
        let descriptor = open(folder + "/" + upload.id, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else {
            return "its file cannot be opened: \(String(cString: strerror(errno)))"
        }
        defer { close(descriptor) }
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var done = 0
        while done < upload.received {
            let count = pread(
                descriptor, &buffer, min(buffer.count, upload.received - done), done)
            if count < 0, errno == EINTR { continue }
            if count < 0 { return "its file: \(String(cString: strerror(errno)))" }
            guard count > 0 else { return "its file has \(done) bytes of \(upload.received)" }
            buffer.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            done += count
        }
        guard let known = SHA256(snapshot: upload.state) else { return "its hash is damaged" }
        return known.hexadecimal == hash.hexadecimal ? nil : "its bytes are not those that arrived"
    }

    /// Files without a row: a server clears them away when it starts.
    private func strays(_ known: Set<String>, _ report: inout StoreReport) throws(StoreError) {
        let names = DataFolder.isFolder(folder) ? try DataFolder.entries(folder) : []
        let now = time(nil)
        for name in names.sorted() where !known.contains(name) {
            var information = stat()
            guard lstat(folder + "/" + name, &information) == 0 else { continue }
            let age = now - information.st_mtim.tv_sec
            if isServed, age > Self.grace {
                report.faults.append("file \(name) of unfinished uploads belongs to no upload")
            } else if !isServed {
                report.notes.append(
                    "file \(name) of unfinished uploads belongs to no upload;"
                        + " the next start removes it")
            }
        }
        guard !isServed, DataFolder.isFolder(spool) else { return }
        let left = try DataFolder.entries(spool).count
        if left > 0 {
            report.notes.append("\(left) files of requests cut off; the next start removes them")
        }
    }
}
