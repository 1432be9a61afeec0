extension Store {
    /// Stores a named region of a dataset, or replaces the one of the same name.
    ///
    /// Returns the region as stored.
    ///
    /// - Throws: `.notFound` without the dataset.
    @discardableResult
    public func putRegion(
        dataset: String, name: String, geoJSON: String
    ) throws(StoreError) -> RegionRecord {
        try pool.write { db throws(StoreError) in
            let row = try DatasetRows.row(db, id: dataset)
            try db.run(
                "INSERT INTO regions (dataset, name, geojson, updated_at, version)"
                    + " VALUES (?, ?, ?, ?, 1) ON CONFLICT (dataset, name) DO UPDATE SET"
                    + " geojson = excluded.geojson, updated_at = excluded.updated_at,"
                    + " version = version + 1",
                [Value(row), Value(name), Value(geoJSON), Value(Timestamp.now())])
            guard let stored = try Self.region(db, dataset: dataset, name: name) else {
                throw .notFound("region of dataset \(dataset)")
            }
            return stored
        }
    }

    /// The regions of a dataset by name; empty without any.
    public func regions(dataset: String) throws(StoreError) -> [RegionRecord] {
        try pool.read { db throws(StoreError) in
            try db.all(
                "\(Self.selectRegion) WHERE d.id = ? ORDER BY r.name", [Value(dataset)], Self.record
            )
        }
    }

    /// One region, or nil.
    public func region(dataset: String, name: String) throws(StoreError) -> RegionRecord? {
        try pool.read { db throws(StoreError) in
            try Self.region(db, dataset: dataset, name: name)
        }
    }

    /// Removes a region; false if there was none.
    @discardableResult
    public func deleteRegion(dataset: String, name: String) throws(StoreError) -> Bool {
        try removing { db throws(StoreError) in
            try db.run(
                "DELETE FROM regions WHERE name = ?"
                    + " AND dataset = (SELECT row FROM datasets WHERE id = ?)",
                [Value(name), Value(dataset)]) > 0
        }
    }

    private static let selectRegion =
        "SELECT r.name, r.geojson, r.updated_at, r.version"
        + " FROM regions r JOIN datasets d ON d.row = r.dataset"

    private static func region(
        _ db: Connection, dataset: String, name: String
    ) throws(StoreError) -> RegionRecord? {
        try db.first(
            "\(selectRegion) WHERE d.id = ? AND r.name = ?", [Value(dataset), Value(name)], record)
    }

    private static func record(_ row: Statement) -> RegionRecord {
        RegionRecord(
            name: row.text(0), geoJSON: row.text(1), updatedAt: row.text(2), version: row.int(3))
    }
}
