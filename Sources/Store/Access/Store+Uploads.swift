/// An upload that arrives in pieces, as stored; its bytes are in a file of the same name.
public struct UploadRecord: Sendable, Hashable {
    /// Its identifier, `upl_…`.
    public var id: String
    /// Whose it is.
    public var owner: String
    /// How many bytes it will have.
    public var length: Int
    /// How many have been received and are on disk.
    public var received: Int
    /// The state of the SHA-256 over the received bytes.
    public var hashState: [UInt8]
    /// What the client said of it, as it said it.
    public var metadata: String
    /// The file's name as the client calls it; may be empty.
    public var fileName: String
    /// When it was begun.
    public var createdAt: String
    /// When it is forgotten unless more arrives.
    public var expiresAt: String

    /// A new upload; identifier and time are made here where they are not given.
    public init(
        id: String = Identifier.make(prefix: "upl"), owner: String, length: Int,
        hashState: [UInt8], metadata: String, fileName: String,
        createdAt: String = Timestamp.now(), expiresAt: String
    ) {
        self.id = id
        self.owner = owner
        self.length = length
        self.hashState = hashState
        self.metadata = metadata
        self.fileName = fileName
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        received = 0
    }
}

/// How much an owner has sent: what stays and what is on its way.
public struct OwnerUsage: Sendable, Hashable {
    /// Bytes of the uploads that became datasets.
    public let datasetBytes: Int
    /// Bytes of the unfinished uploads, at their full lengths, and of imports that are to come.
    public let uploadBytes: Int
    /// Number of unfinished uploads.
    public let uploads: Int

    /// A usage.
    public init(datasetBytes: Int, uploadBytes: Int, uploads: Int) {
        (self.datasetBytes, self.uploadBytes) = (datasetBytes, uploadBytes)
        self.uploads = uploads
    }

    /// All bytes together; the largest number where there are more.
    public var bytes: Int {
        let (sum, overflow) = datasetBytes.addingReportingOverflow(uploadBytes)
        return overflow ? .max : sum
    }
}

extension Store {
    /// Where the bytes of unfinished uploads are; kept when a server opens the store.
    public var resumableDirectory: String { directory + "/resumable" }

    /// The names of the files in it; none where it cannot be read.
    public var resumableFileNames: [String] {
        (try? DataFolder.entries(resumableDirectory)) ?? []
    }

    /// Makes the folder of unfinished uploads where it is missing.
    public func createResumableDirectory() throws(StoreError) {
        try DataFolder.create(resumableDirectory)
    }

    /// Makes the names in the folder of unfinished uploads durable.
    public func syncResumableDirectory() throws(StoreError) {
        try DataFolder.sync(resumableDirectory)
    }

    /// Stores a new upload, durable on return.
    ///
    /// `fits` looks at what the owner has already and says why one more does not fit, or nil.
    ///
    /// - Throws: `.invalid` with what `fits` says.
    public func insertUpload(
        _ upload: UploadRecord, within fits: @Sendable (OwnerUsage) -> String?
    ) throws(StoreError) {
        try pool.write { db throws(StoreError) in
            if let reason = fits(try Self.usage(db, owner: upload.owner)) { throw .invalid(reason) }
            try db.run(
                "INSERT INTO uploads (id, owner, length, received, hash_state, metadata,"
                    + " file_name, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    Value(upload.id), Value(upload.owner), Value(upload.length),
                    Value(upload.received), Value(upload.hashState), Value(upload.metadata),
                    Value(upload.fileName), Value(upload.createdAt), Value(upload.expiresAt),
                ])
        }
    }

    /// An upload, or nil if there is none of this identifier.
    public func upload(_ id: String) throws(StoreError) -> UploadRecord? {
        try pool.read { db throws(StoreError) in
            try db.first(
                "SELECT \(UploadRows.columns) FROM uploads WHERE id = ?", [Value(id)],
                UploadRows.record)
        }
    }

    /// Every upload; for cleaning up.
    public func uploads() throws(StoreError) -> [UploadRecord] {
        try pool.read { db throws(StoreError) in
            try db.all(
                "SELECT \(UploadRows.columns) FROM uploads ORDER BY row", [], UploadRows.record)
        }
    }

    /// Notes how far an upload has come, durable on return.
    ///
    /// - Throws: `.notFound`.
    public func advanceUpload(
        _ id: String, received: Int, hashState: [UInt8], expiresAt: String
    ) throws(StoreError) {
        try pool.write { db throws(StoreError) in
            let changed = try db.run(
                "UPDATE uploads SET received = ?, hash_state = ?, expires_at = ? WHERE id = ?",
                [Value(received), Value(hashState), Value(expiresAt), Value(id)])
            guard changed > 0 else { throw .notFound("upload \(id)") }
        }
    }

    /// Forgets an upload; returns whether there was one.
    @discardableResult
    public func deleteUpload(_ id: String) throws(StoreError) -> Bool {
        try removing { db throws(StoreError) in
            try db.run("DELETE FROM uploads WHERE id = ?", [Value(id)]) > 0
        }
    }

    /// How much an owner has sent.
    public func usage(owner: String) throws(StoreError) -> OwnerUsage {
        try pool.read { db throws(StoreError) in try Self.usage(db, owner: owner) }
    }

    private static func usage(
        _ db: Connection, owner: String
    ) throws(StoreError) -> OwnerUsage {
        let datasets = try db.first(
            "SELECT coalesce(sum(bytes), 0) FROM datasets WHERE owner = ?", [Value(owner)]
        ) { $0.int(0) }
        let (bytes, count) =
            try db.first(
                "SELECT coalesce(sum(length), 0), count(*) FROM uploads WHERE owner = ?",
                [Value(owner)]
            ) { ($0.int(0), $0.int(1)) } ?? (0, 0)
        let imports =
            try db.first(
                "SELECT coalesce(sum(json_extract(parameters, '$.bytes')), 0) FROM jobs"
                    + " WHERE owner = ? AND state IN ('queued', 'running') AND kind = 'import'",
                [Value(owner)]
            ) { $0.int(0) } ?? 0
        return OwnerUsage(
            datasetBytes: datasets ?? 0, uploadBytes: bytes + imports, uploads: count)
    }
}

/// Rows of the table `uploads`.
private enum UploadRows {
    static let columns =
        "id, owner, length, received, hash_state, metadata, file_name, created_at, expires_at"

    static func record(_ row: Statement) throws(StoreError) -> UploadRecord {
        var upload = UploadRecord(
            id: row.text(0), owner: row.text(1), length: row.int(2), hashState: row.bytes(4),
            metadata: row.text(5), fileName: row.text(6), createdAt: row.text(7),
            expiresAt: row.text(8))
        upload.received = row.int(3)
        return upload
    }
}
