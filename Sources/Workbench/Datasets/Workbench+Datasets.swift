public import Bytes
public import Imaging
public import Ingest
import Jobs
public import Store
import Synchronization

extension Workbench {
    /// An upload that has arrived: files in the spool, and a checksum over all of them.
    public struct Upload: Sendable {
        /// The files.
        public var files: [UploadedFile]
        /// Their size together, in bytes.
        public var bytes: Int
        /// SHA-256 in hexadecimal: of the one file, or of the list of names and checksums.
        public var sha256: String

        /// An upload.
        public init(files: [UploadedFile], bytes: Int, sha256: String) {
            self.files = files
            self.bytes = bytes
            self.sha256 = sha256
        }
    }

    /// What became of an upload.
    public enum Imported: Sendable {
        /// It is stored, durably.
        case created(DatasetRecord)
        /// The same bytes of the same owner were there.
        case existing(DatasetRecord)
        /// It could be stored (`dry_run`), with these ions.
        case checked(DatasetRecord, ions: JSON)
    }

    /// Checks, parses and stores an upload.
    ///
    /// `progress` is given the part that is read, 0...1, and says whether to go on.
    ///
    /// - Throws: `.badUpload` with file and line; nothing is kept.
    public func importDataset(
        _ upload: Upload, fields: DatasetFields, caller: Caller,
        progress: @escaping @Sendable (Double) -> Bool = { _ in true }
    ) throws(WorkbenchError) -> Imported {
        guard caller.role >= .member else { throw .forbidden("a reader cannot upload datasets") }
        if let there = try existing(upload, fields: fields, caller: caller) {
            return .existing(there)
        }
        try checkDatasets(of: caller.owner)
        let read = try readUpload(upload, fields: fields, progress)
        let ions = try summaries(of: read)
        let record = record(of: read, ions: ions, upload: upload, fields: fields, caller: caller)
        if fields.isDryRun {
            return .checked(record, ions: .array(ions.map(Self.checkedIon)))
        }
        do throws(StoreError) {
            try store.insertDataset(record, ions: ions) { (index) throws(StoreError) in
                do throws(ImportError) {
                    return try read.images.image(index)
                } catch {
                    throw StoreError.io(SQLiteFailure(code: 0, message: error.description))
                }
            }
        } catch .conflict(let conflict) where conflict.reason == .duplicate {
            // Two uploads of the same bytes raced; the first one is the dataset.
            if let there = try existing(upload, fields: fields, caller: caller) {
                return .existing(there)
            }
            throw WorkbenchError(.conflict(conflict))
        } catch {
            throw WorkbenchError(error)
        }
        return .created(try dataset(record.id, caller: caller))
    }

    /// The dataset that the owner has made of the same bytes, read the same way, or nil.
    func existing(
        _ upload: Upload, fields: DatasetFields, caller: Caller
    ) throws(WorkbenchError) -> DatasetRecord? {
        try WorkbenchError.storing { () throws(StoreError) in
            try store.findDataset(
                owner: caller.owner, sha256: upload.sha256, optionsKey: fields.optionsKey)
        }
    }

    private static func checkedIon(_ ion: IonRecord) -> JSON {
        [
            "index": .int(ion.index), "mz": .optional(ion.channel.mz),
            "label": .optional(ion.channel.label), "total_counts": .double(ion.totalCounts),
        ]
    }

    private func summaries(
        of read: ImportedDataset
    ) throws(WorkbenchError) -> [IonRecord] {
        var ions: [IonRecord] = []
        do throws(ImportError) {
            for (index, channel) in read.channels.enumerated() {
                ions.append(
                    IonRecord.summarise(
                        index: index, channel: channel, try read.images.image(index)))
            }
        } catch { throw WorkbenchError(error) }
        return ions
    }

    private func readUpload(
        _ upload: Upload, fields: DatasetFields, _ progress: @escaping @Sendable (Double) -> Bool
    ) throws(WorkbenchError) -> ImportedDataset {
        let options = fields.importOptions
        do throws(ImportError) {
            return try DatasetReader.read(files: upload.files, options: options) { [self] part in
                progress(part) && !isStopping
            }
        } catch {
            throw WorkbenchError(error)
        }
    }

