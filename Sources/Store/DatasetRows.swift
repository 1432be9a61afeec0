/// Rows of the table `datasets`.
enum DatasetRows {
    static let columns =
        "id, owner, name, sample, sample_group, polarity, notes, visibility, width, height,"
        + " layers, pixel_size_um, ion_count, mz_min, mz_max, total_counts, bytes, sha256,"
        + " source, warnings, options_key, created_at, version"
    static let columnCount = 23

    static func record(_ row: Statement) throws(StoreError) -> DatasetRecord {
        guard let visibility = Visibility(rawValue: row.text(7)) else {
            throw .damaged("dataset \(row.text(0)): unknown visibility")
        }
        let sides = 1...Int(Int32.max)
        guard sides.contains(row.int(8)), sides.contains(row.int(9)), row.int(12) >= 0 else {
            throw .damaged("dataset \(row.text(0)): impossible size")
        }
        return DatasetRecord(
            id: row.text(0), owner: row.text(1), name: row.text(2), sample: row.optionalText(3),
            group: row.optionalText(4), polarity: row.optionalText(5), notes: row.optionalText(6),
            visibility: visibility, width: row.int(8), height: row.int(9), layers: row.int(10),
            pixelSizeMicrometres: row.optionalDouble(11), ionCount: row.int(12),
            mzMin: row.optionalDouble(13), mzMax: row.optionalDouble(14),
            totalCounts: row.double(15), bytes: row.int(16), sha256: row.text(17),
            source: row.text(18), warnings: Lines.list(row.text(19)), optionsKey: row.text(20),
            createdAt: row.text(21), version: row.int(22))
    }

    static func find(_ db: Connection, id: String) throws(StoreError) -> DatasetRecord? {
        try db.first("SELECT \(columns) FROM datasets WHERE id = ?", [Value(id)]) {
            row throws(StoreError) in try record(row)
        }
    }

    static func find(
        _ db: Connection, owner: String, sha256: String, optionsKey: String
    ) throws(StoreError) -> DatasetRecord? {
        guard !sha256.isEmpty else { return nil }
        return try db.first(
            "SELECT \(columns) FROM datasets"
                + " WHERE owner = ? AND sha256 = ? AND options_key = ? AND sha256 <> ''",
            [Value(owner), Value(sha256), Value(optionsKey)]
        ) { row throws(StoreError) in try record(row) }
    }

    static func require(_ db: Connection, id: String) throws(StoreError) -> DatasetRecord {
        guard let found = try find(db, id: id) else { throw .notFound("dataset \(id)") }
        return found
    }

    static func row(_ db: Connection, id: String) throws(StoreError) -> Int {
        guard
            let row = try db.first(
                "SELECT row FROM datasets WHERE id = ?", [Value(id)],
                {
                    $0.int(0)
                })
        else { throw .notFound("dataset \(id)") }
        return row
    }

    static func insert(
        _ db: Connection, _ d: DatasetRecord, ionCount: Int
    ) throws(StoreError) -> Int {
        let values: [Value] = [
            Value(d.id), Value(d.owner), Value(d.name), Value(d.sample), Value(d.group),
            Value(d.polarity), Value(d.notes), Value(d.visibility.rawValue), Value(d.width),
            Value(d.height), Value(d.layers), Value(d.pixelSizeMicrometres), Value(ionCount),
            Value(d.mzMin), Value(d.mzMax), Value(d.totalCounts), Value(d.bytes),
            Value(d.sha256), Value(d.source), Value(Lines.text(d.warnings)),
            Value(d.optionsKey), Value(d.createdAt), Value(d.version),
        ]
        let places = [String](repeating: "?", count: columnCount).joined(separator: ", ")
        try db.run("INSERT INTO datasets (\(columns)) VALUES (\(places))", values)
        return db.lastRow
    }

    static func update(_ db: Connection, _ d: DatasetRecord) throws(StoreError) {
        try db.run(
            "UPDATE datasets SET name = ?, sample = ?, sample_group = ?, polarity = ?, notes = ?,"
                + " visibility = ?, pixel_size_um = ?, version = version + 1 WHERE id = ?",
            [
                Value(d.name), Value(d.sample), Value(d.group), Value(d.polarity), Value(d.notes),
                Value(d.visibility.rawValue), Value(d.pixelSizeMicrometres), Value(d.id),
            ])
    }
}
