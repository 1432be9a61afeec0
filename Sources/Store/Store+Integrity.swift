extension Store {
    /// Checks the database, every reference, every image and every artifact.
    ///
    /// Returns what is wrong, a sentence each; empty if all is well. Reads everything there is.
    public func checkIntegrity() throws(StoreError) -> [String] {
        var findings = try structure()
        guard findings.isEmpty else { return findings }
        findings += try checkImages()
        findings += try checkArtifacts()
        return findings
    }

    private func structure() throws(StoreError) -> [String] {
        try pool.read { db throws(StoreError) in
            var findings = try db.all("PRAGMA integrity_check(100)") { $0.text(0) }
                .filter { $0 != "ok" }
            try db.each("PRAGMA foreign_key_check") { row in
                findings.append(
                    "row \(row.int(1)) of table \(row.text(0)) refers to something missing"
                        + " in table \(row.text(2))")
            }
            try db.each(
                "SELECT d.id, d.ion_count, (SELECT count(*) FROM ions i WHERE i.dataset = d.row),"
                    + " (SELECT count(*) FROM images m WHERE m.dataset = d.row) FROM datasets d"
                    + " ORDER BY d.row"
            ) { row in
                guard row.int(1) != row.int(2) || row.int(1) != row.int(3) else { return }
                findings.append(
                    "dataset \(row.text(0)): \(row.int(1)) ions were stored, there are"
                        + " \(row.int(2)) and \(row.int(3)) images")
            }
            return findings
        }
    }

    /// Reads images one by one, so that writers and other readers are not held up.
    private func checkImages() throws(StoreError) -> [String] {
        let datasets = try pool.read { db throws(StoreError) in
            try db.all("SELECT id, ion_count FROM datasets ORDER BY row") {
                ($0.text(0), $0.int(1))
            }
        }
        var findings: [String] = []
        for (id, count) in datasets {
            for ion in 0..<max(count, 0) {
                do {
                    _ = try image(dataset: id, ion: ion)
                } catch .notFound {
                    if try dataset(id) != nil {
                        findings.append("ion \(ion) of dataset \(id): no image")
                    }
                } catch {
                    findings.append(error.description)
                }
            }
        }
        return findings
    }

    private func checkArtifacts() throws(StoreError) -> [String] {
        let names = try pool.read { db throws(StoreError) in
            try db.all(
                "SELECT j.id, a.name FROM artifacts a JOIN jobs j ON j.row = a.job ORDER BY a.row"
            ) { ($0.text(0), $0.text(1)) }
        }
        var findings: [String] = []
        for (job, name) in names {
            do {
                _ = try artifact(job: job, name: name)
            } catch {
                findings.append(error.description)
            }
        }
        return findings
    }
}