    private func record(
        of read: ImportedDataset, ions: [IonRecord], upload: Upload, fields: DatasetFields,
        caller: Caller
    ) -> DatasetRecord {
        let masses = read.channels.compactMap(\.mz)
        var record = DatasetRecord(
            owner: caller.owner, name: read.name ?? Self.stem(upload.files.first?.name ?? ""),
            polarity: read.polarity, width: read.grid.width, height: read.grid.height,
            layers: read.layers, pixelSizeMicrometres: read.grid.pixelSizeMicrometres,
            ionCount: ions.count, mzMin: masses.min(), mzMax: masses.max(),
            totalCounts: ions.reduce(0) { $0 + $1.totalCounts }, bytes: upload.bytes,
            sha256: upload.sha256, source: read.format, warnings: read.warnings,
            optionsKey: fields.optionsKey)
        if let size = record.pixelSizeMicrometres, !DatasetFields.pixelSizes.contains(size) {
            record.pixelSizeMicrometres = nil
            record.warnings.append("the header's pixel size of \(size) µm was not taken")
        }
        fields.apply(to: &record)
        return record
    }

    /// A file's name without folders and ending.
    private static func stem(_ name: String) -> String {
        let last = name.split(separator: "/").last.map(String.init) ?? ""
        let stem =
            last.contains(".") ? last.split(separator: ".").dropLast().joined(separator: ".") : last
        return stem.isEmpty ? "unnamed" : String(stem.prefix(200))
    }

    /// A dataset.
    ///
    /// - Throws: `.notFound` where there is none the caller may see.
    public func dataset(_ id: String, caller: Caller) throws(WorkbenchError) -> DatasetRecord {
        let record = try WorkbenchError.storing { () throws(StoreError) in try store.dataset(id) }
        guard let record, caller.mayRead(record) else {
            throw .notFound("no dataset \"\(id.prefix(60))\"")
        }
        return record
    }

    /// Datasets the caller may see, newest first.
    public func datasets(
        _ filter: DatasetFilter, after cursor: String?, limit: Int, caller: Caller
    ) throws(WorkbenchError) -> Page<DatasetRecord> {
        try WorkbenchError.storing { () throws(StoreError) in
            try store.listDatasets(
                filter: filter, visibleTo: caller.role == .admin ? nil : caller.owner,
                after: cursor, limit: limit)
        }
    }

    /// Changes what a person may change of a dataset.
    public func change(
        _ id: String, fields: DatasetFields, expectedVersion: Int?, caller: Caller
    ) throws(WorkbenchError) -> DatasetRecord {
        var record = try changeable(id, caller: caller)
        fields.apply(to: &record)
        let changed = record
        try WorkbenchError.storing { () throws(StoreError) in
            _ = try store.updateDataset(changed, expectedVersion: expectedVersion)
        }
        return try dataset(id, caller: caller)
    }

    /// Deletes a dataset with its jobs and results.
    ///
    /// - Throws: `.conflict` listing the jobs that run, unless `cancel`.
    public func delete(
        _ id: String, cancelling cancel: Bool, expectedVersion: Int? = nil, caller: Caller
    ) throws(WorkbenchError) {
        _ = try changeable(id, caller: caller)
        // Nothing is made or started for it from the look at its jobs to its end.
        try scheduling.withLock { _ throws(WorkbenchError) in
            let unfinished = try unfinishedJobs(dataset: id)
            if !unfinished.isEmpty {
                guard cancel else {
                    throw .conflict(
                        "jobs of this dataset are not finished; add ?cancel=true to stop them",
                        jobs: unfinished)
                }
                for job in unfinished { try stop(job) }
            }
            try WorkbenchError.storing { () throws(StoreError) in
                _ = try store.deleteDataset(id, expectedVersion: expectedVersion)
            }
        }
        changes.notifyAll()
        schedule()
    }

    private func changeable(_ id: String, caller: Caller) throws(WorkbenchError) -> DatasetRecord {
        let record = try dataset(id, caller: caller)
        guard caller.mayChange(owner: record.owner) else {
            throw .forbidden("the dataset belongs to \(record.owner)")
        }
        return record
    }

    /// The ions of a dataset, ascending by m/z.
    public func ions(of dataset: DatasetRecord) throws(WorkbenchError) -> [IonRecord] {
        try WorkbenchError.storing { () throws(StoreError) in try store.ions(dataset: dataset.id) }
    }

    /// One ion image.
    public func image(_ dataset: DatasetRecord, ion: Int) throws(WorkbenchError) -> PixelValues {
        try WorkbenchError.storing { () throws(StoreError) in
            try store.image(dataset: dataset.id, ion: ion)
        }
    }
}

extension WorkbenchError {
    init(_ error: ImportError) {
        switch error.kind {
        case .cancelled: self = .stopping
        case .noRoom: self = .storageFull(error.detail)
        case .unreadable: self = .failed(error.description)
        case .malformed, .unsupported, .tooLarge: self = .badUpload(error)
        }
    }
}
