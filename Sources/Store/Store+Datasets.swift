public import Imaging

extension Store {
    /// Stores a dataset with its ions and their images, all or nothing, durable on return.
    ///
    /// Image m belongs to ion m; an ion's `index` must be its place. The record's ion count is
    /// taken from what is given. The images are compressed before anybody else is held up.
    ///
    /// - Throws: `.conflict(.duplicate)` naming the dataset that is there, if the owner has stored
    ///   the same upload with the same options before; `.full` if there is no room.
    /// - Complexity: O(ions x pixels), on all cores.
    public func insertDataset(
        _ dataset: DatasetRecord, ions: [IonRecord], images: [PixelValues]
    ) throws(StoreError) {
        guard ions.count == images.count else {
            throw .invalid("\(ions.count) ions and \(images.count) images; one each was expected")
        }
        try insertDataset(dataset, ions: ions) { (index) throws(StoreError) in images[index] }
    }

    /// As above, with `image` giving the image of each ion, called once for each on several threads.
    ///
    /// Memory: a few images, and 128 MiB of compressed ones; the rest of them waits in a scratch
    /// file of the data folder.
    public func insertDataset(
        _ dataset: DatasetRecord, ions: [IonRecord],
        image: @Sendable (Int) throws(StoreError) -> PixelValues
    ) throws(StoreError) {
        try check(dataset, ions: ions)
        let coded = try CodedImages(
            count: ions.count, pixels: dataset.width * dataset.height, folder: spoolDirectory,
            image)
        try storing(coded.size) { db throws(StoreError) in
            if let existing = try DatasetRows.find(
                db, owner: dataset.owner, sha256: dataset.sha256, optionsKey: dataset.optionsKey)
            {
                throw .conflict(
                    StoreConflict(
                        .duplicate, "the same upload is stored as \(existing.id)",
                        ids: [existing.id]))
            }
            let row = try DatasetRows.insert(db, dataset, ionCount: ions.count)
            for ion in ions { try IonRows.insert(db, ion, dataset: row) }
            for index in ions.indices {
                let image = try coded.image(index)
                try db.run(
                    "INSERT INTO images (dataset, ion, type, size, coding, checksum, data)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [Value(row), Value(index), Value(image.type)] + image.bytes.columns)
            }
        }
    }

    /// A dataset, or nil if there is none of this identifier.
    public func dataset(_ id: String) throws(StoreError) -> DatasetRecord? {
        try pool.read { db throws(StoreError) in try DatasetRows.find(db, id: id) }
    }

    /// The owner's dataset made of the same bytes with the same options, or nil.
    public func findDataset(
        owner: String, sha256: String, optionsKey: String
    ) throws(StoreError) -> DatasetRecord? {
        try pool.read { db throws(StoreError) in
            try DatasetRows.find(db, owner: owner, sha256: sha256, optionsKey: optionsKey)
        }
    }

    /// A page of datasets, newest first: those `visibleTo` may read, all of them for nil.
    ///
    /// - Throws: `.invalid` for a cursor that no list gave or a limit below 1.
    public func listDatasets(
        filter: DatasetFilter = DatasetFilter(), visibleTo reader: String?,
        after cursor: String? = nil, limit: Int = 50
    ) throws(StoreError) -> Page<DatasetRecord> {
        var conditions = Conditions()
        conditions.add("name = ?", filter.name)
        conditions.add("sample = ?", filter.sample)
        conditions.add("owner = ?", filter.owner)
        conditions.add("(visibility = 'lab' OR owner = ?)", reader)
        try conditions.add(cursor: cursor, column: "row")
        let sql =
            "SELECT \(DatasetRows.columns), row FROM datasets\(conditions.sql)"
            + " ORDER BY row DESC LIMIT ?"
        let values = conditions.values + [try Cursor.rows(limit: limit)]
        return try pool.read { db throws(StoreError) in
            Cursor.page(
                try db.all(sql, values) { row throws(StoreError) in
                    (try DatasetRows.record(row), row.int(DatasetRows.columnCount))
                }, limit: limit)
        }
    }

    /// Changes what people may change of a dataset: name, sample, group, polarity, notes,
    /// visibility and pixel size. The other members of `dataset` are ignored.
    ///
    /// Returns the record as stored, its version one higher.
    ///
    /// - Throws: `.conflict(.version)` if `expectedVersion` is given and it has been changed since;
    ///   `.notFound`.
    @discardableResult
    public func updateDataset(
        _ dataset: DatasetRecord, expectedVersion: Int? = nil
    ) throws(StoreError) -> DatasetRecord {
        try check(pixelSize: dataset.pixelSizeMicrometres)
        return try pool.write { db throws(StoreError) in
            let stored = try DatasetRows.require(db, id: dataset.id)
            if let expectedVersion, expectedVersion != stored.version {
                throw .conflict(
                    StoreConflict(
                        .version, "dataset \(dataset.id) is at version \(stored.version)"))
            }
            try DatasetRows.update(db, dataset)
            return try DatasetRows.require(db, id: dataset.id)
        }
    }

    /// Removes a dataset with its images, regions, jobs and results; returns the removed jobs.
    ///
    /// With `cascade` the jobs of other datasets that use its jobs go as well.
    ///
    /// - Throws: `.conflict(.running)` naming jobs that run; `.conflict(.inUse)` naming jobs of
    ///   other datasets; `.conflict(.version)`; `.notFound`.
    @discardableResult
    public func deleteDataset(
        _ id: String, expectedVersion: Int? = nil, cascade: Bool = false
    ) throws(StoreError) -> [String] {
        let removed = try removing { db throws(StoreError) in
            let stored = try DatasetRows.require(db, id: id)
            if let expectedVersion, expectedVersion != stored.version {
                throw .conflict(
                    StoreConflict(.version, "dataset \(id) is at version \(stored.version)"))
            }
            let row = try DatasetRows.row(db, id: id)
            let own = try db.all("SELECT row FROM jobs WHERE dataset = ?", [Value(row)]) {
                $0.int(0)
            }
            let removed = try JobRemoval.remove(db, rows: own, cascade: cascade)
            try db.run("DELETE FROM datasets WHERE row = ?", [Value(row)])
            return removed
        }
        forgetProgress(removed)
        return removed
    }

    private func check(_ dataset: DatasetRecord, ions: [IonRecord]) throws(StoreError) {
        let sides = 1...Int(Int32.max)
        guard sides.contains(dataset.width), sides.contains(dataset.height), dataset.layers >= 1
        else {
            throw .invalid("a dataset has at least one pixel and one layer, and sides below 2^31")
        }
        try check(pixelSize: dataset.pixelSizeMicrometres)
        for (index, ion) in ions.enumerated() {
            guard ion.index == index else {
                throw .invalid("ion \(ion.index) is in place \(index)")
            }
        }
    }

    private func check(pixelSize: Double?) throws(StoreError) {
        guard pixelSize.map({ $0.isFinite && $0 > 0 }) ?? true else {
            throw .invalid("a pixel size is a positive number of micrometres")
        }
    }
}
