extension Store {
    /// The content of a job's artifact, or nil if it has none of this name.
    ///
    /// - Throws: `.corrupt` if it is not what was stored.
    public func artifact(job: String, name: String) throws(StoreError) -> [UInt8]? {
        let found = try pool.read { db throws(StoreError) -> (ArtifactInfo, [CodedBytes])? in
            guard let artifact = try ArtifactRows.all(db, job: job, name: name).first else {
                return nil
            }
            return (artifact.info, try ArtifactRows.parts(db, row: artifact.row))
        }
        guard let (info, parts) = found else { return nil }
        let label = "artifact \(name) of job \(job)"
        let decoded = parallelMap(parts.count) { index in
            Result { () throws(StoreError) in try parts[index].decoded(label) }
        }
        var bytes: [UInt8] = []
        for part in decoded {
            let content = try part.get()
            if bytes.isEmpty { bytes = content } else { bytes += content }
        }
        guard bytes.count == info.size else { throw .damaged("\(label): wrong length") }
        return bytes
    }

    /// The names of a job's artifacts, ascending; empty without any.
    public func artifactNames(job: String) throws(StoreError) -> [String] {
        try artifacts(job: job).map(\.name)
    }

    /// What is known of a job's artifacts, by name; empty without any.
    public func artifacts(job: String) throws(StoreError) -> [ArtifactInfo] {
        try pool.read { db throws(StoreError) in
            try ArtifactRows.all(db, job: job).map(\.info)
        }
    }

    /// Keeps something made from a finished result, such as a picture; false, and nothing changes,
    /// if the job has an artifact of this name already.
    ///
    /// - Throws: `.conflict(.state)` if the job has not succeeded; `.notFound`.
    @discardableResult
    public func addArtifact(
        job: String, _ artifact: Artifact, at now: String = Timestamp.now()
    ) throws(StoreError) -> Bool {
        let coded = CodedArtifact(artifact)
        return try storing(coded.storedBytes) { db throws(StoreError) in
            let (record, row) = try JobRows.require(db, id: job)
            guard record.state == .succeeded else { throw try Self.wrongState(db, job) }
            guard try ArtifactRows.all(db, job: job, name: artifact.name).isEmpty else {
                return false
            }
            try ArtifactRows.insert(db, coded, job: row, rendering: true, at: now)
            return true
        }
    }

    /// Replaces what people added to a job (JSON text, nil to remove it); returns the new version.
    ///
    /// - Throws: `.conflict(.version)` if `expectedVersion` is given and the job has changed since;
    ///   `.notFound`.
    @discardableResult
    public func setAnnotations(
        _ id: String, _ json: String?, expectedVersion: Int? = nil
    ) throws(StoreError) -> Int {
        try pool.write { db throws(StoreError) in
            let job = try JobRows.require(db, id: id).0
            if let expectedVersion, expectedVersion != job.version {
                throw .conflict(StoreConflict(.version, "job \(id) is at version \(job.version)"))
            }
            try db.run(
                "UPDATE jobs SET annotations = ?, version = version + 1 WHERE id = ?",
                [Value(json), Value(id)])
            return job.version + 1
        }
    }

    /// Removes a job with its result; returns the identifiers of all removed jobs.
    ///
    /// With `cascade` the jobs that use it go as well, directly or through others.
    ///
    /// - Throws: `.conflict(.inUse)` naming those jobs; `.conflict(.running)` naming jobs that run;
    ///   `.notFound`.
    @discardableResult
    public func deleteJob(_ id: String, cascade: Bool = false) throws(StoreError) -> [String] {
        let removed = try removing { db throws(StoreError) in
            let row = try JobRows.require(db, id: id).1
            return try JobRemoval.remove(db, rows: [row], cascade: cascade)
        }
        forgetProgress(removed)
        return removed
    }
}
