/// Looks at the database's own structure and at every reference in it.
struct StructureCheck {
    let pool: ConnectionPool

    /// Adds what is found to a report.
    func run(_ report: inout StoreReport) {
        report.part("reading the database") { report throws(StoreError) in
            report.version = try pool.read { db throws(StoreError) in
                try db.first("PRAGMA user_version") { $0.int(0) } ?? 0
            }
        }
        report.part("checking the database") { report throws(StoreError) in
            report.faults += try pool.read { db throws(StoreError) in
                try db.all("PRAGMA integrity_check(100)") { $0.text(0) }.filter { $0 != "ok" }
            }
        }
        report.part("checking references") { report throws(StoreError) in
            report.faults += try references()
        }
        report.part("counting ions") { report throws(StoreError) in try ions(&report) }
        report.part("checking jobs") { report throws(StoreError) in try jobs(&report) }
    }

    private func references() throws(StoreError) -> [String] {
        try pool.read { db throws(StoreError) in
            try db.all("PRAGMA foreign_key_check") { row in
                "row \(row.int(1)) of table \(row.text(0)) refers to something missing"
                    + " in table \(row.text(2))"
            }
        }
    }

    private func ions(_ report: inout StoreReport) throws(StoreError) {
        let datasets = try pool.read { db throws(StoreError) in
            try db.all(
                "SELECT d.id, d.ion_count, (SELECT count(*) FROM ions i WHERE i.dataset = d.row),"
                    + " (SELECT count(*) FROM images m WHERE m.dataset = d.row),"
                    + " (SELECT count(*) FROM ions i JOIN images m ON m.dataset = i.dataset"
                    + " AND m.ion = i.ion WHERE i.dataset = d.row AND i.ion >= 0"
                    + " AND i.ion < d.ion_count) FROM datasets d ORDER BY d.row"
            ) { ($0.text(0), $0.int(1), $0.int(2), $0.int(3), $0.int(4)) }
        }
        report.datasets = datasets.count
        for (id, stored, ions, images, pairs) in datasets
        where stored != ions || stored != images || stored != pairs {
            report.faults.append(
                "dataset \(id): \(stored) ions were stored, there are \(ions) and \(images) images,"
                    + " \(pairs) of them in their places")
        }
    }

    /// A job that has ended has the time of its end, one that runs has that of its start.
    private func jobs(_ report: inout StoreReport) throws(StoreError) {
        let (count, odd) = try pool.read { db throws(StoreError) in
            (
                try db.first("SELECT count(*) FROM jobs") { $0.int(0) } ?? 0,
                try db.all(
                    "SELECT id, state FROM jobs WHERE CASE state WHEN 'queued' THEN"
                        + " finished_at IS NOT NULL WHEN 'running' THEN started_at IS NULL"
                        + " OR finished_at IS NOT NULL ELSE finished_at IS NULL END ORDER BY row"
                ) { "job \($0.text(0)): its times do not fit its state \($0.text(1))" }
            )
        }
        report.jobs = count
        report.faults += odd
    }
}
