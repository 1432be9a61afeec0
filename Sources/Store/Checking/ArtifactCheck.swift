import Bytes

/// Reads every artifact of every job: its parts, their checksums, and the SHA-256 of the whole.
struct ArtifactCheck {
    let pool: ConnectionPool

    private struct Found: Sendable {
        let row: Int
        let name: String
        let size: Int
        let sha256: String
    }

    /// Adds what is found to a report.
    func run(_ report: inout StoreReport) {
        report.part("reading results") { report throws(StoreError) in
            var last = Int.min
            while let found = try next(after: last) {
                last = found.row
                report.artifacts += 1
                do throws(StoreError) {
                    try check(found)
                } catch {
                    report.faults.append("\(found.name): \(Self.cause(error))")
                }
            }
        }
    }

    private func next(after last: Int) throws(StoreError) -> Found? {
        try pool.read { db throws(StoreError) in
            try db.first(
                "SELECT a.row, a.name, j.id, a.size, a.sha256 FROM artifacts a"
                    + " JOIN jobs j ON j.row = a.job WHERE a.row > ? ORDER BY a.row LIMIT 1",
                [Value(last)]
            ) {
                Found(
                    row: $0.int(0), name: "artifact \($0.text(1)) of job \($0.text(2))",
                    size: $0.int(3), sha256: $0.text(4))
            }
        }
    }

    /// Part by part: a part is at most some megabytes, an artifact may be large.
    private func check(_ found: Found) throws(StoreError) {
        var hash = SHA256()
        var size = 0
        var part = 0
        while let (number, bytes) = try read(found, part: part) {
            guard number == part else { throw .damaged("part \(part) is missing") }
            let content = try bytes.decoded("part \(part)")
            hash.update(content)
            size += content.count
            part += 1
        }
        // One that was removed while it was read is none.
        guard size == found.size, hash.hexadecimal == found.sha256 else {
            if try !isThere(found) { return }
            throw .damaged("not what was stored: \(size) bytes of \(found.size), or other ones")
        }
    }

    private func read(
        _ found: Found, part: Int
    ) throws(StoreError) -> (number: Int, bytes: CodedBytes)? {
        try pool.read { db throws(StoreError) in
            try db.first(
                "SELECT part, size, coding, checksum, data FROM artifact_parts"
                    + " WHERE artifact = ? AND part >= ? ORDER BY part LIMIT 1",
                [Value(found.row), Value(part)]
            ) { row throws(StoreError) in (row.int(0), try CodedBytes(row, from: 1)) }
        }
    }

    private func isThere(_ found: Found) throws(StoreError) -> Bool {
        try pool.read { db throws(StoreError) in
            try db.first(
                "SELECT 1 FROM artifacts WHERE row = ? AND sha256 = ?",
                [Value(found.row), Value(found.sha256)]
            ) { _ in true } ?? false
        }
    }

    private static func cause(_ error: StoreError) -> String {
        if case .corrupt(let failure) = error { return failure.message }
        return error.description
    }
}
