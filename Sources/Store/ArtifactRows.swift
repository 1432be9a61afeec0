import Bytes

/// An artifact made ready to be stored, before the writing connection is taken.
struct CodedArtifact: Sendable {
    let name: String
    let mediaType: String
    let size: Int
    let sha256: String
    let parts: [CodedBytes]

    /// Bytes that its rows will hold.
    var storedBytes: Int { parts.reduce(0) { $0 + $1.data.count } }

    /// Bytes in one row: far below SQLite's limit, and large enough to be read fast.
    private static let partSize = 8 << 20

    /// Media types whose content is compressed already.
    private static let packed: Set = ["image/png", "application/zip", "application/gzip"]

    init(_ artifact: Artifact) {
        name = artifact.name
        mediaType = artifact.mediaType
        size = artifact.bytes.count
        sha256 = SHA256.hexadecimal(of: artifact.bytes)
        let bytes = artifact.bytes
        let compress = !Self.packed.contains(artifact.mediaType)
        parts = parallelMap((bytes.count + Self.partSize - 1) / Self.partSize) { part in
            let start = part * Self.partSize
            let end = min(start + Self.partSize, bytes.count)
            return CodedBytes(Array(bytes[start..<end]), compress: compress)
        }
    }

    static func all(_ artifacts: [Artifact]) -> [CodedArtifact] {
        parallelMap(artifacts.count) { CodedArtifact(artifacts[$0]) }
    }
}

/// Rows of the tables `artifacts` and `artifact_parts`.
enum ArtifactRows {
    static func insert(
        _ db: Connection, _ artifact: CodedArtifact, job: Int, rendering: Bool, at now: String
    ) throws(StoreError) {
        try db.run(
            "INSERT INTO artifacts (job, name, media_type, size, sha256, rendering, created_at)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                Value(job), Value(artifact.name), Value(artifact.mediaType), Value(artifact.size),
                Value(artifact.sha256), Value(rendering ? 1 : 0), Value(now),
            ])
        let row = db.lastRow
        for (index, part) in artifact.parts.enumerated() {
            try db.run(
                "INSERT INTO artifact_parts (artifact, part, size, coding, checksum, data)"
                    + " VALUES (?, ?, ?, ?, ?, ?)", [Value(row), Value(index)] + part.columns)
        }
    }

    /// The names, types and sizes of a job's artifacts by name, with their rows.
    static func all(
        _ db: Connection, job: String, name: String? = nil
    ) throws(StoreError) -> [(info: ArtifactInfo, row: Int)] {
        try db.all(
            "SELECT a.row, a.name, a.media_type, a.size, a.sha256, a.created_at, a.rendering"
                + " FROM artifacts a JOIN jobs j ON j.row = a.job"
                + " WHERE j.id = ?1 AND (?2 IS NULL OR a.name = ?2) ORDER BY a.name",
            [Value(job), Value(name)]
        ) { row in
            let info = ArtifactInfo(
                name: row.text(1), mediaType: row.text(2), size: row.int(3), sha256: row.text(4),
                createdAt: row.text(5), isRendering: row.int(6) == 1)
            return (info, row.int(0))
        }
    }

    static func parts(_ db: Connection, row: Int) throws(StoreError) -> [CodedBytes] {
        try db.all(
            "SELECT size, coding, checksum, data FROM artifact_parts WHERE artifact = ?"
                + " ORDER BY part", [Value(row)]
        ) { row throws(StoreError) in try CodedBytes(row, from: 0) }
    }
}
